"""Every benchmark, one after the other, each in a process of its own: ``make bench``."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run them all; how many failed."""
    failed = 0
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"== {script.stem}", flush=True)
        failed += subprocess.run([sys.executable, str(script)], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
