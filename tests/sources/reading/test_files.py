"""Folders, archives, Parquet, and names that say something else than the content."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def workbook() -> bytes:
    content = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "会员"
    book.active.append(["id", "name"])
    book.active.append([1, "Ann"])
    book.save(content)
    return content.getvalue()


def parquet(rows: int = 2) -> bytes:
    content = io.BytesIO()
    table = pa.table({"id": list(range(rows)), "on": [date(2026, 1, 5)] * rows})
    pq.write_table(table, content)
    return content.getvalue()


def test_members_of_a_zip_are_tables(reader: Any, write: Callable[..., Path]) -> None:
    members = {
        "jan.csv": b"a,b\n1,2\n",
        "深/二月.csv": "a,b\n3,牛奶\n".encode("gb18030"),
        "m.xlsx": workbook(),
        "p.parquet": parquet(),
        "e.jsonl": b'{"a":1}\n',
        "readme.pdf": b"%PDF",
        "__MACOSX/._jan.csv": b"\0\1",
    }
    tables = reader.tables(write("sales.zip", zipped(members)))
    assert [table.file for table in tables] == [
        "sales.zip/jan.csv",
        "sales.zip/深/二月.csv",
        "sales.zip/m.xlsx [会员]",
        "sales.zip/p.parquet",
        "sales.zip/e.jsonl",
    ]
    assert reader.rows(tables[1]) == [(2, "3", "牛奶")]
    assert [table.row_count for table in tables] == [1, 1, 1, 2, 1]
    assert "not read in sales.zip (unknown kind): readme.pdf" in tables[0].notes


def test_names_in_a_zip_are_chinese_when_windows_wrote_it(
    reader: Any, write: Callable[..., Path]
) -> None:
    content = zipped({"XXXX.csv": b"a,b\n1,2\n"}).replace(b"XXXX", "一月".encode("gbk"))
    assert reader.table(write("sales.zip", content)).file == "sales.zip/一月.csv"


def test_members_cannot_leave_the_scratch_folder(
    reader: Any, write: Callable[..., Path], tmp_path: Path
) -> None:
    path = write("evil.zip", zipped({"../../escaped.csv": b"a,b\n1,2\n"}))
    before = {p for p in tmp_path.rglob("*") if reader.scratch not in p.parents}
    assert reader.table(path).row_count == 1
    assert {p for p in tmp_path.rglob("*") if reader.scratch not in p.parents} - before <= {
        reader.scratch
    }


def test_files_of_a_folder_are_tables(reader: Any, write: Callable[..., Path]) -> None:
    write("year/b.csv", "a,b\n1,2\n")
    write("year/a.csv", "a,b\n1,2\n")
    write("year/more/c.csv.gz", b"")
    folder = write("year/notes.pdf", "x").parent
    (folder / "more/c.csv.gz").unlink()
    write("year/.hidden.csv", "a,b\n1,2\n")
    write("year/more/c.tsv", "a\tb\n1\t2\n")
    tables = reader.tables(folder)
    assert [table.file for table in tables] == ["year/a.csv", "year/b.csv", "year/more/c.tsv"]
    assert "not read in year (unknown kind): notes.pdf" in tables[0].notes


def test_parquet_keeps_types_and_nested_values_become_json(
    reader: Any, write: Callable[..., Path]
) -> None:
    content = io.BytesIO()
    table = pa.table(
        {
            "id": [1, 2],
            "amount": [Decimal("1.50"), None],
            "tags": [["a", "b"], []],
            "who": [{"n": 1}, None],
            "ID": ["x", "y"],
        }
    )
    pq.write_table(table, content)
    read = reader.table(write("x.parquet", content.getvalue()))
    assert read.columns == ("id", "amount", "tags", "who", "ID_1")
    assert read.types["amount"].startswith("DECIMAL")
    assert reader.rows(read) == [
        (1, 1, Decimal("1.50"), '["a","b"]', '{"n":1}', "x"),
        (2, 2, None, "[]", None, "y"),
    ]


def test_content_decides_when_the_name_says_otherwise(
    reader: Any, write: Callable[..., Path]
) -> None:
    assert reader.table(write("a.csv", parquet())).row_count == 2
    assert reader.table(write("b.dat", zipped({"x.csv": b"a,b\n1,2\n"}))).row_count == 1
    assert reader.table(write("c.xls", workbook())).row_count == 1


def test_tables_of_several_paths_stand_beside_each_other(
    reader: Any, write: Callable[..., Path]
) -> None:
    tables = reader.tables(write("a.csv", "a,b\n1,2\n"), write("b.csv", "c,d\n3,4\n"))
    assert [table.columns for table in tables] == [("a", "b"), ("c", "d")]
    assert len({table.relation for table in tables}) == 2


def test_odd_path_names_are_no_pattern(reader: Any, write: Callable[..., Path]) -> None:
    write("a[1]x.csv", "a,b\n1,2\n")
    table = reader.table(write("a[1]*'x.csv", "a,b\n3,4\n"))
    assert reader.rows(table) == [(2, "3", "4")]
    write("p12.parquet", parquet())
    assert reader.table(write("p[1]*.parquet", parquet())).row_count == 2
    assert reader.table(write("j[1]*.jsonl", '{"a":1}\n')).row_count == 1
