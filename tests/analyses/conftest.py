"""Asking an analysis about a shop of a few rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from regulars.analyses import deviations, find_analysis
from regulars.tables import CANONICAL

Rows = Sequence[Mapping[str, object]]
Ask = Callable[..., list[dict[str, object]]]


@pytest.fixture
def ask(make_tables) -> Ask:
    """``ask("rfm", "2026-03-31", {parameter: value}, orders=[...])``: the rows as dicts.

    Times are written as '2026-03-31 18:00' and are Shanghai's.
    """

    def run(name: str, as_of: str, parameters: Mapping[str, object] | None = None, **given: Rows):
        analysis = find_analysis(name)
        tables = make_tables(**{table: _timed(table, rows) for table, rows in given.items()})
        answer = analysis.compute(
            *(tables[table] for table in analysis.reads),
            as_of=date.fromisoformat(as_of),
            **(parameters or {}),
        )
        assert deviations(analysis, answer) == []
        rows = answer.to_pyarrow().to_pylist()
        key = analysis.returns.key
        return sorted(rows, key=lambda row: [(row[part] is None, row[part]) for part in key])

    return run


def _timed(table: str, rows: Rows) -> list[dict[str, object]]:
    kinds = {column.name: column.type for column in CANONICAL[table].columns}
    return [{name: _moment(kinds[name], value) for name, value in row.items()} for row in rows]


def _moment(kind: str, value: object) -> object:
    if kind == "moment" and isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    if kind == "day" and isinstance(value, str):
        return date.fromisoformat(value)
    return value
