"""What each row of a flat sales file becomes."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.sources.shops import HEADER, line, stored, write_csv

from regulars.lake import ShopHome
from regulars.sources import import_files

STATUS = [*HEADER, "订单状态"]


def counts(home: ShopHome) -> dict[str, int]:
    tables = ("orders", "order_lines", "returns", "adjustments")
    return {table: len(stored(home, table)) for table in tables}


@pytest.mark.parametrize(
    ("row", "orders", "returns", "adjustments", "quarantined"),
    [
        (line("A1"), 1, 0, 0, 0),
        (line("A1", quantity=-1, net="-5.00"), 0, 1, 0, 0),
        (line("A1", quantity=0, net="0"), 0, 0, 1, 0),
        (line("A1", price="0", net="0", member=None), 0, 0, 1, 0),
        (line("A1", price="-5", net="-5"), 0, 0, 1, 0),
        (line("A1", quantity=-3, price="0", net="0", member=None), 0, 0, 1, 0),
        (line("A1", price="5.00", net="0"), 1, 0, 0, 0),  # wholly discounted, still sold
        (line("A1", quantity="一", net="5"), 0, 0, 0, 1),
        (line("A1", at="昨天"), 0, 0, 0, 1),
        (line(None), 0, 0, 0, 1),
        (line("A1", product=None), 0, 0, 0, 1),
        (line("A1", price=None, net=None), 0, 0, 0, 1),
        (line("A1", quantity=-1, net="5.00"), 0, 0, 0, 1),
        (line("A1", quantity=1, net="-5.00"), 0, 0, 0, 1),
    ],
)
def test_a_row_becomes_one_thing_and_the_account_adds_up(
    home: ShopHome,
    tmp_path: Path,
    row: list[object],
    orders: int,
    returns: int,
    adjustments: int,
    quarantined: int,
) -> None:
    account = import_files(home, [write_csv(tmp_path / "s.csv", HEADER, line("Z"), row)])
    assert counts(home) == {
        "orders": 1 + orders,
        "order_lines": 1 + orders,
        "returns": returns,
        "adjustments": adjustments,
    }
    assert account.adds_up
    assert account.quarantined_count == quarantined


def test_a_gift_to_a_member_is_an_order_of_nothing(home: ShopHome, tmp_path: Path) -> None:
    gift = line("A1", price="0", net="0")
    account = import_files(home, [write_csv(tmp_path / "s.csv", HEADER, gift)])
    assert counts(home) == {"orders": 1, "order_lines": 0, "returns": 0, "adjustments": 1}
    order = stored(home, "orders")[0]
    assert (order["net_amount"], order["gross_amount"]) == (0, 0)
    assert account.adds_up


@pytest.mark.parametrize(
    ("status", "orders", "returns", "quarantined"),
    [("已完成", 1, 0, 0), ("已退款", 1, 1, 0), ("交易关闭", 1, 1, 0), ("待付款", 0, 0, 1)],
)
def test_the_status_says_what_became_of_an_order(
    home: ShopHome, tmp_path: Path, status: str, orders: int, returns: int, quarantined: int
) -> None:
    account = import_files(
        home, [write_csv(tmp_path / "s.csv", STATUS, [*line("A1", net="4.50"), status])]
    )
    assert (len(stored(home, "orders")), len(stored(home, "returns"))) == (orders, returns)
    assert account.quarantined_count == quarantined
    assert account.adds_up


def test_equal_lines_of_one_order_are_both_kept(home: ShopHome, tmp_path: Path) -> None:
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, line("A1"), line("A1"))])
    assert [row["line_no"] for row in stored(home, "order_lines", "line_no")] == [1, 2]
    assert [row["net_amount"] for row in stored(home, "orders")] == [Decimal("10")]


def test_lines_of_one_order_are_numbered_when_others_stand_between(
    home: ShopHome, tmp_path: Path
) -> None:
    rows = [line("A1"), line("B1"), line("A1", product="P2"), line("B1", product="P2")]
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *rows)])
    found = [(r["order_id"], r["line_no"], r["product_id"]) for r in stored(home, "order_lines")]
    assert sorted(found) == [("A1", 1, "P1"), ("A1", 2, "P2"), ("B1", 1, "P1"), ("B1", 2, "P2")]


def test_amounts_follow_from_each_other_when_the_file_leaves_some_out(
    home: ShopHome, tmp_path: Path
) -> None:
    header = ["订单号", "下单时间", "商品编码", "数量", "单价", "优惠金额"]
    rows: list[list[object]] = [["A1", "2026/1/5", "P1", 3, "¥1,200.50", "0.50"]]
    import_files(home, [_quoted(tmp_path, header, rows)])
    (order,) = stored(home, "orders")
    assert (order["gross_amount"], order["discount_amount"], order["net_amount"]) == (
        Decimal("3601.50"),
        Decimal("0.50"),
        Decimal("3601.00"),
    )


def _quoted(folder: Path, header: list[str], rows: list[list[object]]) -> Path:
    path = folder / "quoted.csv"
    lines = [",".join(f'"{cell}"' for cell in row) for row in [header, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_return_knows_its_order_when_that_is_stored(home: ShopHome, tmp_path: Path) -> None:
    import_files(home, [write_csv(tmp_path / "a.csv", HEADER, line("A1"))])
    rows = [line("A1", quantity=-1, net="-5"), line("X9", quantity=-1, net="-5")]
    import_files(home, [write_csv(tmp_path / "b.csv", HEADER, *rows)])
    assert [row["order_id"] for row in stored(home, "returns", "return_id")] == ["A1", None]
    assert [row["order_id"] for row in stored(home, "orders")] == ["A1"]


def test_refunds_of_one_order_in_two_exports_are_both_kept(home: ShopHome, tmp_path: Path) -> None:
    import_files(home, [write_csv(tmp_path / "a.csv", HEADER, line("A1", quantity=3, net="15"))])
    for day in ("2026-02-01", "2026-02-03"):
        row = line("A1", at=day, quantity=-1, net="-5")
        import_files(home, [write_csv(tmp_path / f"{day}.csv", HEADER, row)])
    assert [row["order_id"] for row in stored(home, "returns")] == ["A1", "A1"]
    assert [row["net_amount"] for row in stored(home, "orders")] == [Decimal("15")]


def test_local_times_are_stored_as_utc_when_the_shop_is_in_shanghai(
    home: ShopHome, tmp_path: Path
) -> None:
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, line("A1"))])
    (order,) = stored(home, "orders")
    assert order["ordered_at"].isoformat() == "2026-01-05T00:30:00+00:00"


def test_a_date_and_a_time_column_make_one_moment(home: ShopHome, tmp_path: Path) -> None:
    header = ["小票号", "日期", "时间", "商品编码", "数量", "单价"]
    file = write_csv(tmp_path / "s.csv", header, ["A1", "2026/1/5", "8:30", "P1", 1, 5])
    import_files(home, [file])
    (order,) = stored(home, "orders")
    assert order["ordered_at"].isoformat() == "2026-01-05T00:30:00+00:00"


def test_a_time_column_alone_is_the_moment(home: ShopHome, tmp_path: Path) -> None:
    header = ["小票号", "时间", "商品编码", "数量", "单价"]
    file = write_csv(tmp_path / "s.csv", header, ["A1", "2026/1/5 8:30", "P1", 1, 5])
    import_files(home, [file])
    (order,) = stored(home, "orders")
    assert order["ordered_at"].isoformat() == "2026-01-05T00:30:00+00:00"
