"""What a header stands for."""

import pytest

from regulars.sources.headers import nearest, normalised, recognise
from regulars.sources.layouts import all_layouts, sales_layout, table_layout


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("订单号", "order_id"),
        ("订单编号", "order_id"),
        ("Order ID", "order_id"),
        ("order_id", "order_id"),
        ("InvoiceNo", "order_id"),
        ("会员卡号", "member_no"),
        ("下单时间", "ordered_at"),
        ("实付金额（元）", "net_amount"),
        ("  Unit Price ($) ", "unit_price"),
        ("门店", "store_name"),
        ("门店编号", "store_id"),
        ("手机号码", "phone"),
        ("ＳＫＵ", "product_id"),
    ],
)
def test_a_sales_header_is_recognised(header: str, target: str) -> None:
    assert recognise([header], sales_layout()).matches[header].target == target


def test_a_unit_in_brackets_is_left_aside() -> None:
    assert normalised("金额(元)") == normalised("金额")


def test_a_date_and_a_time_column_are_two_things() -> None:
    found = recognise(["日期", "时间"], sales_layout()).matches
    assert (found["日期"].target, found["时间"].target) == ("ordered_at", "ordered_time")


def test_two_words_for_one_amount_are_asked_about() -> None:
    (question,) = recognise(["实收金额", "销售金额"], sales_layout()).questions
    assert "--map net_amount=" in question


def test_the_nearest_header_is_suggested_when_a_column_is_missing() -> None:
    assert nearest("quantity", ["编号", "购买数量合计"], sales_layout()) == "购买数量合计"


@pytest.mark.parametrize("layout", list(all_layouts()), ids=lambda layout: layout.name)
def test_every_layout_recognises_its_own_names(layout) -> None:
    found = recognise(list(layout.targets), layout).matches
    assert {header: match.target for header, match in found.items()} == {
        name: name for name in layout.targets
    }


@pytest.mark.parametrize("table", ["customers", "products", "stores", "feedback", "inventory"])
def test_every_table_recognises_its_chinese_labels(table: str) -> None:
    layout = table_layout(table)
    labels = {t.labels[0]: t.name for t in layout.targets.values() if t.labels}
    found = recognise(list(labels), layout).matches
    assert {header: match.target for header, match in found.items()} == labels
