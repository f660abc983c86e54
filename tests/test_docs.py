"""The documentation is a contract: what is not documented, or no longer true, fails here."""

import importlib.util
import re
import shlex
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main

from regulars.analyses import all_analyses
from regulars.cli.main import app
from regulars.cli.parameters import describe, option_name
from regulars.flow.declared import declared_results
from regulars.flow.traits import declared_traits
from regulars.lake.settings import SETTINGS
from regulars.tables import CANONICAL

ROOT = Path(__file__).resolve().parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
WRITTEN = [*READMES, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
GROUP: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = GROUP.commands


def _generator() -> ModuleType:
    path = ROOT / "docs/pages_from_code.py"
    spec = importlib.util.spec_from_file_location("pages_from_code", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()
PAGES: dict[str, str] = GENERATOR.pages()


@pytest.mark.parametrize("name", list(COMMANDS))
def test_command_is_documented_with_every_option(name: str) -> None:
    section = PAGES["commands.md"].partition(f"## regulars {name}\n")[2].partition("\n## ")[0]
    assert COMMANDS[name].help
    for parameter in COMMANDS[name].params:
        if parameter.name != "help":
            assert parameter.help, f"regulars {name} {parameter.name} says nothing of itself"
            assert parameter.help in section


@pytest.mark.parametrize("table", CANONICAL.values(), ids=list(CANONICAL))
def test_table_is_documented_with_every_column(table: Any) -> None:
    section = PAGES["tables.md"].partition(f"## {table.name}\n")[2].partition("\n## ")[0]
    assert table.grain in section
    for column in table.columns:
        assert column.meaning
        assert column.zh
        assert f"`{column.name}`" in section


@pytest.mark.parametrize("name", list(declared_results()))
def test_result_is_documented(name: str) -> None:
    assert f"analyses/{name}.md" in PAGES or f"## {name}\n" in PAGES["tables.md"]


@pytest.mark.parametrize("name", list(all_analyses()))
def test_analysis_is_documented_in_whole(name: str) -> None:
    found = all_analyses()[name]
    page = PAGES[f"analyses/{name}.md"]
    texts = [*found.title, *found.question]
    assert all(texts)
    assert all(text in page for text in texts)
    for word in ("Reads ", "Returns ", "Figure ", "Source "):
        assert f"\n{word}" in page, f"the docstring of {name} has no line '{word}...'"
    for table in found.reads:
        assert table in page
    for column in found.returns.columns:
        assert column.meaning
        assert column.zh
        assert f"`{column.name}`" in page
    for parameter in found.parameters:
        assert describe(parameter) in page
    assert f"({name}.md)" in PAGES["analyses/index.md"]


@pytest.mark.parametrize("name", list(declared_traits()))
def test_trait_is_documented_in_both_languages(name: str) -> None:
    trait = declared_traits()[name].trait
    for text in (trait.label.zh, trait.meaning.en, trait.meaning.zh):
        assert text
        assert text in PAGES["traits.md"]


def test_every_setting_and_variable_is_documented() -> None:
    for setting in SETTINGS:
        assert setting.meaning
        assert f"`{setting.name}`" in PAGES["settings.md"]
        assert f"`{setting.variable}`" in PAGES["settings.md"]
    missing = {v for v in GENERATOR.variables_in_code() if f"`{v}`" not in PAGES["settings.md"]}
    assert missing == set()


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_readme_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_readmes_have_the_same_sections() -> None:
    english, chinese = (sections(path) for path in READMES)
    assert len(english) == len(chinese)
    assert english


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_readme_names_every_analysis(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [name for name in all_analyses() if f"`{name}`" not in text] == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_told_exist(path: Path) -> None:
    for line in told_commands(path.read_text(encoding="utf-8")):
        check_command(line)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(
        r'(?:src|href|srcset)="([^"]+)"', text
    )
    dead = []
    for target in targets:
        file = target.partition("#")[0]
        if not file or re.match(r"[a-z]+:", file):
            continue
        found = (path.parent / file).resolve()
        generated = (ROOT / "docs") in found.parents and (
            str(found.relative_to(ROOT / "docs")) in PAGES
        )
        if not (found.exists() or (generated and path.is_relative_to(ROOT / "docs"))):
            dead.append(target)
    assert dead == []


def test_decisions_are_numbered_without_gaps() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04d}" for n in range(1, len(pages) + 1)]
    for page in pages:
        first = page.read_text(encoding="utf-8").partition("\n")[0]
        assert first.startswith(f"# {int(page.name[:4])}. ")


def sections(path: Path) -> list[str]:
    return re.findall(r"^## .+$", path.read_text(encoding="utf-8"), re.MULTILINE)


def told_commands(text: str) -> list[str]:
    """The lines of console blocks that begin with '$ ', joined where they go on."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    joined = "\n".join(blocks).replace("\\\n", " ")
    return re.findall(r"^\$ (.+)$", joined, re.MULTILINE)


def check_command(line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[0] == "make" and len(words) > 1:
        targets = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert re.search(rf"^{words[1]}:", targets, re.MULTILINE), line
    if words[0] != "regulars":
        return
    assert words[1] in COMMANDS, line
    options = {name for p in COMMANDS[words[1]].params for name in [*p.opts, *p.secondary_opts]}
    if words[1] == "analyse":
        options |= {option_name(p) for p in all_analyses()[words[2]].parameters}
    given = {word.partition("=")[0] for word in words[2:] if word.startswith("--")}
    assert given <= options or words[1] == "manage", line


def test_site_builds_when_strict(tmp_path: Path) -> None:
    done = subprocess.run(
        ["uv", "run", "--no-sync", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=None,
    )
    assert done.returncode == 0, done.stderr
