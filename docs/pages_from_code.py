"""The documentation's pages that are made from the code, so that nothing is said twice.

mkdocs calls ``on_config`` and ``on_files``; the tests call ``pages``.
"""

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import typer.main
from mkdocs.structure.files import File, Files

from regulars import errors, sources
from regulars.analyses import all_analyses
from regulars.cli.main import app
from regulars.cli.parameters import describe
from regulars.flow.declared import declared_results
from regulars.flow.traits import declared_traits
from regulars.lake.settings import SETTINGS
from regulars.sources.presets import presets
from regulars.tables import CANONICAL
from regulars.tables.analysis import Analysis
from regulars.tables.schema import TYPE_MEANINGS, Column, Table

ROOT = Path(__file__).resolve().parents[1]

# What is read from the environment beside the settings.
VARIABLES = {
    "REGULARS_HOME": "the shop home, where --home is not given",
    "DATABASE_URL": "the people's database, above `database.url`",
    "PORT": "the port of `demo` and `serve`, where --port is not given",
    "REGULARS_SECRET_KEY": "the signing key; without it one is made once and kept in the home",
    "REGULARS_HTTPS": "1 = behind a proxy with TLS: cookies and pages over https only",
    "REGULARS_ALLOWED_HOSTS": "host names it answers to, by commas (else localhost and the --host)",
    "REGULARS_TRUSTED_ORIGINS": "origins that may post forms, by commas (https://shop.example)",
}


def on_config(config: Any) -> Any:
    """mkdocs' hook: a page of the navigation per analysis and per decision."""
    for section in config.nav:
        if "Analyses" in section:
            section["Analyses"] += [f"analyses/{name}.md" for name in all_analyses()]
        if "Decisions" in section:
            section["Decisions"] += [f"decisions/{page.name}" for page in decision_pages()]
    return config


def on_files(files: Files, config: Any) -> Files:
    """mkdocs' hook: add the generated pages to those that are written by hand."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def pages() -> dict[str, str]:
    """Every generated page: path under docs -> Markdown."""
    made = {
        "commands.md": commands(),
        "tables.md": tables(),
        "traits.md": traits(),
        "settings.md": settings(),
        "headers.md": headers(),
        "presets.md": preset_list(),
        "errors.md": error_tree(),
        "analyses/index.md": analysis_list(),
        "decisions/index.md": decision_list(),
        "contributing.md": at_home((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")),
        "changelog.md": at_home((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")),
    }
    made |= {f"analyses/{name}.md": analysis(found) for name, found in all_analyses().items()}
    return made


def at_home(text: str) -> str:
    """A page of the repository's root, its links as they are within docs."""
    return re.sub(r"\]\(docs/", "](", text)


def commands() -> str:
    """Every command with its arguments and options, read off the command line itself."""
    group: Any = typer.main.get_command(app)
    lines = ["# Command line", "", inspect.cleandoc(group.help or ""), ""]
    lines += [
        "Answers go to stdout, messages and progress to stderr. Exit code 0: done; 1: the input",
        "is at fault, one clear line says how; 2: wrong usage.",
        "",
    ]
    for name, command in group.commands.items():
        lines += [f"## regulars {name}", "", inspect.cleandoc(command.help or ""), ""]
        lines += row_table(("", "", "default"), command_rows(command))
    return "\n".join(lines)


def command_rows(command: Any) -> Iterator[tuple[str, str, str]]:
    """Name, meaning and default of every argument and option of a command."""
    for parameter in command.params:
        if parameter.name == "help":
            continue
        names = [*parameter.opts, *parameter.secondary_opts]
        shown = (
            ", ".join(f"`{n}`" for n in names)
            if parameter.param_type_name == "option"
            else (f"`{parameter.metavar or parameter.name.upper()}`")
        )
        default = parameter.default
        is_said = default not in (None, False, ()) and not callable(default)
        yield shown, parameter.help or "", f"`{default}`" if is_said else ""


def tables() -> str:
    """The canonical tables: grain, key, columns with type, unit and meaning."""
    lines = ["# Tables", ""]
    lines += [
        "Everything a source says is brought into these, once. A later row with the same key",
        "takes the place of the earlier one, or, where it says so, fills what was not known.",
        "",
    ]
    lines += row_table(("type", "meaning"), ((f"`{t}`", m) for t, m in TYPE_MEANINGS.items()))
    for table in CANONICAL.values():
        lines += table_section(table)
    lines += ["## Results", "", "Beside the [analyses](analyses/index.md), a refresh keeps:", ""]
    for name, table in declared_results().items():
        if name == "customer_traits":
            lines += [
                "## customer_traits",
                "",
                "One row per customer: the [traits](traits.md).",
                "",
            ]
        elif name not in all_analyses():
            lines += table_section(table)
    return "\n".join(lines)


def table_section(table: Table) -> list[str]:
    lines = [f"## {table.name}", "", f"One row per {table.grain}. {key(table)}", ""]
    return lines + column_table(table.columns)


def key(table: Table) -> str:
    said = " A later row fills what was not known." if table.on_conflict == "fill" else ""
    return f"Key: {', '.join(f'`{name}`' for name in table.key)}.{said}"


