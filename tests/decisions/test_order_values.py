"""What one order is worth: own margin, else the shop's, else the assumption."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import ibis.expr.types as ir
import pytest

from regulars.decisions.order_values import order_values

MakeTables = Callable[..., dict[str, ir.Table]]
AT = datetime(2026, 3, 1, 4, tzinfo=UTC)


def order(order_id: str, customer_id: str, net: float) -> dict[str, Any]:
    return {"order_id": order_id, "customer_id": customer_id, "ordered_at": AT, "net_amount": net}


def line(order_id: str, net: float, unit_cost: float | None) -> dict[str, Any]:
    return {
        "order_id": order_id, "line_no": 1, "product_id": "p", "quantity": 1.0, "net_amount": net,
        "unit_cost": unit_cost,
    }  # fmt: skip


def values(tables: dict[str, ir.Table]) -> dict[str, dict[str, Any]]:
    names = ("orders", "order_lines", "products", "returns")
    rows = order_values(*(tables[name] for name in names), as_of=date(2026, 3, 31))
    return {row["customer_id"]: row for row in rows.to_pyarrow().to_pylist()}


def test_margin_share_is_own_else_the_shops(make_tables: MakeTables) -> None:
    found = values(
        make_tables(
            orders=[order("a", "li", 100), order("b", "li", 50), order("c", "wang", 80)],
            order_lines=[line("a", 100, 60), line("b", 50, 40), line("c", 80, None)],
        )
    )
    li, wang = found["li"], found["wang"]
    assert (li["average_order_amount"], li["margin_basis"]) == (75, "own")
    assert li["average_order_margin"] == pytest.approx(75 * 50 / 150)
    assert (wang["average_order_amount"], wang["margin_basis"]) == (80, "shop")
    assert wang["average_order_margin"] == pytest.approx(80 * 50 / 150)


def test_margin_share_is_assumed_when_no_cost_is_known(make_tables: MakeTables) -> None:
    (row,) = values(make_tables(orders=[order("a", "li", 100)])).values()
    assert (row["average_order_margin"], row["margin_basis"]) == (30, "assumed")


def test_what_came_back_is_taken_off(make_tables: MakeTables) -> None:
    back = {
        "return_id": "r", "order_id": "a", "line_no": 1, "product_id": "p", "returned_at": AT,
        "quantity": 1.0, "refund_amount": 100,
    }  # fmt: skip
    found = values(
        make_tables(
            orders=[order("a", "li", 100), order("b", "li", 60)],
            order_lines=[line("a", 100, 60), line("b", 60, 30)],
            returns=[back, back | {"return_id": "s", "order_id": None, "customer_id": "zhao"}],
        )
    )
    # zhao has a return and no order, and is worth nothing that could be said
    assert list(found) == ["li"]
    assert found["li"]["average_order_amount"] == 30
    assert found["li"]["average_order_margin"] == pytest.approx(15)
