"""Numbers as people write them, against Python's own decimals."""

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.sources import numbers

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


def read(texts: list[str], style: str | None = None) -> list[Decimal | None]:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE cells AS SELECT unnest(?::VARCHAR[]) AS cell", [texts])
    counts = connection.execute(
        f"SELECT {', '.join(numbers.profile('cell'))} FROM cells"
    ).fetchall()[0]
    found = numbers.STYLES.get(style or "") or numbers.style_of(numbers.NumberProfile(*counts))
    value = numbers.number("cell", found or "point", "DECIMAL(18,4)")
    return [row[0] for row in connection.execute(f"SELECT {value} FROM cells").fetchall()]


@settings(max_examples=5, deadline=None)
@given(st.lists(amounts, min_size=20, max_size=40))
def test_thousands_separators_currency_and_width_are_read(values: list[Decimal]) -> None:
    shapes = (
        lambda v: f"{v:,}",
        lambda v: f"¥{v:,}",
        lambda v: f"{v} 元",
        lambda v: f"{v:,}".translate(WIDE),
        lambda v: f"({-v:,})" if v < 0 else f"{v:,}",
        lambda v: f"{-v:,}-" if v < 0 else f"{v:,}",
    )
    for shape in shapes:
        assert read([shape(v) for v in values]) == values


@settings(max_examples=5, deadline=None)
@given(st.lists(amounts, min_size=20, max_size=40))
def test_decimal_commas_are_read_when_the_column_proves_them(values: list[Decimal]) -> None:
    texts = [f"{v:,}".translate(str.maketrans(",.", ".,")) for v in [*values, Decimal("1.50")]]
    assert read(texts)[: len(values)] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.5%", "0.1250"),
        ("1,234", "1234"),
        ("+7", "7"),
        ("1.5e3", "1500"),
        ("US$ 3.20", "3.20"),
        ("1'234.50", "1234.50"),
        ("-¥5.00", "-5"),
        ("12abc", None),
        ("1,23,4.5", None),
        ("--", None),
        ("", None),
        ("5-3", None),
    ],
)
def test_a_single_cell_is_read_or_refused(text: str, expected: str | None) -> None:
    assert read([text], "point") == [None if expected is None else Decimal(expected)]
