"""Amounts inside sentences."""

import pytest

from regulars.effects.amount import amount_text


@pytest.mark.parametrize(
    ("value", "sign", "text"),
    [
        (1234.5, "¥", "¥1,234.50"),
        (-1234.5, "¥", "-¥1,234.50"),
        (-0.001, "$", "$0.00"),
        (2.0, "", "2.00"),
    ],
)
def test_amount_reads_with_sign_and_separators(value: float, sign: str, text: str) -> None:
    assert amount_text(value, sign) == text
