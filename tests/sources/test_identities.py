"""Who a row is about."""

from pathlib import Path

import duckdb
import pytest
from tests.sources.shops import HEADER, line, stored, write_csv

from regulars.lake import ShopHome
from regulars.sources import import_files
from regulars.sources.identities import identity

MEMBERS = ["会员卡号", "姓名", "手机号", "邮箱", "短信营销同意"]


@pytest.mark.parametrize(
    ("text", "kind", "currency", "expected"),
    [
        ("138 1234 5678", "phone", "CNY", "+8613812345678"),
        ("+86 138-1234-5678", "phone", "CNY", "+8613812345678"),
        ("008613812345678", "phone", "GBP", "+8613812345678"),
        ("8613812345678", "phone", "CNY", "+8613812345678"),
        ("020 7946 0958", "phone", "GBP", "+442079460958"),
        ("(212) 555-0123", "phone", "USD", "+12125550123"),
        ("138****5678", "phone", "CNY", None),
        ("00000000000", "phone", "CNY", None),
        ("11111111111", "phone", "CNY", None),
        ("Ann@Example.COM", "email", "CNY", "ann@example.com"),
        ("not an address", "email", "CNY", None),
        ("a***@b.com", "email", "CNY", None),
        ("M001", "member_no", "CNY", "M001"),
        ("0", "member_no", "CNY", None),
        ("-1", "customer_no", "CNY", None),
        ("NULL", "customer_no", "CNY", None),
        ("散客", "member_no", "CNY", None),
        ("Anonymous", "customer_no", "CNY", None),
    ],
)
def test_a_value_is_normalised_or_identifies_nobody(
    text: str, kind: str, currency: str, expected: str | None
) -> None:
    sql = f"SELECT {identity('cell', kind, currency)} FROM (SELECT ?::VARCHAR AS cell)"
    assert duckdb.connect().execute(sql, [text]).fetchall() == [(expected,)]


def test_a_phone_at_the_till_finds_the_member_of_the_same_import(
    home: ShopHome, tmp_path: Path
) -> None:
    members = write_csv(tmp_path / "m.csv", MEMBERS, ["M1", "张三", "13812345678", None, "是"])
    header = ["订单号", "手机号", "下单时间", "商品编码", "数量", "单价"]
    sales = write_csv(
        tmp_path / "s.csv", header, ["A1", "+86 138 1234 5678", "2026-01-05", "P1", 1, 5]
    )
    import_files(home, [sales, members])
    assert [row["customer_id"] for row in stored(home, "orders")] == ["M1"]
    (customer,) = stored(home, "customers")
    assert customer["is_member"]
    assert customer["attributes"] == '{"name":"张三","consent_sms":true}'


def test_a_phone_alone_becomes_a_customer_whose_id_hides_it(home: ShopHome, tmp_path: Path) -> None:
    header = ["订单号", "手机号", "下单时间", "商品编码", "数量", "单价"]
    file = write_csv(tmp_path / "s.csv", header, ["A1", "13812345678", "2026-01-05", "P1", 1, 5])
    import_files(home, [file])
    (customer,) = stored(home, "customers")
    assert customer["customer_id"].startswith("c-")
    assert "1381234" not in customer["customer_id"]
    (found,) = stored(home, "identifiers")
    assert (found["kind"], found["value"]) == ("phone", "+8613812345678")


def test_members_sharing_a_phone_stay_two_people(home: ShopHome, tmp_path: Path) -> None:
    rows = [["M1", "张", "13812345678", None, None], ["M2", "李", "13812345678", None, None]]
    import_files(home, [write_csv(tmp_path / "m.csv", MEMBERS, *rows)])
    assert [row["customer_id"] for row in stored(home, "customers", "customer_id")] == ["M1", "M2"]


def test_nobody_is_made_of_blocked_values(home: ShopHome, tmp_path: Path) -> None:
    rows = [line("A1", member="0"), line("A2", member="散客"), line("A3", member=None)]
    import_files(home, [write_csv(tmp_path / "s.csv", HEADER, *rows)])
    assert stored(home, "customers") == []
    assert [row["customer_id"] for row in stored(home, "orders")] == [None] * 3
