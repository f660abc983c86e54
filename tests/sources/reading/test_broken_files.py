"""Every broken file gets its one clear line, and nothing else is raised."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from regulars.errors import FileUnreadable
from regulars.sources.reading import excel, unpacking


def zip_of(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def locked_zip() -> bytes:
    content = bytearray(zip_of({"a.csv": b"a,b\n1,2\n"}))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def workbook(rows: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def locked_workbook() -> bytes:
    """An OLE file whose one stream is named as Office names an encrypted workbook."""
    content = io.BytesIO()
    book = xlwt.Workbook()
    book.add_sheet("s").write(0, 0, "x")
    book.save(content)
    data = bytearray(content.getvalue())
    place = data.index("Workbook".encode("utf-16-le"))
    data[place : place + 34] = "EncryptedPackage\0".encode("utf-16-le")
    data[place + 64] = 34
    return bytes(data)


def parquet() -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table({"a": list(range(5000))}), content)
    return content.getvalue()


CSV = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(5000))
ZSTD = pa.compress(CSV, codec="zstd", asbytes=True)
BROKEN: dict[str, tuple[str, bytes, str]] = {
    "empty": ("x.csv", b"", "x.csv is empty (0 bytes)"),
    "blank": ("x.csv", b"\n \n\r\n", "x.csv is empty"),
    "only a mark": ("x.csv", b"\xef\xbb\xbf", "x.csv is empty"),
    "only a header": ("x.csv", b"a,b,c\n", "x.csv holds a header and no rows"),
    "only a header, no line end": ("x.csv", b"a,b,c", "x.csv holds a header and no rows"),
    "gzip of nothing": ("x.csv.gz", gzip.compress(b""), "x.csv.gz is empty"),
    "binary": ("x.csv", bytes(range(256)) * 40, "x.csv is not a text file"),
    "binary, no zeros": ("x.csv", bytes(range(1, 32)) * 99, "x.csv is not a text file"),
    "zeros": ("x.csv", bytes(4000), "x.csv is not a text file"),
    "gzip of binary": ("x.csv.gz", gzip.compress(bytes(4000)), "x.csv.gz is not a text file"),
    "cut gzip": ("x.csv.gz", gzip.compress(CSV)[:-900], "x.csv.gz is damaged or cut short"),
    "damaged gzip": (
        "x.csv.gz",
        gzip.compress(CSV)[:300] + b"\0" * 50 + gzip.compress(CSV)[350:],
        "x.csv.gz is damaged or cut short",
    ),
    "false gzip": ("x.csv.gz", CSV, "x.csv.gz is named .gz but is not compressed that way"),
    "cut zstd": ("x.csv.zst", ZSTD[: len(ZSTD) // 2], "x.csv.zst is damaged or cut short"),
    "gzip of Excel": ("x.xlsx.gz", gzip.compress(b"x"), "x.xlsx.gz is a compressed file of no"),
    "unknown kind": ("x.pdf", b"%PDF-1.7", "x.pdf is of no kind that can be read. Kinds: .csv"),
    "no ending": ("sales", b"a,b\n1,2\n", "sales is of no kind that can be read"),
    "false Excel": ("x.xlsx", b"\1\2\3\4", "x.xlsx is not an Excel workbook"),
    "zip named Excel": ("x.xlsx", zip_of({"a.txt": b"x"}), "x.xlsx cannot be opened as an Excel"),
    "cut Excel": ("x.xlsx", workbook([["a"], [1]])[:-700], "x.xlsx cannot be opened as an Excel"),
    "cut old Excel": ("x.xls", locked_workbook()[:900], "x.xls cannot be opened as an Excel"),
    "empty Excel": ("x.xlsx", workbook([]), "x.xlsx has no sheet with rows"),
    "header Excel": ("x.xlsx", workbook([["a", "b"]]), "x.xlsx has no sheet with rows"),
    "locked Excel": ("x.xlsx", locked_workbook(), "x.xlsx is protected by a password"),
    "web page": ("x.xls", b"<html><table><tr>", "x.xls is a web page or XML under the name .xls"),
    "cut Parquet": ("x.parquet", parquet()[:-50], "x.parquet is not a whole Parquet file"),
    "false Parquet": ("x.parquet", b"a,b\n1,2\n", "x.parquet is not a Parquet file"),
    "cut zip": ("x.zip", zip_of({"a.csv": CSV})[:-60], "x.zip is damaged or cut short"),
    "false zip": ("x.zip", b"a,b\n", "x.zip is not a zip archive"),
    "locked zip": ("x.zip", locked_zip(), "x.zip is protected by a password"),
    "zip of nothing": ("x.zip", zip_of({"a.pdf": b"x"}), "x.zip holds no file that can be read"),
    "zip in zip": ("x.zip", zip_of({"y.zip": zip_of({"a.csv": CSV})}), "is a zip in a zip"),
    "empty member": ("x.zip", zip_of({"a.csv": b""}), "x.zip/a.csv is empty"),
    "wrong checksum": (
        "x.zip",
        zip_of({"a.csv": CSV}).replace(b"77,5929", b"77,5928"),
        "x.zip/a.csv is damaged or cut short",
    ),
    "no JSON": ("x.jsonl", b"hello\nworld\n", "x.jsonl holds no JSON object"),
    "JSON without objects": ("x.json", b"[1, 2]", "x.json holds no JSON object"),
    "cut JSON array": ("x.json", b'[{"a":1},{"a"', "x.json is not valid JSON"),
    "empty JSON": ("x.json", b" \n", "x.json holds no JSON object"),
    "binary JSON": ("x.jsonl", bytes(range(256)), "x.jsonl is not a text file"),
    "thousands of columns": ("x.csv", b"a," * 3000 + b"\n", "x.csv has 3,001 columns"),
    "thousands of keys": (
        "x.jsonl",
        b"".join(b'{"k%d":1}\n' % n for n in range(2001)),
        "x.jsonl has 2,001 different keys",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_one_clear_line_is_said_when_a_file_is_broken(
    reader: Any, write: Callable[..., Path], case: str
) -> None:
    name, content, said = BROKEN[case]
    with pytest.raises(FileUnreadable) as caught:
        reader.tables(write(name, content))
    message = str(caught.value)
    assert said in message
    assert "\n" not in message
    assert message.endswith(".")
    assert len(message) < 400


def test_what_lies_there_is_said_when_a_file_is_missing(
    reader: Any, write: Callable[..., Path]
) -> None:
    folder = write("sales.csv", CSV).parent
    with pytest.raises(FileUnreadable, match=r"sale\.csv does not exist.*sales\.csv"):
        reader.tables(folder / "sale.csv")
    with pytest.raises(FileUnreadable, match=r"The folder .*nowhere does not exist either"):
        reader.tables(folder / "nowhere/x.csv")


def test_kinds_are_said_when_a_folder_has_nothing_to_read(
    reader: Any, write: Callable[..., Path]
) -> None:
    folder = write("only/x.pdf", b"x").parent
    with pytest.raises(FileUnreadable, match=r"holds no file that can be read\. Kinds"):
        reader.tables(folder)


def test_unpacking_stops_when_a_file_swells_beyond_reason(
    reader: Any, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 10_000)
    for path in (write("x.csv.gz", gzip.compress(CSV)), write("x.zip", zip_of({"a.csv": CSV}))):
        with pytest.raises(FileUnreadable, match="unpacks to more than 10,000 bytes"):
            reader.tables(path)


def test_unpacking_stops_when_the_disk_is_full(
    reader: Any, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "SPARE_DISK", 1 << 60)
    with pytest.raises(FileUnreadable, match="does not fit on the disk"):
        reader.tables(write("x.csv.gz", gzip.compress(CSV)))


def test_workbooks_are_refused_when_they_swell_beyond_reason(
    reader: Any, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "MOST_UNPACKED", 100)
    with pytest.raises(FileUnreadable, match="more than the 100 that a workbook may have"):
        reader.tables(write("x.xlsx", workbook([["a"], [1]])))


def test_scratch_is_empty_when_reading_failed(reader: Any, write: Callable[..., Path]) -> None:
    for name, content, _ in BROKEN.values():
        with pytest.raises(FileUnreadable):
            reader.tables(write(name, content))
    left = list(reader.scratch.iterdir()) if reader.scratch.exists() else []
    assert left == []
