"""The house rules that a machine can check: sizes, names, docstrings, declared dependencies."""

import ast
import importlib.metadata
import re
import statistics
import sys
import tomllib
from pathlib import Path

import pytest

import regulars
from regulars import errors
from regulars.analyses import all_analyses
from regulars.figures import figure_names

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [path for path in sorted((ROOT / "src").rglob("*.py")) if "migrations" not in path.parts]
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base2", "data", "info"}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = ast.walk(parsed(path))
    return [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_are_small() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {p.name: size for p, size in sizes.items() if size > 400} == {}
    assert statistics.median(sizes.values()) < 150


def test_functions_are_short() -> None:
    sizes = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": length(node)
        for path in SOURCES
        for node in functions(path)
    }
    assert {where: size for where, size in sizes.items() if size > 60} == {}
    assert statistics.quantiles(sizes.values(), n=10)[-1] < 30


def test_every_function_says_what_it_returns() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in functions(path)
        if node.returns is None
    ]
    assert silent == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.name != "__init__.py" and not ast.get_docstring(parsed(path))
    ]
    assert silent == []


def test_no_file_is_named_for_nothing() -> None:
    names = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}
    assert names & FORBIDDEN_NAMES == set()


def test_nothing_is_unfinished_or_silenced() -> None:
    marks = re.compile(
        r"\bTODO\b|\bFIXME\b|\bXXX\b|raise NotImplementedError|# noqa$|# type: ignore$"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []


def test_error_tree_is_drawn_as_it_is() -> None:
    drawn = re.findall(r"([│ ]*)[├└]── (\w+)", errors.__doc__ or "")
    said: dict[str, str] = {}
    path = ["RegularsError"]
    for indent, name in drawn:
        depth = len(indent.removeprefix("    ")) // 4 + 1
        path[depth:] = [name]
        said[name] = path[depth - 1]
    actual = {
        kind.__name__: kind.__bases__[0].__name__
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, errors.RegularsError)
        and kind is not errors.RegularsError
    }
    assert said == actual


def test_public_face_is_what_it_was() -> None:
    assert regulars.__all__ == ["open_shop"]


def test_everything_imported_is_a_declared_dependency() -> None:
    """The demo installs no development tools, so nothing may be there by luck."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {
        re.split(r"[\[<>=!~; ]", text)[0].lower().replace("_", "-")
        for text in document["project"]["dependencies"]
    }
    owners = importlib.metadata.packages_distributions()
    missing = {}
    for path in SOURCES:
        for name in imported(parsed(path)) - set(sys.stdlib_module_names) - {"regulars"}:
            distributions = {d.lower().replace("_", "-") for d in owners.get(name, [])}
            if not distributions & declared:
                missing[name] = str(path.relative_to(ROOT))
    assert missing == {}


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("name", list(all_analyses()))
def test_an_analysis_has_a_file_a_figure_and_a_test_of_its_name(name: str) -> None:
    assert (ROOT / f"src/regulars/analyses/{name}.py").is_file()
    assert name in figure_names()
    assert (ROOT / f"tests/analyses/test_{name}.py").is_file()
