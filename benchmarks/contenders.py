"""Contenders in processes of their own, asked in turn, their memory watched from outside.

with Contender("ours", [sys.executable, "-m", "benchmarks.ours", home]) as ours:
    ours.ask("funnel").seconds
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
# each peer's environment: what is installed there; the first gives the folder its name
PEERS = {
    "clickhouse": "chdb==4.4.0",
    "retentioneering": "retentioneering==5.2.4",
    "lifetimes": "lifetimes==0.11.3 pandas<2 numpy<1.24 scipy<1.11 autograd<1.6",
    "pymc_marketing": "pymc-marketing==0.19.2",
}
NO_TELEMETRY = {"RETENTIONEERING_NO_TRACK": "1", "DO_NOT_TRACK": "1"}


@dataclass(frozen=True)
class Answer:
    """What was found, how long it took, and the most memory meanwhile, in GB.

    ``own_gb``: what the process holds for itself; ``whole_gb``: with pages of mapped files,
    which the system takes back when it wants them.
    """

    seconds: float
    found: Any
    own_gb: float
    whole_gb: float


class Contender:
    """A process that answers questions (``answering.answer``)."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=_environment() | dict(environment or {}),
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
        return Answer(given["seconds"], given["found"], peak.own_gb, peak.whole_gb)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __enter__(self) -> "Contender":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def in_turn(contenders: Sequence[Contender], question: str, rounds: int = 3) -> dict[str, Answer]:
    """Ask them one after the other: once to warm them up, then ``rounds`` times.

    By name: what was found, the median of the seconds once warm, the highest peaks of all.
    """
    given: dict[str, list[Answer]] = {contender.name: [] for contender in contenders}
    for _ in range(1 + rounds):
        for contender in contenders:
            given[contender.name].append(contender.ask(question))
    return {
        name: Answer(
            statistics.median(answer.seconds for answer in answers[1:]),
            answers[0].found,
            max(answer.own_gb for answer in answers),
            max(answer.whole_gb for answer in answers),
        )
        for name, answers in given.items()
    }


class Peak:
    """The most that was seen, in GB."""

    own_gb = 0.0
    whole_gb = 0.0


@contextlib.contextmanager
def memory_of(process_id: int) -> Iterator[Peak]:
    """Watch a process' memory, while the block runs."""
    peak, is_over = Peak(), threading.Event()

    def watch() -> None:
        while True:
            own, whole = memory_now(process_id)
            peak.own_gb, peak.whole_gb = max(peak.own_gb, own), max(peak.whole_gb, whole)
            if is_over.wait(SAMPLE_SECONDS):
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()


def memory_now(process_id: int) -> tuple[float, float]:
    """GB that a process holds for itself, and with mapped files; 0 where the system is silent."""
    try:
        lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {line.split()[0]: int(line.split()[1]) for line in lines if line.startswith("Rss")}
    own = sizes.get("RssAnon:", 0)
    return own / 1024**2, sum(sizes.values()) / 1024**2


def _environment() -> dict[str, str]:
    """Ours, without telemetry; compiled modules are kept, as on a user's machine."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | NO_TELEMETRY


def python_of(peer: str) -> str:
    """The Python of a peer's environment; made by uv the first time, in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "regulars-benchmarks"
    requirement, *others = PEERS[peer].split()
    folder = cache / requirement.replace("==", "-")
    python = folder / "bin/python"
    if not (folder / "installed").exists():
        print(f"installing {requirement} at {folder}", file=sys.stderr)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        make = ["uv", "venv", "--quiet", "--clear", "--python", version, str(folder)]
        subprocess.run(make, check=True)
        install = ["uv", "pip", "install", "--quiet", "--python", str(python)]
        subprocess.run([*install, requirement, *others], check=True)
        (folder / "installed").touch()
    return str(python)


def load() -> str:
    """How busy the machine is: the mean of running processes in the last minute, and cores."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
