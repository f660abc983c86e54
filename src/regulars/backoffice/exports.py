"""Rows as a file, whole: CSV, or Excel in as many sheets as it takes.

A file is written to its end before the answer begins. The server sends it from threads of
its own, and there nothing of the engine may be alive: its connection belongs to the thread
that asked, which by then serves the next page.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

SHEET_ROWS = 1_048_575  # Excel's limit less the heading
CELL_CHARACTERS = 32_767  # Excel's limit of one cell
SMALL_FILE = 4_000_000  # bytes
CUT = " […]"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What XML, and so a workbook, cannot hold.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = Iterable[Sequence[Any]]


def csv_response(stem: str, heads: Sequence[str], rows: Rows) -> FileResponse:
    """A CSV download: UTF-8 with a BOM (Excel reads Chinese)."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    text.detach()  # writes what is left, and keeps the file open
    return _download(file, f"{stem}.csv", "text/csv; charset=utf-8")


def xlsx_response(stem: str, heads: Sequence[str], rows: Rows) -> FileResponse:
    """An Excel download; beyond a sheet's 1,048,575 rows the next sheet goes on."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    write_xlsx(file, heads, rows)
    return _download(file, f"{stem}.xlsx", XLSX)


def write_xlsx(target: Any, heads: Sequence[str], rows: Rows, sheet_rows: int = SHEET_ROWS) -> int:
    """Write a workbook row by row, in constant memory; the number of sheets."""
    book = Workbook(write_only=True)
    sheet, filled, sheet_count = None, 0, 0
    for row in rows:
        if sheet is None or filled == sheet_rows:
            sheet_count += 1
            sheet, filled = book.create_sheet(f"{sheet_count}"), 0
            sheet.append(list(heads))
        sheet.append([_excel_cell(sheet, value) for value in row])
        filled += 1
    if sheet is None:
        book.create_sheet("1").append(list(heads))
    book.save(target)
    return max(1, sheet_count)


def _download(file: IO[bytes], name: str, content_type: str) -> FileResponse:
    """The file as an answer; a small one from memory, so that nothing is left open."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size <= SMALL_FILE:
        with file:
            file = io.BytesIO(file.read())
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)


def _csv_value(value: Any) -> Any:
    match value:
        case None:
            return ""
        case datetime():
            return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
        case bool():
            return "true" if value else "false"
        case list():
            return _csv_value(", ".join(value))
        case str() if value.startswith(FORMULA_STARTS):
            return f"'{value}"  # a spreadsheet must not run what a customer typed
    return value


def _excel_cell(sheet: Any, value: Any) -> Any:
    match value:
        case datetime():
            return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        case Decimal():
            return float(value)
        case list():
            return _excel_cell(sheet, ", ".join(value))
        case str():
            cell = WriteOnlyCell(sheet, _excel_text(value))
            cell.data_type = "s"  # text, never a formula
            return cell
    return value


def _excel_text(value: str) -> str:
    """The text as a cell can hold it: what cannot stand there is marked, what is cut says so."""
    text = UNPRINTABLE.sub("\ufffd", value)
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - len(CUT)] + CUT
