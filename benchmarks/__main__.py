"""Every benchmark, one after the other, each in a process of its own: ``make bench``."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run them all; how many failed."""
    folder = Path(__file__).resolve().parent
    failed = 0
    for script in sorted(folder.glob("bench_*.py")):
        print(f"== {script.stem}", flush=True)
        run = [sys.executable, "-m", f"{folder.name}.{script.stem}"]
        failed += subprocess.run(run, check=False, cwd=folder.parent).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
