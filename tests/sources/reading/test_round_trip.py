"""Whatever text stands in a table, it is read back equal, with its line, in pieces of any size."""

import re
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.sources.reading import read_files, unpacking

ANY = st.text(
    st.characters(exclude_categories=("Cs", "Cc"))
    | st.sampled_from(list(",;|\t\"\n\r '\\１２，。牛奶😀é\u2028")),
    max_size=12,
)
CHINESE = st.text(st.sampled_from(list('牛奶放门口好吃商品订单,"\n\r; １２，。a1')), max_size=12)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
DELIMITERS = st.sampled_from(list(",;\t|"))


def quoted(value: str, delimiter: str, *, always: bool) -> str:
    needed = always or value[:1] == " " or any(mark in value for mark in f'{delimiter}"\r\n')
    return '"' + value.replace('"', '""') + '"' if needed else value


def read_back(content: bytes) -> tuple[list[tuple[object, ...]], int]:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        [table] = read_files(connection, [path], Path(folder) / "scratch")
        assert table.columns == ("id", "name", "note")
        rows = connection.execute(
            f"SELECT _line, id, name, note FROM {table.relation} ORDER BY _line"
        ).fetchall()
        return rows, table.reject_count


def check(
    values: list[tuple[str, str]], line_end: str, delimiter: str, codec: str, *, always: bool
) -> None:
    text = delimiter.join(("id", "name", "note")) + line_end
    expected = []
    for number, row in enumerate(values):
        line = len(re.findall("\r\n|\r|\n", text)) + 1
        expected.append((line, str(number), *(value or None for value in row)))
        fields = (str(number), *(quoted(value, delimiter, always=always) for value in row))
        text += delimiter.join(fields) + line_end
    rows, reject_count = read_back(text.encode(codec))
    assert rows == expected
    assert reject_count == 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    values=st.lists(st.tuples(ANY, ANY), min_size=1, max_size=8),
    line_end=LINE_ENDS,
    delimiter=DELIMITERS,
    always=st.booleans(),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    piece=st.sampled_from([5, 16, 64, 4 << 20]),
)
def test_values_come_back_equal_when_any_text(
    values: list[tuple[str, str]],
    line_end: str,
    delimiter: str,
    codec: str,
    piece: int,
    always: bool,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpacking, "CHUNK", piece)
        check(values, line_end, delimiter, codec, always=always)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    values=st.lists(st.tuples(CHINESE, CHINESE), min_size=1, max_size=8),
    line_end=LINE_ENDS,
    piece=st.sampled_from([5, 64, 4 << 20]),
)
def test_values_come_back_equal_when_written_on_chinese_windows(
    values: list[tuple[str, str]], line_end: str, piece: int
) -> None:
    named = [("商品名称订单", "牛奶"), *values]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpacking, "CHUNK", piece)
        check(named, line_end, ",", "gb18030", always=False)
