"""Delimited text in every encoding, line end, delimiter and compression that exports come in."""

import codecs
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

HEADER = ["订单号", "商品名称", "数量", "备注"]
ROWS = [
    ["10001", "有机牛奶 250ml", "2", "请放门口"],
    ["10002", "婴儿纸尿裤", "-1", ""],
    ["10003", "洗衣机, 滚筒", "1", '说明 "静音"'],
    ["10004", "１２３ 全角", "3", "第一行\n第二行"],
    ["10005", "面包", "5", "好吃"],
]
LINES = [2, 3, 4, 5, 7]
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with byte order mark",
    "utf-16-le-mark": "UTF-16 LE",
    "utf-16-be-mark": "UTF-16 BE",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "gb18030": "GB18030",
    "gbk": "GB18030",
}


def encoded(text: str, encoding: str) -> bytes:
    if encoding.endswith("-mark"):
        codec = encoding.removesuffix("-mark")
        mark = codecs.BOM_UTF16_LE if codec.endswith("le") else codecs.BOM_UTF16_BE
        return mark + text.encode(codec)
    return text.encode(encoding)


def compressed(content: bytes, ending: str) -> bytes:
    if ending == ".gz":
        return gzip.compress(content)
    if ending == ".zst":
        return pa.compress(content, codec="zstd", asbytes=True)
    return content


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_rows_and_lines_are_exact_when_written_in_any_encoding_and_line_end(
    reader: Any,
    write: Callable[..., Path],
    delimited: Callable[..., str],
    encoding: str,
    line_end: str,
    ending: str,
) -> None:
    text = delimited([HEADER, *ROWS], line_end=line_end)
    path = write(f"sales.csv{ending}", compressed(encoded(text, encoding), ending))

    table = reader.table(path)

    assert table.columns == tuple(HEADER)
    expected = [
        (line, *(value or None for value in row)) for line, row in zip(LINES, ROWS, strict=True)
    ]
    assert reader.rows(table) == expected
    assert (table.row_count, table.reject_count, table.rejects) == (5, 0, None)
    assert f"encoding {ENCODINGS[encoding]}" in table.notes


