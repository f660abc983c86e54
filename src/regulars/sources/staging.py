"""Typed rows: each source row with its targets as values, and why it cannot be used if so.

A staged table has ``file_no``, ``line``, one column per target of the layout (null where the
file has none), ``extra`` (JSON of the columns that no target was found for) and ``why``
(null where the row can be used).
"""

from collections.abc import Mapping, Sequence

from regulars.lake.engine import name, quoted
from regulars.sources.cells import Reading, text_of
from regulars.sources.layouts import Layout
from regulars.sources.planning import PlannedFile
from regulars.sources.workspace import line_column
from regulars.tables.schema import SQL_TYPES, ColumnType

STAGED_TYPES: dict[str, str] = {**SQL_TYPES, "number": "DECIMAL(18,4)"}
"""Numbers are exact while amounts are made of them."""

_WHAT: dict[ColumnType, str] = {
    "moment": "is no date and time",
    "day": "is no date",
    "money": "is no amount",
    "number": "is no number",
    "integer": "is no whole number",
    "flag": "is neither yes nor no",
}


def staged_select(file: PlannedFile, required: Sequence[str] = ()) -> str:
    """SQL of a file's typed rows; ``required`` targets must have a value in every row."""
    readings = file.targets
    values = ", ".join(
        f"{_value(readings.get(target.name), target.type)} AS {name(target.name)}"
        for target in file.layout.targets.values()
    )
    said = ", ".join(
        f"{reading.text} AS {name('said ' + reading.target)}" for reading in file.readings
    )
    inner = f"SELECT {line_column()} AS line, {values}{', ' + said if said else ''}"
    targets = ", ".join(name(target) for target in file.layout.targets)
    return (
        f"SELECT {file.number}::INTEGER AS file_no, line, {targets}, extra, "
        f"{_reason(file, required)} AS why FROM "
        f"({inner}, {_extra(file)} AS extra FROM {file.relation})"
    )


def staged_union(files: Sequence[PlannedFile], required: Sequence[str] = ()) -> str:
    """SQL of the typed rows of files with the same layout."""
    return " UNION ALL ".join(staged_select(file, required) for file in files)


def needed_everywhere(layout: Layout) -> tuple[str, ...]:
    """The targets that nothing else can stand in for."""
    return tuple(group[0] for group in layout.needs if len(group) == 1)


def _value(reading: Reading | None, kind: ColumnType) -> str:
    sql_type = STAGED_TYPES[kind]
    if reading is None:
        return f"NULL::{sql_type}"
    return f"try_cast({reading.value} AS {sql_type})"


def _reason(file: PlannedFile, required: Sequence[str]) -> str:
    """SQL: the first thing that is wrong with a row, in words."""
    cases: list[str] = []
    headers: Mapping[str, str] = {r.target: r.header for r in file.readings}
    for target in required:
        if target in headers:
            said = name("said " + target)
            cases.append(f"WHEN {said} IS NULL THEN {quoted(f'{headers[target]} is empty')}")
        else:
            cases.append(f"WHEN {name(target)} IS NULL THEN {quoted(f'{target} is missing')}")
    for reading in file.readings:
        if reading.type not in _WHAT:
            continue
        said = name("said " + reading.target)
        cases.append(
            f"WHEN {said} IS NOT NULL AND {name(reading.target)} IS NULL THEN "
            f"{quoted(reading.header + ' ' + chr(39))} || {said}[:40] || "
            f"{quoted(chr(39) + ' ' + _WHAT[reading.type])}"
        )
    return f"CASE {' '.join(cases)} END" if cases else "NULL::VARCHAR"


def _extra(file: PlannedFile) -> str:
    """SQL: a JSON object of the columns kept as they are; null where all of them are empty."""
    if not (file.layout.keeps_unknown and file.unknown):
        return "NULL::VARCHAR"
    pairs = ", ".join(
        f"{quoted(column)}, {text_of(name(column), file.raw.types[column])}"
        for column in file.unknown
    )
    merged = f"json_merge_patch('{{}}', json_object({pairs}))::VARCHAR"
    return f"nullif({merged}, '{{}}')"
