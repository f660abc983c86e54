"""Rows that cannot be used never take away what an earlier import stored."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.sources.shops import HEADER, line, stored, write_csv

from regulars.lake import Lake, ShopHome
from regulars.sources import import_files, quarantined
from regulars.sources.keeping import KEPT

GOOD = [
    line("A1"),
    line("A1", product="P2", net="4.00"),
    line("A1", quantity=-1, net="-5.00"),
    line("B1"),
    line("C1", quantity=-1, net="-5.00"),
]
TABLES = ("orders", "order_lines", "returns", "adjustments")


@pytest.mark.parametrize(
    "bad",
    [
        [line("A1", at="昨天"), line("B1", at="昨天"), line("C1", at="昨天", quantity=-1)],
        [line("A1", quantity="一"), line("B1", quantity="一"), line("C1", quantity="一")],
        [line("A1", net="五元"), line("B1", net="五元"), line("C1", quantity=-1, net="五元")],
        [line("A1"), line("A1", product="P2", net="四元")],  # a line is lost, so the order stays
        [line("A1", net="五元"), line("A1", product="P2"), line("A1", quantity=-1, net="-5.00")],
        [line("A1"), line("A1", product="P2"), line("A1", quantity="一", net="-5.00")],
    ],
)
def test_stored_orders_stay_when_a_newer_file_has_bad_rows_of_them(
    home: ShopHome, tmp_path: Path, bad: list[list[object]]
) -> None:
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *GOOD)])
    before = {table: stored(home, table) for table in TABLES}
    rows = [*bad, line("Z1")]
    account = import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *rows)])
    after = {table: stored(home, table) for table in TABLES}
    assert [row["order_id"] for row in after["orders"] if row not in before["orders"]] == ["Z1"]
    assert all(row in after[table] for table in TABLES for row in before[table])
    assert sum(change.removed_count for change in account.tables.values()) == 0
    assert account.quarantined_count == len(bad)
    assert account.adds_up


def test_the_other_rows_of_a_kept_order_say_why(home: ShopHome, tmp_path: Path) -> None:
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *GOOD)])
    rows = [line("A1", net="1.00"), line("A1", product="P2", net="四元")]
    account = import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *rows)])
    reasons = [row["reason"] for row in quarantined(home, account.import_id).to_pylist()]
    assert reasons[0] == KEPT
    assert "'四元' is no amount" in reasons[1]


def test_usable_rows_replace_their_order_when_nothing_stored_is_lost(
    home: ShopHome, tmp_path: Path
) -> None:
    bad = line("A1", product="P2", net="四元")
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, line("A1"), bad)])
    before = Lake(home).head()
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, line("A1"), bad)])
    assert Lake(home).head() == before
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, line("A1", net="3.00"), bad)])
    assert [row["net_amount"] for row in stored(home, "orders")] == [Decimal("3")]


def test_a_good_refund_is_kept_when_another_of_its_order_is_bad(
    home: ShopHome, tmp_path: Path
) -> None:
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, line("A1", quantity=3, net="15"))])
    rows = [line("A1", quantity=-1, net="-5"), line("A1", quantity="一", net="-5")]
    import_files(home, [write_csv(tmp_path / "r.csv", HEADER, *rows)])
    assert [row["refund_amount"] for row in stored(home, "returns")] == [Decimal("5")]
    assert [row["net_amount"] for row in stored(home, "orders")] == [Decimal("15")]
