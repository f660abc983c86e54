"""Amounts that belong to a whole order."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.sources.shops import HEADER, line, stored, write_csv

from regulars.errors import LayoutUnclear
from regulars.lake import ShopHome
from regulars.sources import import_files

SHOPIFY = [
    *("Name", "Email", "Financial Status", "Created at", "Discount Amount", "Shipping"),
    *("Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Lineitem discount"),
]


def test_what_was_paid_for_an_order_is_shared_among_its_lines(
    home: ShopHome, tmp_path: Path
) -> None:
    rows = [
        line("A1", product=p, quantity=1, price=price, net="10.00")
        for p, price in (("P1", "3.33"), ("P2", "3.34"), ("P3", "7.00"))
    ]
    file = write_csv(tmp_path / "s.csv", HEADER, *rows)
    account = import_files(home, [file], mapping={"order_net_amount": "实付金额"})
    (order,) = stored(home, "orders")
    assert (order["gross_amount"], order["net_amount"]) == (Decimal("13.67"), Decimal("10"))
    assert sum(row["net_amount"] for row in stored(home, "order_lines")) == Decimal("10")
    assert account.adds_up


def test_an_amount_repeated_on_every_line_is_asked_about(home: ShopHome, tmp_path: Path) -> None:
    rows = [line("A1", product=p, price="5.00", net="10.00") for p in ("P1", "P2")]
    with pytest.raises(LayoutUnclear, match="Say --map order_net_amount=实付金额"):
        import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *rows)])


def test_a_shopify_export_carries_the_orders_facts_down(home: ShopHome, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "orders_export.csv",
        SHOPIFY,
        ["#1001", "A@b.com", "paid", "2026-01-05 08:30:00 +0800", "3.00", 5, 1, "Cup", 9, "C", 0],
        ["#1001", "A@b.com", None, None, None, None, 2, "Bowl", 3, "B", 0],
        ["#1002", "c@d.com", "refunded", "2026-01-06 09:00:00 +0800", 0, 0, 1, "Cup", 9, "C", 0],
    )
    account = import_files(home, [file], preset="shopify_orders")
    first, second = stored(home, "orders", "order_id")
    assert (first["net_amount"], first["shipping_amount"]) == (Decimal("12"), Decimal("5"))
    assert first["ordered_at"].isoformat() == "2026-01-05T00:30:00+00:00"
    assert first["channel"] == "web"
    assert [row["order_id"] for row in stored(home, "returns")] == [second["order_id"]]
    assert {row["value"] for row in stored(home, "identifiers")} == {"a@b.com", "c@d.com"}
    assert account.adds_up
