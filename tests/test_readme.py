"""The READMEs' sessions are run as written; what they print must be what is printed there."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def console_steps(text: str) -> list[tuple[str, str]]:
    """(command, its stdout) of every console block, in order; only our own commands."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    steps = [step.partition("\n") for block in blocks for step in block.split("$ ")[1:]]
    return [(command, want) for command, _, want in steps if command.startswith("regulars ")]


def ran(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("REGULARS_")}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "100"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_sessions_print_what_the_readmes_say(tmp_path: Path) -> None:
    english, chinese = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
    )
    assert console_steps(english) == console_steps(chinese)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    for command, want in console_steps(english):
        done = ran(["bash", "-o", "pipefail", "-c", command], tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        fits = doctest.OutputChecker().check_output(want or "\n", done.stdout or "\n", FLAGS)
        assert fits, f"{command}\nprints:\n{done.stdout}"
    flags = ["-o", "ELLIPSIS", "-o", "NORMALIZE_WHITESPACE"]
    for text in (english, chinese):
        example = "\n".join(re.findall(r"```python\n(>>>.*?)```", text, re.DOTALL))
        (tmp_path / "python.txt").write_text(example, encoding="utf-8")
        done = ran([sys.executable, "-m", "doctest", *flags, "python.txt"], tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
