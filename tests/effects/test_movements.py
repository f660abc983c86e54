"""Money that moved: orders with their costs, returns at their order's moment, points."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import ibis.expr.types as ir
import pytest

from regulars.effects.movements import movements

MakeTables = Callable[..., dict[str, ir.Table]]
AS_OF = date(2026, 3, 31)


def at(month: int, day: int, hour: int = 4) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def moved(tables: dict[str, ir.Table], **options: Any) -> list[dict[str, Any]]:
    names = ("orders", "order_lines", "products", "returns", "points_entries")
    rows = movements(*(tables[name] for name in names), as_of=AS_OF, **options)
    return rows.order_by("happened_at", "net_amount").to_pyarrow().to_pylist()


def order(
    order_id: str, customer_id: str | None, ordered_at: datetime, net: float
) -> dict[str, Any]:
    return {
        "order_id": order_id, "customer_id": customer_id, "ordered_at": ordered_at,
        "net_amount": net,
    }  # fmt: skip


def line(order_id: str, line_no: int, net: float, **more: Any) -> dict[str, Any]:
    return {
        "order_id": order_id, "line_no": line_no, "product_id": "milk", "quantity": 2.0,
        "net_amount": net,
    } | more  # fmt: skip


def test_margin_is_net_less_costs_when_they_are_known_by_line_or_product(
    make_tables: MakeTables,
) -> None:
    tables = make_tables(
        orders=[order("o1", "li", at(3, 1), 50)],
        order_lines=[line("o1", 1, 30, unit_cost=7), line("o1", 2, 20)],
        products=[{"product_id": "milk", "unit_cost": 4}],
    )
    (row,) = moved(tables)
    assert (row["customer_id"], row["net_amount"], row["order_count"]) == ("li", 50, 1)
    assert row["margin_amount"] == 50 - 2 * 7 - 2 * 4
    assert row["uncosted_amount"] == 0


def test_a_line_brings_no_margin_when_its_cost_is_unknown(make_tables: MakeTables) -> None:
    tables = make_tables(
        orders=[order("o1", "li", at(3, 1), 50)],
        order_lines=[line("o1", 1, 30, unit_cost=7), line("o1", 2, 20, product_id="tea")],
    )
    (row,) = moved(tables)
    assert (row["margin_amount"], row["uncosted_amount"]) == (30 - 14, 20)


def test_an_order_brings_no_margin_when_it_has_no_lines(make_tables: MakeTables) -> None:
    (row,) = moved(make_tables(orders=[order("o1", "li", at(3, 1), 50)]))
    assert (row["net_amount"], row["margin_amount"], row["uncosted_amount"]) == (50, 0, 50)


def test_a_return_counts_at_its_orders_moment_and_gives_the_goods_back_when_known(
    make_tables: MakeTables,
) -> None:
    tables = make_tables(
        orders=[order("o1", "li", at(3, 1), 30)],
        order_lines=[line("o1", 1, 30, unit_cost=7)],
        products=[{"product_id": "milk", "unit_cost": 99}],
        returns=[
            {
                "return_id": "r1", "order_id": "o1", "line_no": 1, "product_id": "milk",
                "returned_at": at(3, 20), "quantity": 1.0, "refund_amount": 15,
            }
        ],
    )  # fmt: skip
    refund, sale = moved(tables)
    assert (refund["customer_id"], refund["happened_at"]) == ("li", sale["happened_at"])
    assert (refund["net_amount"], refund["order_count"]) == (-15, 0)
    assert refund["margin_amount"] == 7 - 15


def test_a_return_counts_by_itself_when_its_order_is_unknown(make_tables: MakeTables) -> None:
    back = {"product_id": "tea", "returned_at": at(3, 20), "quantity": 1.0, "refund_amount": 15}
    tables = make_tables(
        returns=[
            back | {"return_id": "r1", "customer_id": "li"},
            back | {"return_id": "r2"},
            back | {"return_id": "r3", "customer_id": "li", "returned_at": at(4, 1)},
        ]
    )
    (refund,) = moved(tables)
    assert refund["happened_at"].astimezone(UTC) == at(3, 20)
    # a cost that is not known brought no margin when sold and takes none when returned
    assert (refund["margin_amount"], refund["uncosted_amount"]) == (0, -15)


def test_a_cost_of_the_product_stands_in_when_the_returned_line_is_unknown(
    make_tables: MakeTables,
) -> None:
    tables = make_tables(
        products=[{"product_id": "milk", "unit_cost": 4}],
        returns=[
            {
                "return_id": "r1", "customer_id": "li", "product_id": "milk",
                "returned_at": at(3, 20), "quantity": 2.0, "refund_amount": 15,
            }
        ],
    )  # fmt: skip
    (refund,) = moved(tables)
    assert refund["margin_amount"] == 2 * 4 - 15


def test_leaves_out_strangers_and_what_came_later_when_the_local_day_has_passed(
    make_tables: MakeTables,
) -> None:
    tables = make_tables(
        orders=[
            order("stranger", None, at(3, 1), 10),
            order("last minute of the day", "li", at(3, 31, 15), 20),
            order("already April in Shanghai", "li", at(3, 31, 17), 40),
        ]
    )
    assert [row["net_amount"] for row in moved(tables)] == [20]


@pytest.mark.parametrize(("value", "margins"), [(0.0, []), (0.01, [-2.0, 0.5])])
def test_points_cost_margin_when_a_point_has_a_value(
    make_tables: MakeTables, value: float, margins: list[float]
) -> None:
    tables = make_tables(
        points_entries=[
            {"entry_id": "e1", "customer_id": "li", "points": 200, "occurred_at": at(3, 1)},
            {"entry_id": "e2", "customer_id": "li", "points": -50, "occurred_at": at(3, 2)},
            {"entry_id": "e3", "customer_id": "li", "points": 900, "occurred_at": at(4, 2)},
        ]
    )
    assert [row["margin_amount"] for row in moved(tables, point_value=value)] == margins
