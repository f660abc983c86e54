"""Data quality: each check finds its rows, and only those."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from regulars.flow.quality import CHECKS, Finding, check_named, findings, freshness
from regulars.tables import CANONICAL


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


ROWS: dict[str, list[dict[str, object]]] = {
    "orders": [
        {"order_id": "1", "customer_id": "Alice", "store_id": "S1", "net_amount": 10},
        {"order_id": "2", "customer_id": None, "store_id": "S9", "net_amount": 5},
        {"order_id": "3", "customer_id": "Nobody", "store_id": "S1", "net_amount": 7},
    ],
    "order_lines": [
        {"order_id": "1", "line_no": 1, "product_id": "soap", "net_amount": 10},
        {"order_id": "2", "line_no": 1, "product_id": "tea", "net_amount": 4},
        {"order_id": "7", "line_no": 1, "product_id": "???", "net_amount": 1, "unit_cost": 1},
    ],
    "products": [
        {"product_id": "soap", "category": "home", "unit_cost": 3},
        {"product_id": "tea"},
    ],
    "customers": [{"customer_id": "Alice"}, {"customer_id": "Bob"}],
    "identifiers": [
        {"kind": "phone", "value": "13800000000", "customer_id": "Alice"},
        {"kind": "member_no", "value": "7", "customer_id": "Bob"},
    ],
    "stores": [{"store_id": "S1"}],
    "returns": [{"return_id": "r", "order_id": "404"}, {"return_id": "s", "order_id": "1"}],
    "events": [{"event_id": "e"}, {"event_id": "f", "anonymous_id": "v"}],
}
DAYS = {"1": "2026-03-01", "2": "2026-03-02", "3": "2026-03-06"}


@pytest.fixture
def tables() -> Callable[[str], ir.Table]:
    backend = ibis.duckdb.connect()
    backend.con.execute("SET TimeZone = 'UTC'")
    made: dict[str, ir.Table] = {}
    for name, declared in CANONICAL.items():
        rows = [dict(row) for row in ROWS.get(name, [])]
        if name == "orders":
            rows = [row | {"ordered_at": moment(DAYS[str(row["order_id"])])} for row in rows]
        columns = declared.column_names
        full = [{column: row.get(column) for column in columns} for row in rows]
        made[name] = backend.create_table(name, pa.Table.from_pylist(full, declared.arrow_schema()))
    return made.__getitem__


def found(tables: Callable[[str], ir.Table], name: str) -> Finding:
    check = check_named(name)
    assert check
    return next(findings(tables, (check,)))


@pytest.mark.parametrize(
    ("name", "count", "total"),
    [
        ("orders_without_customer", 1, 3),
        ("lines_without_cost", 1, 3),
        ("products_without_category", 1, 2),
        ("customers_not_reachable", 1, 2),
        ("lines_of_unknown_product", 1, 3),
        ("lines_of_unknown_order", 1, 3),
        ("orders_of_unknown_customer", 1, 3),
        ("orders_of_unknown_store", 1, 3),
        ("orders_not_adding_up", 1, 3),
        ("returns_of_unknown_order", 1, 2),
        ("events_without_person", 1, 2),
        ("days_without_orders", 3, 6),
    ],
)
def test_counts_the_rows_at_fault_when_there_are_some(
    tables: Callable[[str], ir.Table], name: str, count: int, total: int
) -> None:
    finding = found(tables, name)
    assert (finding.count, finding.total_count) == (count, total)


def test_names_every_check_once_when_listed() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_gap_says_between_which_days_when_days_lack_orders(
    tables: Callable[[str], ir.Table],
) -> None:
    check = check_named("days_without_orders")
    assert check
    assert check.rows(tables).to_pyarrow().to_pylist() == [
        {"after_on": date(2026, 3, 2), "until_on": date(2026, 3, 6), "days_count": 3}
    ]


def test_level_is_empty_when_the_table_is() -> None:
    check = CHECKS[0]
    assert Finding(check, 0, 0).level == "empty"


@pytest.mark.parametrize(
    ("count", "level"), [(0, "fine"), (2, "fine"), (3, "notice"), (31, "warning")]
)
def test_level_rises_when_the_share_does(count: int, level: str) -> None:
    check = check_named("orders_without_customer")
    assert check
    assert Finding(check, count, 100).level == level


def test_freshness_gives_rows_and_newest_moment_when_asked(
    tables: Callable[[str], ir.Table],
) -> None:
    by_table = {fresh.table: fresh for fresh in freshness(tables)}
    assert list(by_table) == list(CANONICAL)
    assert by_table["orders"].row_count == 3
    assert by_table["orders"].newest == moment("2026-03-06")
    assert by_table["products"].newest is None
