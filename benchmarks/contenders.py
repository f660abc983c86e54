"""Contenders in processes of their own, asked in turn, their memory watched from outside.

    with Contender("ours", [sys.executable, "-m", "benchmarks.ours", home]) as ours:
        ours.ask("funnel").seconds

Memory is what the process holds for itself (RssAnon): pages of mapped files, which the
system takes back whenever it wants them, are not in it.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SAMPLE_SECONDS = 0.01
# each peer's environment: what is installed there
PEERS = {"clickhouse": "chdb==4.4.0", "retentioneering": "retentioneering==5.2.4"}
NO_TELEMETRY = {"RETENTIONEERING_NO_TRACK": "1", "DO_NOT_TRACK": "1"}


@dataclass(frozen=True)
class Answer:
    """What was found, how long it took, and the most memory that it took (GB)."""

    seconds: float
    found: Any
    peak_gb: float


class Contender:
    """A process that answers questions (``answering.answer``)."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=os.environ | NO_TELEMETRY | dict(environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready", f"{name} did not start"

    def ask(self, question: str) -> Answer:
        """Ask once."""
        assert self._process.stdin is not None
        with memory_of(self._process.pid) as peak:
            self._process.stdin.write(f"{question}\n")
            self._process.stdin.flush()
            line = self._line()
        assert line, f"{self.name} has no answer to {question}"
        given = json.loads(line)
        return Answer(given["seconds"], given["found"], peak.gb)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __enter__(self) -> "Contender":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def in_turn(
    contenders: Sequence[Contender], question: str, rounds: int
) -> dict[str, tuple[float, Answer]]:
    """Ask them one after the other: once to warm them up, then ``rounds`` times.

    By name: the median of the seconds, and the first answer with the highest peak of all.
    """
    given: dict[str, list[Answer]] = {contender.name: [] for contender in contenders}
    for _ in range(1 + rounds):
        for contender in contenders:
            given[contender.name].append(contender.ask(question))
    return {
        name: (
            statistics.median(a.seconds for a in answers[1:]),
            Answer(answers[0].seconds, answers[0].found, max(a.peak_gb for a in answers)),
        )
        for name, answers in given.items()
    }


class Peak:
    """The most that was seen, in GB."""

    gb = 0.0


@contextlib.contextmanager
def memory_of(process_id: int) -> Iterator[Peak]:
    """Watch what a process holds for itself, while the block runs."""
    peak, is_over = Peak(), threading.Event()

    def watch() -> None:
        while True:
            peak.gb = max(peak.gb, own_memory(process_id))
            if is_over.wait(SAMPLE_SECONDS):
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()


def own_memory(process_id: int | str = "self") -> float:
    """GB that a process holds for itself; 0 where it is gone, or the system does not say."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("RssAnon")]
    return int(found[0]) / 1024**2 if found else 0.0


def python_of(peer: str) -> str:
    """The Python of a peer's environment; made by uv the first time, in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "regulars-benchmarks"
    requirement = PEERS[peer]
    folder = cache / requirement.replace("==", "-")
    python = folder / "bin/python"
    if not (folder / "installed").exists():
        print(f"installing {requirement} at {folder}", file=sys.stderr)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        make = ["uv", "venv", "--quiet", "--clear", "--python", version, str(folder)]
        subprocess.run(make, check=True)
        install = ["uv", "pip", "install", "--quiet", "--python", str(python), requirement]
        subprocess.run(install, check=True)
        (folder / "installed").touch()
    return str(python)


def load() -> str:
    """How busy the machine is: the mean of running processes in the last minute, and cores."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
