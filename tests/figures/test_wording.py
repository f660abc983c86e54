"""Numbers as people read them."""

from datetime import date
from decimal import Decimal

import pytest

from regulars.figures.wording import amount_of, change, count, member, money, rate, span, weekday


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("1234567.5"), "CNY", "¥1,234,568"),
        (99.999, "GBP", "£100.00"),
        (-4, "EUR", "−€4.00"),
        (Decimal(-2500), "USD", "−$2,500"),
        (5, "CHF", "CHF 5.00"),
        (0, "CNY", "¥0.00"),
        (None, "CNY", "–"),
    ],
)
def test_money_has_sign_and_separators_when_written(amount, currency, text):
    assert money(amount, currency) == text


def test_numbers_are_short_when_written():
    assert [count(12345), count(2.25), count(None)] == ["12,345", "2.2", "–"]
    assert [rate(0.1234), rate(0.5, 0), rate(None)] == ["12.3%", "50%", "–"]
    assert [change(0.05), change(-0.5), change(None)] == ["+5.0%", "−50.0%", "–"]
    assert [amount_of(0.5, unit, "CNY") for unit in ("money", "rate", "count", "number")] == [
        "¥0.50",
        "50.0%",
        "0.5",
        "0.5",
    ]


def test_names_are_in_the_language_when_written():
    assert [weekday(1, "en"), weekday(7, "zh-hans")] == ["Mon", "周日"]
    assert [member("web", "zh"), member("Alpha", "zh")] == ["网店", "Alpha"]
    assert span(date(2026, 3, 1), date(2026, 3, 1)) == "2026-03-01"
