"""What cannot be read is told apart with its line and reason, and nothing gets lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.sources.reading import read_files, records, unpacking

BROKEN = records.BROKEN_QUOTE


def test_ragged_rows_are_rejected_with_their_line(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", 'a,b,c\n1,2,3\n4,5\n6,7,8,9\n"x\ny",1,2\n,,\n10\n'))
    assert reader.rows(table) == [
        (2, "1", "2", "3"),
        (5, "x\ny", "1", "2"),
        (7, None, None, None),
    ]
    assert reader.rejects(table) == [
        (3, "2 fields where the header has 3", "4,5"),
        (4, "4 fields where the header has 3", "6,7,8,9"),
        (8, "1 field where the header has 3", "10"),
    ]


def test_one_line_is_lost_when_its_quote_is_never_closed(
    reader: Any, write: Callable[..., Path]
) -> None:
    rows = "".join(f'{n},"name {n}",x\n' for n in range(5, 500))
    table = reader.table(write("x.csv", f'a,b,c\n1,2,3\n4,"open,5\n{rows}'))
    assert table.row_count == 496
    assert reader.rows(table)[1] == (4, "5", "name 5", "x")
    assert reader.rejects(table) == [(3, BROKEN, '4,"open,5')]


def test_rows_after_are_kept_when_the_last_quote_is_open(
    reader: Any, write: Callable[..., Path]
) -> None:
    table = reader.table(write("x.csv", 'a,b\n1,2\n3,"open\n4,5\n6,7'))
    assert reader.rows(table) == [(2, "1", "2"), (4, "4", "5"), (5, "6", "7")]
    assert reader.rejects(table) == [(3, BROKEN, '3,"open')]


def test_text_after_a_closing_quote_is_rejected(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", 'a,b\n1,"2"x\n"3" , "4" \n'))
    assert reader.rejects(table) == [(2, BROKEN, '1,"2"x')]
    assert reader.rows(table) == [(3, "3", "4")]


def test_empty_lines_between_rows_are_rejects(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", "a,b\r\n1,2\r\n\r\n\r\n3,4\r\n\r\n"))
    assert reader.rows(table) == [(2, "1", "2"), (5, "3", "4")]
    assert reader.rejects(table) == [(3, "empty line", ""), (4, "empty line", "")]


@pytest.mark.parametrize(
    ("codec", "label"), [("utf-8", "UTF-8"), ("gb18030", "GB18030")], ids=["UTF-8", "GB18030"]
)
def test_undecodable_rows_are_rejected(
    reader: Any, write: Callable[..., Path], codec: str, label: str
) -> None:
    good = "".join(f"{n},有机牛奶请放门口\n" for n in range(50)).encode(codec)
    table = reader.table(write("x.csv", b"a,b\n" + good + b"50,\xff\xff!\n51,x\n"))
    assert table.row_count == 51
    [(line, reason, row)] = reader.rejects(table)
    assert (line, reason) == (52, f"bytes that are not {label}")
    assert row.startswith("50,\ufffd")


def test_absurdly_long_rows_are_rejected(reader: Any, write: Callable[..., Path]) -> None:
    long = "x" * 9_000_000
    table = reader.table(write("x.csv", f'a,b\n1,2\n3,{long}\n4,5\n6,"{long}"\n7,8\n'))
    assert reader.rows(table) == [(2, "1", "2"), (4, "4", "5"), (6, "7", "8")]
    rejects = reader.rejects(table)
    assert [line for line, _, _ in rejects] == [3, 5]
    assert max(len(row) for _, _, row in rejects) == 10_000


def test_rejects_name_the_file(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.csv", "a,b\n1\n2,3\n"))
    assert reader.connection.execute(f"SELECT file FROM {table.rejects}").fetchall() == [("x.csv",)]


LINES = st.sampled_from(
    ["1,2,3", "1,2", "1,2,3,4", "", '"x,3', '5" tv,2,3', '"a ""b""",2,3', "中,2,3", '1,"2"x,3',
     "1, 2 ,3", '1,"2" ,3', ",,"]
)  # fmt: skip


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    lines=st.lists(LINES, min_size=1, max_size=25),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    piece=st.sampled_from([7, 40, 4 << 20]),
)
def test_lines_add_up_when_lines_are_good_and_bad(
    reader: Any, write: Callable[..., Path], lines: list[str], line_end: str, piece: int
) -> None:
    lines = [*lines, "8,8,8"]
    path = write("x.csv", line_end.join(["a,b,c", "9,9,9", "9,9,8", *lines]) + line_end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpacking, "CHUNK", piece)
        [table] = read_files(reader.connection, [path], reader.scratch)
    kept = {row[0] for row in reader.rows(table)}
    rejected = {line for line, _, _ in reader.rejects(table)}
    assert table.row_count == len(kept)
    assert not kept & rejected
    assert kept | rejected == set(range(2, len(lines) + 4))
    sound = {"1,2,3", '5" tv,2,3', '"a ""b""",2,3', "中,2,3", "1, 2 ,3", '1,"2" ,3', ",,", "8,8,8"}
    assert kept - {2, 3} == {n for n, line in enumerate(lines, start=4) if line in sound}