def column_table(columns: Iterable[Column]) -> list[str]:
    """Columns as a Markdown table."""
    rows = (
        (
            f"`{c.name}`" + (" ?" if c.nullable else ""),
            c.zh,
            c.type + (f", {c.unit}" if c.unit else ""),
            c.meaning,
        )
        for c in columns
    )
    return row_table(("column (? may be null)", "中文", "type", "meaning"), rows)


def analysis_list() -> str:
    """Question -> analysis."""
    rows = (
        (f"{a.question.en}<br>{a.question.zh}", f"[{name}]({name}.md)", a.title.zh)
        for name, a in all_analyses().items()
    )
    return "\n".join(["# Analyses", "", *row_table(("question", "analysis", "中文"), rows)])


def analysis(found: Analysis) -> str:
    """One analysis: what it asks, how it is asked, what comes back."""
    module = sys.modules[found.compute.__module__]
    reads = ", ".join(f"[{name}](../tables.md#{name})" for name in found.reads)
    lines = [f"# {found.title.en} {found.title.zh}", "", f"{found.question.en}", ""]
    lines += [f"{found.question.zh}", "", "```", inspect.getdoc(module) or "", "```", ""]
    lines += [f"Reads {reads}.", "", "## How to ask", ""]
    lines += ["```console", f"$ regulars analyse {found.name} --as-of 2026-09-30", "```", ""]
    lines += ["```python", f'shop.analyse("{found.name}", as_of=date(2026, 9, 30)).to_pandas()']
    lines += ["```", "", inspect.getdoc(found.compute) or "", ""]
    if found.parameters:
        lines += ["## Options", ""]
        lines += [f"- `{describe(parameter)}`" for parameter in found.parameters] + [""]
    lines += ["## What comes back", "", f"One row per {found.returns.grain}.", ""]
    lines += column_table(found.returns.columns)
    if found.traits:
        lines += ["## What it says of each customer", ""]
        lines += row_table(
            ("trait", "中文", "meaning"),
            ((f"[`{t.name}`](../traits.md)", t.label.zh, t.meaning.en) for t in found.traits),
        )
    return "\n".join(lines)


def traits() -> str:
    """Every trait of customer_traits, with its meaning and the analysis it comes from."""
    rows = (
        (
            f"`{name}`",
            declared.trait.label.zh,
            declared.trait.type + (f", {declared.trait.unit}" if declared.trait.unit else ""),
            f"{declared.trait.meaning.en}<br>{declared.trait.meaning.zh}",
            f"[{declared.analysis}](analyses/{declared.analysis}.md)",
        )
        for name, declared in declared_traits().items()
    )
    lines = ["# Traits", "", "The columns of `results.customer_traits`: one row per customer.", ""]
    return "\n".join([*lines, *row_table(("trait", "中文", "type", "meaning", "from"), rows)])


def settings() -> str:
    """Every setting and every variable of the environment."""
    lines = ["# Settings", ""]
    lines += [
        "They stand in `shop.toml` in the shop home; a variable of the environment goes above",
        "each, and `<VARIABLE>_FILE` names a file that holds its value (for secrets).",
        "",
    ]
    rows = (
        (f"`{s.name}`", s.meaning, f"`{s.default}`" if s.default else "", f"`{s.variable}`")
        for s in SETTINGS
    )
    lines += row_table(("setting", "meaning", "default", "variable"), rows)
    lines += ["## Other variables", ""]
    lines += row_table(("variable", "meaning"), ((f"`{v}`", m) for v, m in VARIABLES.items()))
    return "\n".join(lines)


def headers() -> str:
    """Every header that the import recognises without being told."""
    text = resources(sources).joinpath("headers.toml").read_text(encoding="utf-8")
    lines = ["# Headers that are recognised", ""]
    lines += [
        "A column is recognised when its header, freed of case, spaces, punctuation and a",
        "bracketed unit, is the name of a column of [a table](tables.md), its Chinese label, or",
        "one of these words. Anything else is asked for: `--map column=source`.",
        "",
    ]
    for section, words in tomllib.loads(text).items():
        lines += [f"## {section}", ""]
        rows = ((f"`{target}`", ", ".join(known)) for target, known in words.items() if known)
        lines += row_table(("column", "also called"), rows)
    return "\n".join(lines)


def preset_list() -> str:
    """Every preset with the files that it knows."""
    lines = ["# Presets", "", "Whole layouts of known exports: `regulars import --preset NAME`."]
    for name, preset in presets().items():
        lines += ["", f"## {name}", "", f"{preset.title}", ""]
        lines += [f"- {file.name or 'the file'} into {file.layout}" for file in preset.files]
    return "\n".join([*lines, ""])


def error_tree() -> str:
    """The tree of errors, as errors.py draws it."""
    return f"# Errors\n\n```\n{inspect.getdoc(errors)}\n```\n"


def decision_list() -> str:
    """The decisions, by number, each with its title."""
    lines = ["# Decisions", "", "What was chosen, and why. A page is never rewritten.", ""]
    for page in decision_pages():
        title = page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        lines.append(f"- [{title}]({page.name})")
    return "\n".join([*lines, ""])


def decision_pages() -> list[Path]:
    return sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))


def row_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """A Markdown table, with an empty line after it."""
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return [*lines, ""]


def variables_in_code() -> set[str]:
    """Names of environment variables that the code speaks of (for the tests)."""
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"^(?:REGULARS_[A-Z_]+|DATABASE_URL|PORT)$", node.value))
    return {name for name in found if not name.startswith("REGULARS_TEST_")}
