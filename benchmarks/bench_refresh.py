"""The whole refresh of a large shop on two cores: the time of each analysis, and the memory.

    python -m benchmarks.bench_refresh [--customers 1000000] [--lines 20000000] [--keep DIR]
        [--memory-limit 2GB] [--cores 2]

`regulars refresh` runs in a process of its own, held to the first cores; its peak memory is the
kernel's figure for it. Then once more, with nothing changed; then after a day's orders of 1% of
the customers. No peer: nothing else answers these questions together. The bound is ten minutes
and 8 GB for a million customers and twenty million lines.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

from benchmarks.generated_shop import add_orders, shop_of

MOST_MINUTES, MOST_GB = 10.0, 8.0


def refresh(home: Path, cores: int, memory_limit: str) -> tuple[float, float, list[str]]:
    """Seconds, gigabytes at the peak, and what the command said of each step."""
    held = ["taskset", "--cpu-list", f"0-{cores - 1}"]
    command = [*held, sys.executable, "-m", "regulars.cli", "refresh", "--home", str(home)]
    environment = {**os.environ, "REGULARS_ENGINE_MEMORY_LIMIT": memory_limit}
    for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment[name] = str(cores)
    begun = time.perf_counter()
    process = Popen(command, stderr=PIPE, text=True, env=environment)
    assert process.stderr is not None
    peak = _Peak(process.pid)
    said = process.stderr.read().splitlines()
    peak.stop()
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, said
    return time.perf_counter() - begun, max(used.ru_maxrss / 2**20, 0.0), [*said, str(peak)]


class _Peak:
    """Watches what a process holds without the files that it maps."""

    def __init__(self, pid: int) -> None:
        self._file = Path(f"/proc/{pid}/smaps_rollup")
        self._highest = 0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ends.wait(0.5):
            with contextlib.suppress(OSError):
                lines = self._file.read_text().splitlines()
                own = sum(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))
                self._highest = max(self._highest, own)

    def stop(self) -> None:
        self._ends.set()
        self._thread.join()

    def __str__(self) -> str:
        return f"its own memory, without mapped files, at most {self._highest / 2**20:.2f} GB"


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="bench-refresh-") as made:
        yield Path(made)


def _is_told(line: str) -> bool:
    """A step that kept rows, or the memory; not a step's name as it begins, nor one left out."""
    return " rows, " in line or line.startswith("its own")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=20_000_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    broken = 0
    with _folder(options.keep) as folder:
        home = shop_of(folder, options.customers, options.lines)
        for what in ("everything", "nothing changed", "after a day's orders"):
            if what == "after a day's orders":
                add_orders(home, options.customers // 100, options.customers)
            load = os.getloadavg()[0]
            seconds, peak, said = refresh(home.path, options.cores, options.memory_limit)
            print(f"== {what}: {seconds:.1f} s, {peak:.2f} GB, load before {load:.1f}")
            print("\n".join(line for line in said if _is_told(line)), flush=True)
            broken += seconds > 60 * MOST_MINUTES or peak > MOST_GB
    return broken


if __name__ == "__main__":
    sys.exit(main())
