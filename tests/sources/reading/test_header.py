"""Headers: found under titles, cleaned, told from data, never two alike."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars.sources.reading.header import find_header, unique_names


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["数量", "数量", "数量"], ("数量", "数量_2", "数量_3")),
        (["id", "ID", "Id_2"], ("id", "ID_3", "Id_2")),
        (["a", "", " ", "a_2", "a"], ("a", "column_2", "column_3", "a_2", "a_3")),
        (["\ufeff订单号 ", "\u200b数 \n 量", "\xa0价"], ("订单号", "数 量", "价")),
        (["_line", "_LINE"], ("_line_2", "_LINE_3")),
        (["column_2", ""], ("column_2", "column_2_2")),
    ],
)
def test_names_are_clean_and_unique(given: list[str], names: tuple[str, ...]) -> None:
    assert unique_names(given)[0] == names


def test_duplicates_are_noted() -> None:
    assert unique_names(["数量", "数量"])[1] == ("duplicated header '数量' read as '数量_2'",)


def test_titles_are_left_out_when_above_the_header() -> None:
    header = find_header(
        [["销售明细表", "", ""], ["导出时间: 2026-01-05", "", ""], ["", "", ""],
         ["订单号", "数量", "金额"], ["1", "2", "3.5"], ["2", "2", "4.5"]]
    )  # fmt: skip
    assert (header.names, header.row) == (("订单号", "数量", "金额"), 3)
    assert header.notes == ("title above the header: 销售明细表; 导出时间: 2026-01-05",)


@pytest.mark.parametrize(
    "rows",
    [
        [["1001", "2026-01-05", "milk", "3.5"], ["1002", "2026-01-06", "bread", "4.5"]],
        [["00001", "19970101", "1", "11.77"], ["00002", "19970112", "1", "12.00"]],
    ],
)
def test_names_are_made_when_there_is_plainly_no_header(rows: list[list[str]]) -> None:
    header = find_header(rows)
    assert header.row is None
    assert header.names == ("column_1", "column_2", "column_3", "column_4")


@pytest.mark.parametrize(
    "rows",
    [
        [["product", "2023", "2024"], ["milk", "5", "6"]],
        [["name", "city"], ["Ann", "York"]],
        [["1", "2"]],
        [["id", ""], ["1", "2"]],
    ],
)
def test_first_row_is_the_header_when_not_plainly_data(rows: list[list[str]]) -> None:
    assert find_header(rows).row == 0


def test_lines_are_true_when_titles_stand_above(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", '"Sales\nreport"\n\nid,qty,"unit\nprice"\n1,2,3\n4,5,6\n'))
    assert table.columns == ("id", "qty", "unit price")
    assert reader.rows(table) == [(6, "1", "2", "3"), (7, "4", "5", "6")]


def test_duplicated_headers_are_read_beside_each_other(
    reader: Any, write: Callable[..., Path]
) -> None:
    table = reader.table(write("x.csv", "\ufeff数量,数量,_line,\n1,2,3,4\n"))
    assert table.columns == ("数量", "数量_2", "_line_2", "column_4")
    assert reader.rows(table) == [(2, "1", "2", "3", "4")]


def test_header_fits_when_only_the_rows_end_with_a_delimiter(
    reader: Any, write: Callable[..., Path]
) -> None:
    table = reader.table(write("x.csv", "a,b\n1,2,\n3,4,\n"))
    assert table.columns == ("a", "b", "column_3")
    assert reader.rows(table)[1] == (3, "3", "4", None)


def test_header_fits_when_only_it_ends_with_a_delimiter(
    reader: Any, write: Callable[..., Path]
) -> None:
    table = reader.table(write("x.csv", "a,b,\n1,2\n3,4\n"))
    assert table.columns == ("a", "b")
    assert reader.rows(table)[1] == (3, "3", "4")


def test_every_row_is_data_when_there_is_no_header(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", "1,2026-01-05,milk\n2,2026-01-06,bread\n"))
    assert table.columns == ("column_1", "column_2", "column_3")
    assert reader.rows(table)[0] == (1, "1", "2026-01-05", "milk")


def test_header_may_hold_quotes_and_percent_signs(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", '"say ""hi""",it\'s %,c\n1,2,3\n'))
    assert table.columns == ('say "hi"', "it's %", "c")
    assert reader.rows(table) == [(2, "1", "2", "3")]
