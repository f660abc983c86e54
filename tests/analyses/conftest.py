"""Asking an analysis about a shop of a few rows."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from regulars.analyses import deviations, find_analysis
from regulars.tables import CANONICAL
from regulars.tables.analysis import TIMELINE
from regulars.tables.fit import Fit, Fitted, fitted
from regulars.tables.timeline import timeline_of

Rows = Sequence[Mapping[str, object]]
Ask = Callable[..., list[dict[str, object]]]
TIMELINE_COLUMNS = {
    "person_id": pa.string(),
    "is_visitor": pa.bool_(),
    "is_further": pa.bool_(),
    "occurred_at": pa.timestamp("us", "UTC"),
    "event_name": pa.string(),
    **dict.fromkeys(
        ("session_id", "channel", "store_id", "product_id", "category", "query", "page", "zone"),
        pa.string(),
    ),
    "dwell_seconds": pa.float64(),
    "campaign_id": pa.string(),
    "source": pa.string(),
    "results_count": pa.string(),
}


@pytest.fixture
def ask(make_tables) -> Ask:
    """``ask("rfm", "2026-03-31", {parameter: value}, orders=[...])``: the rows as dicts.

    Times are written as '2026-03-31 18:00' and are Shanghai's.
    """

    def run(name: str, as_of: str, parameters: Mapping[str, object] | None = None, **given: Rows):
        analysis = find_analysis(name)
        timed = {table: _timed(table, rows) for table, rows in given.items()}
        tables = make_tables(**timed)
        if TIMELINE in analysis.reads:
            tables[TIMELINE] = _timeline(timed)
        answer = analysis.compute(
            *(tables[table] for table in analysis.reads),
            as_of=date.fromisoformat(as_of),
            **(parameters or {}),
        )
        assert isinstance(answer, Fit) == analysis.is_fitted
        if isinstance(answer, Fit):
            answer = fitted(answer).rows
        assert deviations(analysis, answer) == []
        rows = (answer if isinstance(answer, pa.Table) else answer.to_pyarrow()).to_pylist()
        key = analysis.returns.key
        return sorted(rows, key=lambda row: [(row[part] is None, row[part]) for part in key])

    return run


@pytest.fixture
def fit_of(make_tables) -> Callable[..., Fitted]:
    """As ``ask``, of a fitted analysis: its rows as they came, and its model."""

    def run(name: str, as_of: str, parameters: Mapping[str, object] | None = None, **given: Rows):
        analysis = find_analysis(name)
        tables = make_tables(**{table: _timed(table, rows) for table, rows in given.items()})
        step = analysis.compute(
            *(tables[table] for table in analysis.reads),
            as_of=date.fromisoformat(as_of),
            **(parameters or {}),
        )
        return fitted(step)

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


def _timeline(tables: Mapping[str, Rows]) -> object:
    """The timeline of events and orders of known customers, an order's products by its lines."""
    rows = [
        {
            **event,
            **json.loads(str(event.get("properties", "{}"))),
            "person_id": event["customer_id"],
        }
        for event in tables.get("events", ())
    ]
    lines: dict[object, list[object]] = {}
    for line in tables.get("order_lines", ()):
        lines.setdefault(line["order_id"], []).append(line["product_id"])
    for order in tables.get("orders", ()):
        products = dict.fromkeys(lines.get(order["order_id"], [None]))
        rows += [
            {
                "person_id": order["customer_id"],
                "occurred_at": order["ordered_at"],
                "event_name": "Order Completed",
                "is_further": place > 0,
                "product_id": product,
                "channel": order.get("channel"),
                "store_id": order.get("store_id"),
            }
            for place, product in enumerate(products)
            if order.get("customer_id") is not None
        ]
    category = {p["product_id"]: p.get("category") for p in tables.get("products", ())}
    rows = [{**row, "category": category.get(row.get("product_id"))} for row in rows]
    columns = [
        pa.array([row.get(name, False if kind == pa.bool_() else None) for row in rows], kind)
        for name, kind in TIMELINE_COLUMNS.items()
    ]
    made = pa.table(columns, names=list(TIMELINE_COLUMNS))
    return timeline_of(made, timezone="Asia/Shanghai")