@pytest.mark.parametrize(
    ("delimiter", "shown"), [(",", "comma"), ("\t", "tab"), (";", "semicolon"), ("|", "pipe")]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_delimiter_is_found_when_values_hold_the_others(
    reader: Any,
    write: Callable[..., Path],
    delimited: Callable[..., str],
    delimiter: str,
    shown: str,
    line_end: str,
) -> None:
    rows = [["id", "note", "price"], *([str(n), "a,b;c|d e", "1,50"] for n in range(1, 9))]
    table = reader.table(write("x.txt", delimited(rows, delimiter=delimiter, line_end=line_end)))
    assert f"delimiter {shown}" in table.notes
    assert reader.rows(table)[-1] == (9, "8", "a,b;c|d e", "1,50")


def test_quote_is_found_when_it_is_single(
    reader: Any, write: Callable[..., Path], delimited: Callable[..., str]
) -> None:
    rows = [["id", "note x"], *([str(n), f"it's, {n}"] for n in range(1, 9))]
    table = reader.table(write("x.csv", delimited(rows, quote="'")))
    assert "delimiter comma, quote '" in table.notes
    assert reader.rows(table)[0] == (2, "1", "it's, 1")


def test_quote_is_understood_when_escaped_by_backslash(
    reader: Any, write: Callable[..., Path]
) -> None:
    table = reader.table(write("x.csv", 'id,note\n1,"say \\"hi\\", then\ngo"\n2,"b\\\\"\n3,c\n'))
    assert reader.rows(table) == [
        (2, "1", 'say "hi", then\ngo'),
        (4, "2", "b\\"),
        (5, "3", "c"),
    ]


def test_quote_is_a_character_when_inside_an_unquoted_value(
    reader: Any, write: Callable[..., Path]
) -> None:
    table = reader.table(write("x.csv", 'id,note\n1,5" pipe\n2,6"\n3,"7"" ""x"""\n'))
    assert reader.rows(table) == [(2, "1", '5" pipe'), (3, "2", '6"'), (4, "3", '7" "x"')]


def test_line_ends_may_be_mixed(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", 'id,note\r\n1,a\n2,"b\r\nc"\r3,d\r\n4,e'))
    assert reader.rows(table) == [(2, "1", "a"), (3, "2", "b\r\nc"), (5, "3", "d"), (6, "4", "e")]


def test_empty_lines_after_the_last_row_do_not_count(
    reader: Any, write: Callable[..., Path]
) -> None:
    table = reader.table(write("x.csv", "id,note\n1,a\n2,b\n\n\r\n\n"))
    assert (table.row_count, table.reject_count) == (2, 0)


def test_all_values_stay_text(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", "id,on,no\n007,2026-01-05,1e5\nNULL,NA,1.50\n"))
    assert reader.rows(table) == [(2, "007", "2026-01-05", "1e5"), (3, "NULL", "NA", "1.50")]
    assert set(table.types.values()) == {"VARCHAR"}


def test_western_text_is_read_when_it_is_windows_1252(
    reader: Any, write: Callable[..., Path]
) -> None:
    content = "id;name;price\n1;Müller Käse;1,50 €\n2;crème brûlée;2,00 €\n".encode("cp1252")
    table = reader.table(write("x.csv", content))
    assert "encoding Windows-1252" in table.notes
    assert reader.rows(table)[1] == (3, "2", "crème brûlée", "2,00 €")


def test_encoding_is_reconsidered_when_the_head_was_plain_ascii(
    reader: Any, write: Callable[..., Path]
) -> None:
    ascii_rows = "".join(f"{n},plain row that says nothing\n" for n in range(20_000))
    content = ("id,note\n" + ascii_rows + "20000,有机牛奶放门口\n20001,好吃\n").encode("gb18030")
    table = reader.table(write("x.csv", content))
    assert "encoding GB18030" in table.notes
    assert reader.rows(table)[-2:] == [
        (20_002, "20000", "有机牛奶放门口"),
        (20_003, "20001", "好吃"),
    ]


def test_xls_is_read_as_text_when_it_is_text_under_that_name(
    reader: Any, write: Callable[..., Path]
) -> None:
    table = reader.table(write("report.xls", "订单号\t数量\n1\t2\n".encode("gb18030")))
    assert reader.rows(table) == [(2, "1", "2")]


def test_one_column_is_read(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", "phone\n13800138000\n\n13900139000\n"))
    assert reader.rows(table) == [(2, "13800138000"), (4, "13900139000")]
    assert reader.rejects(table) == [(3, "empty line", "")]


def test_lines_are_true_when_the_connection_does_not_keep_order(
    reader: Any, write: Callable[..., Path]
) -> None:
    reader.connection.execute("SET preserve_insertion_order = false; SET threads = 4")
    long = "x" * 60
    rows = "".join(f"{n},{long}\n" for n in range(2, 400_002))
    for path in (write("x.csv", f"id,v\n{rows}"), write("y.csv", f'"id\n",v\n1,\n{rows}')):
        table = reader.table(path)
        offset = 0 if path.name == "x.csv" else 2
        wrong = f"SELECT count(*) FROM {table.relation} WHERE id::BIGINT <> _line - {offset}"
        assert reader.connection.execute(wrong).fetchall() == [(0,)]
        assert table.row_count >= 400_000
    kept = reader.connection.execute("SELECT current_setting('preserve_insertion_order')")
    assert kept.fetchall() == [(False,)]


def test_scratch_holds_only_what_is_used(
    reader: Any, write: Callable[..., Path], delimited: Callable[..., str]
) -> None:
    reader.table(write("x.csv.gz", gzip.compress(delimited([HEADER, *ROWS]).encode())))
    assert [path.suffix for path in reader.scratch.iterdir()] == [".parquet"]
