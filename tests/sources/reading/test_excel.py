"""Excel workbooks, new and old: sheets, types, titles, rows as Excel numbers them."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

HEADER = ["订单号", "下单时间", "数量", "单价", "门店", "会员卡号"]
MOMENT = dt.datetime(2026, 1, 5, 10, 30)
ROWS: list[list[Any]] = [
    ["A001", MOMENT, 2, 3.5, "徐汇店", 13800138000],
    ["A002", MOMENT + dt.timedelta(days=1), -1, 12, "静安店", "M-17"],
]


def save_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)


def save_xls(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> None:
    workbook = xlwt.Workbook(encoding="utf-8")
    as_moment = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
    for name, rows in sheets.items():
        sheet = workbook.add_sheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                style = (as_moment,) if isinstance(cell, dt.datetime) else ()
                if cell is not None:
                    sheet.write(number, column, cell, *style)
    workbook.save(str(path))


@pytest.mark.parametrize(("save", "name"), [(save_xlsx, "m.xlsx"), (save_xls, "m.xls")])
def test_cells_keep_their_types_when_a_column_has_one(
    reader: Any, tmp_path: Path, save: Callable[..., None], name: str
) -> None:
    save(tmp_path / name, {"会员": [HEADER, *ROWS]})
    table = reader.table(tmp_path / name)
    assert table.file == f"{name} [会员]"
    assert table.columns == tuple(HEADER)
    assert dict(table.types) == {
        "订单号": "VARCHAR", "下单时间": "TIMESTAMP", "数量": "BIGINT", "单价": "DOUBLE",
        "门店": "VARCHAR", "会员卡号": "VARCHAR",
    }  # fmt: skip
    assert reader.rows(table) == [
        (2, "A001", MOMENT, 2, 3.5, "徐汇店", "13800138000"),
        (3, "A002", MOMENT + dt.timedelta(days=1), -1, 12.0, "静安店", "M-17"),
    ]


def test_types_are_those_of_the_relation(reader: Any, tmp_path: Path) -> None:
    rows = [["flag", "day", "empty"], [True, dt.date(2026, 1, 5), None], [False, None, None]]
    save_xlsx(tmp_path / "x.xlsx", {"s": rows})
    table = reader.table(tmp_path / "x.xlsx")
    described = reader.connection.execute(f"DESCRIBE {table.relation}").fetchall()
    assert {row[0]: row[1] for row in described} == {**table.types, "_line": "BIGINT"}
    assert table.types["empty"] == "VARCHAR"


def test_every_sheet_with_rows_is_a_table(reader: Any, tmp_path: Path) -> None:
    save_xlsx(
        tmp_path / "x.xlsx",
        {"一月": [HEADER, *ROWS], "空": [], "只有表头": [HEADER], "二": [HEADER, *ROWS]},
    )
    assert [table.file for table in reader.tables(tmp_path / "x.xlsx")] == [
        "x.xlsx [一月]",
        "x.xlsx [二]",
    ]


@pytest.mark.parametrize(("save", "name"), [(save_xlsx, "m.xlsx"), (save_xls, "m.xls")])
def test_rows_are_numbered_as_in_excel_when_titles_and_gaps(
    reader: Any, tmp_path: Path, save: Callable[..., None], name: str
) -> None:
    none: list[Any] = [None] * 6
    rows = [none, ["销售报表", *none[1:]], none, HEADER, ROWS[0], none, none, ROWS[1], none]
    save(tmp_path / name, {"s": rows})
    table = reader.table(tmp_path / name)
    assert [row[0] for row in reader.rows(table)] == [5, 8]
    assert reader.rejects(table) == [(6, "empty row", ""), (7, "empty row", "")]
    assert table.notes == ("title above the header: 销售报表",)


def test_formulas_are_not_run(reader: Any, tmp_path: Path) -> None:
    save_xlsx(tmp_path / "x.xlsx", {"s": [["a", "b"], ["x", "=1+1"], ["y", "=1+2"]]})
    assert reader.rows(reader.table(tmp_path / "x.xlsx")) == [(2, "x", None), (3, "y", None)]


def test_every_row_is_there_when_a_sheet_is_long(reader: Any, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("s")
    for row in range(45_001):
        sheet.append(["id", "v"] if row == 0 else [row, f"v{row}"])
    workbook.save(tmp_path / "x.xlsx")
    table = reader.table(tmp_path / "x.xlsx")
    assert table.row_count == 45_000
    assert reader.rows(table)[-1] == (45_001, 45_000, "v45000")
