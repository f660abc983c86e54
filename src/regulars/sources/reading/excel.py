"""Excel workbooks: every sheet that holds rows becomes a table; formulas are never run.

Cells keep their types where a column has only one: whole numbers, numbers, dates, times of
day. A column of mixed types becomes text, whole numbers without ".0". A row that is empty in
every cell is a reject when rows follow it.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine as calamine

from regulars.errors import FileUnreadable
from regulars.sources.reading.header import Header, find_header
from regulars.sources.reading.raw_table import LINE, RawTable
from regulars.sources.reading.rejects import RejectsWriter
from regulars.sources.reading.source import Source
from regulars.sources.reading.workspace import Workspace

MOST_UNPACKED = 2 << 30
"""Bytes of XML in one workbook; above it, memory would not do."""
_BATCH = 20_000
_ARROW: dict[str, tuple[pa.DataType, str]] = {
    "bool": (pa.bool_(), "BOOLEAN"),
    "whole": (pa.int64(), "BIGINT"),
    "number": (pa.float64(), "DOUBLE"),
    "day": (pa.date32(), "DATE"),
    "moment": (pa.timestamp("us"), "TIMESTAMP"),
}
_KINDS: dict[type, str] = {bool: "bool", dt.datetime: "moment", dt.date: "day"}
HEAD_ROWS = 100
Row = list[Any]
_TEXT = (pa.string(), "VARCHAR")


def read_excel(space: Workspace, source: Source) -> list[RawTable]:
    """Every non-empty sheet of a workbook; FileUnreadable if there is none."""
    workbook = _open(source.path, source.file)
    tables = [
        table
        for name in workbook.sheet_names
        if (table := _read_sheet(space, source, workbook, name)) is not None
    ]
    if not tables:
        raise FileUnreadable(
            f"{source.file} has no sheet with rows under a header. "
            f"Sheets: {', '.join(workbook.sheet_names)}. Export it again with its rows."
        )
    return tables


def _open(path: Path, file: str) -> calamine.CalamineWorkbook:
    _check_size(path, file)
    try:
        if path.suffix.lower() in (".xlsx", ".xlsm") or not zipfile.is_zipfile(path):
            return calamine.CalamineWorkbook.from_path(str(path))
        # A new workbook under another name: told by its content, not its name.
        with path.open("rb") as stream:
            return calamine.CalamineWorkbook.from_filelike(stream)
    except calamine.PasswordError:
        raise FileUnreadable(
            f"{file} is protected by a password. Save it in Excel without one and import that."
        ) from None
    except (calamine.CalamineError, OSError) as error:
        why = " ".join(str(error).split())[:200]
        raise FileUnreadable(
            f"{file} cannot be opened as an Excel workbook ({why}). Save it again as .xlsx."
        ) from None


def _check_size(path: Path, file: str) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MOST_UNPACKED:
        raise FileUnreadable(
            f"{file} unpacks to {size:,} bytes, more than the {MOST_UNPACKED:,} that a workbook "
            "may have. Export it as CSV."
        )


def _read_sheet(
    space: Workspace, source: Source, workbook: calamine.CalamineWorkbook, name: str
) -> RawTable | None:
    sheet = _sheet(workbook, name, source.file)
    if sheet is None:
        return None
    head = [
        [as_text(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=True, nrows=HEAD_ROWS)
    ]
    if not head:
        return None
    header = find_header(head)
    file = f"{source.file} [{name}]"
    kinds, filled = _survey(sheet, header)
    if not filled:
        return None
    target = space.new_path(".parquet")
    with RejectsWriter(space.new_path(".parquet"), file) as rejects:
        count = _write(sheet, header, kinds, filled, target, rejects)
    types = {
        column: _ARROW.get(kind, _TEXT)[1] for column, kind in zip(header.names, kinds, strict=True)
    }
    return RawTable(
        file=file,
        relation=space.rows_view(target, header.names, None),
        columns=header.names,
        types=types,
        row_count=count,
        reject_count=rejects.count,
        rejects=space.rejects_view(rejects),
        notes=header.notes,
    )


def _sheet(
    workbook: calamine.CalamineWorkbook, name: str, file: str
) -> calamine.CalamineSheet | None:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except (calamine.WorksheetNotFound, calamine.CalamineError) as error:
        metadata = {sheet.name: sheet.typ for sheet in workbook.sheets_metadata}
        if metadata.get(name) != calamine.SheetTypeEnum.WorkSheet:
            return None
        why = " ".join(str(error).split())[:200]
        raise FileUnreadable(
            f"Sheet '{name}' of {file} is damaged ({why}). Save the workbook again in Excel."
        ) from None
    return sheet if sheet.height else None


def _batches(sheet: calamine.CalamineSheet, first: int) -> Iterator[list[Row]]:
    """The rows of the used area from its ``first`` one on, some thousands at a time."""
    rows = islice(sheet.iter_rows(), (sheet.start[0] if sheet.start else 0) + first, None)
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _survey(sheet: calamine.CalamineSheet, header: Header) -> tuple[list[str], int]:
    """The one kind of each column (text where mixed), and how many rows end with a filled one."""
    seen: list[set[str]] = [set() for _ in header.names]
    filled = 0
    for number, batch in enumerate(_batches(sheet, header.first_data_row)):
        for kinds, column in zip(seen, zip(*batch, strict=True), strict=True):
            kinds.update(_kinds(column))
        for place in range(len(batch), 0, -1):
            if not _is_empty(batch[place - 1]):
                filled = number * _BATCH + place
                break
    return [_one_kind(kinds) for kinds in seen], filled


def _is_empty(row: Row) -> bool:
    return row.count("") == len(row)


def _kinds(column: Sequence[Any]) -> set[str]:
    """The kinds of cell that a column has; empty cells are of none."""
    types = set(map(type, column))
    kinds = {_KINDS.get(kind, "text") for kind in types - {str, int, float}}
    if str in types and any(cell for cell in column if isinstance(cell, str)):
        kinds.add("text")
    if types & {int, float}:
        numbers = [cell for cell in column if type(cell) in (int, float)]
        kinds.add("whole" if all(map(_is_whole, numbers)) else "number")
    return kinds


def _is_whole(number: float) -> bool:
    return abs(number) < 1 << 53 and number == int(number)


def _one_kind(kinds: set[str]) -> str:
    if kinds in ({"whole", "number"}, {"day", "moment"}):
        return "number" if "number" in kinds else "moment"
    return kinds.copy().pop() if len(kinds) == 1 else "text"


def _write(
    sheet: calamine.CalamineSheet,
    header: Header,
    kinds: Sequence[str],
    filled: int,
    target: Path,
    rejects: RejectsWriter,
) -> int:
    """Write the first ``filled`` rows to Parquet, the empty ones to the rejects; their number."""
    fields = [(f"c{n}", _ARROW.get(kind, _TEXT)[0]) for n, kind in enumerate(kinds)]
    schema = pa.schema([*fields, (LINE, pa.int64())])
    line = (sheet.start[0] if sheet.start else 0) + header.first_data_row + 1
    end = line + filled
    count = 0
    with pq.ParquetWriter(target, schema) as writer:
        for batch in _batches(sheet, header.first_data_row):
            numbered = list(enumerate(batch[: end - line], start=line))
            for number, row in numbered:
                if _is_empty(row):
                    rejects.add(number, "empty row", "")
            kept = [(number, row) for number, row in numbered if not _is_empty(row)]
            line += len(batch)
            count += len(kept)
            if kept:
                writer.write_table(_as_table(kept, kinds, schema))
            if line >= end:
                break
    return count


def _as_table(rows: Sequence[tuple[int, Row]], kinds: Sequence[str], schema: pa.Schema) -> pa.Table:
    columns = zip(*(row for _, row in rows), strict=True)
    arrays = [_as_array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    lines = pa.array([number for number, _ in rows], pa.int64())
    return pa.table([*arrays, lines], schema=schema)


def _as_array(column: Sequence[Any], kind: str) -> "pa.Array[Any]":
    if kind not in _ARROW:
        return pa.array([as_text(cell) or None for cell in column], pa.string())
    cells = [None if cell == "" else cell for cell in column]
    if kind == "whole":
        return pa.array(cells, pa.float64()).cast(pa.int64())
    if kind == "moment":
        cells = [_as_moment(cell) for cell in cells]
    return pa.array(cells, _ARROW[kind][0])


def _as_moment(cell: Any) -> dt.datetime | None:
    is_day = isinstance(cell, dt.date) and not isinstance(cell, dt.datetime)
    return dt.datetime.combine(cell, dt.time()) if is_day else cell


def as_text(cell: Any) -> str:
    """A cell as a person reads it; "" if it is empty."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if _is_whole(cell) else repr(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat(sep=" ") if isinstance(cell, dt.datetime) else str(cell)
