"""Files: whole, safe to open, beyond a sheet's limit too."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from regulars.backoffice.exports import csv_response, write_xlsx


def test_xlsx_goes_on_in_the_next_sheet_when_one_is_full() -> None:
    target = io.BytesIO()
    sheets = write_xlsx(target, ["n"], ([n] for n in range(25)), sheet_rows=10)
    book = load_workbook(target, read_only=True)
    assert sheets == len(book.worksheets) == 3
    rows = [row[0] for sheet in book.worksheets for row in list(sheet.values)[1:]]
    assert rows == list(range(25))
    assert {next(iter(sheet.values)) for sheet in book.worksheets} == {("n",)}
    book.close()


def test_xlsx_without_rows_has_its_headings() -> None:
    target = io.BytesIO()
    assert write_xlsx(target, ["a", "b"], []) == 1
    book = load_workbook(target)
    assert list(book.worksheets[0].values) == [("a", "b")]


def csv_text(heads: list[str], rows: Iterable[list[Any]]) -> str:
    """What a CSV download holds."""
    return b"".join(csv_response("x", heads, rows)).decode("utf-8-sig")


def test_rows_are_asked_to_the_end_before_the_answer_begins() -> None:
    """The server sends from other threads, where the engine's rows must not be alive."""
    asked = []
    rows = ([asked.append(number) or number] for number in range(3))
    response = csv_response("x", ["number"], rows)
    assert asked == [0, 1, 2]
    assert b"".join(response).splitlines()[-1] == b"2"


def test_formula_typed_by_a_customer_stays_text() -> None:
    target = io.BytesIO()
    write_xlsx(target, ["text"], [["=1+1"]])
    cell = load_workbook(target).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    lines = csv_text(["text"], [["=1+1"], ["-5"]])
    assert lines.splitlines()[1:] == ["'=1+1", "'-5"]


def test_formula_in_a_list_stays_text() -> None:
    target = io.BytesIO()
    write_xlsx(target, ["codes"], [[["=1+1", "B"]]])
    cell = load_workbook(target).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1, B", "s")
    lines = csv_text(["codes"], [[["=1+1"]]])
    assert lines.splitlines()[1] == "'=1+1"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x00b\x1fc", "a\ufffdb\ufffdc"),
        ("two\nlines", "two\nlines"),
        ("x" * 32_767, "x" * 32_767),
        ("x" * 40_000, "x" * 32_763 + " […]"),
    ],
    ids=["control characters", "line end", "a full cell", "too long for a cell"],
)
def test_workbook_is_whole_when_a_text_does_not_fit_in_one(given: str, kept: str) -> None:
    target = io.BytesIO()
    write_xlsx(target, ["text"], [[given]])
    assert load_workbook(target).worksheets[0]["A2"].value == kept


def test_values_keep_their_kind() -> None:
    target = io.BytesIO()
    moment = datetime(2026, 9, 30, 12, tzinfo=UTC)
    write_xlsx(target, ["a", "b", "c"], [[Decimal("1.50"), moment, None]])
    row = list(load_workbook(target).worksheets[0].values)[1]
    assert row[0] == 1.5
    assert isinstance(row[1], datetime)
    assert row[2] is None
