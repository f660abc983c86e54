"""Who would come anyway: counted in the shop's own last window."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest

from regulars.decisions.baseline import LEANING, behaviour, with_baseline

MakeTables = Callable[..., dict[str, ir.Table]]
AS_OF = date(2026, 3, 31)


def orders(make_tables: MakeTables, **days_ago: list[int]) -> ir.Table:
    """Each customer's orders, so many days before noon of AS_OF."""
    noon = datetime(2026, 3, 31, 4, tzinfo=UTC)
    rows: list[dict[str, Any]] = [
        {"order_id": f"{who}{n}", "customer_id": who, "ordered_at": noon - timedelta(days=days)}
        for who, given in days_ago.items()
        for n, days in enumerate(given)
    ]
    return make_tables(orders=rows)["orders"]


def test_habits_are_counted_in_local_days_up_to_the_day(make_tables: MakeTables) -> None:
    rows = behaviour(
        orders(make_tables, li=[90, 60, 40, 10], wang=[35], zhao=[5]), date(2026, 3, 1)
    )
    found = rows.order_by("customer_id").to_pyarrow().to_pylist()
    assert found == [
        {"customer_id": "li", "order_count": 3, "days_since_last_order": 10, "mean_gap_days": 25.0},
        {
            "customer_id": "wang",
            "order_count": 1,
            "days_since_last_order": 5,
            "mean_gap_days": None,
        },
    ]


def group(habits: ir.Table) -> ir.IntegerValue:
    days = habits.days_since_last_order
    return ibis.cases((days <= 20, 1), (days <= 40, 2), else_=ibis.null("int64"))


def chances(table: ir.Table, as_of: date = AS_OF) -> dict[str, float]:
    rows = with_baseline(behaviour(table, as_of), table, as_of=as_of, window_days=28, group=group)
    assert rows.columns == (*behaviour(table, as_of).columns, "response_baseline")
    found = rows.to_pyarrow().to_pylist()
    return {row["customer_id"]: row["response_baseline"] for row in found}


def test_chance_is_the_share_who_came_leaning_outwards(make_tables: MakeTables) -> None:
    """A window ago a, b and new were in group 1; a has come since, and d, of no group, too."""
    table = orders(make_tables, a=[40, 3], b=[41], d=[300, 2], new=[30])
    shop = 2 / 4
    kind = (1 + LEANING * shop) / (3 + LEANING)
    # now a and d are in group 1, new in group 2, of which nobody is known; b is in none
    first = (1 + LEANING * kind) / (3 + LEANING)
    assert chances(table) == pytest.approx({"a": first, "d": first, "new": kind})


def test_shop_stands_in_when_nobody_was_of_the_kind(make_tables: MakeTables) -> None:
    table = orders(make_tables, a=[300, 3], b=[300])
    assert chances(table) == pytest.approx({"a": 0.5})


def test_nobody_is_left_when_the_shop_is_younger_than_the_window(make_tables: MakeTables) -> None:
    assert chances(orders(make_tables, a=[3])) == {}
