"""JSON lines and JSON documents: a column per key, nested values as JSON text."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EVENT = {
    "type": "track",
    "event": "Product Viewed",
    "userId": None,
    "anonymousId": "a-1",
    "properties": {"product_id": "p1", "price": 3.5, "tags": ["新", "x"]},
    "context": {"page": {"path": "/p1"}},
    "sent": True,
    "n": 3,
}


@pytest.mark.parametrize("name", ["e.jsonl", "e.ndjson", "e.json"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_nested_values_are_json_text(
    reader: Any, write: Callable[..., Path], name: str, line_end: str
) -> None:
    lines = [json.dumps(EVENT, ensure_ascii=False), '{"event":"b","extra key/~\\"":1}']
    table = reader.table(write(name, line_end.join(lines) + line_end))
    assert table.columns == (*EVENT, 'extra key/~"')
    first, second = reader.rows(table)
    assert first[:5] == (1, "track", "Product Viewed", None, "a-1")
    assert json.loads(first[5]) == EVENT["properties"]
    assert json.loads(first[6]) == EVENT["context"]
    assert first[7:] == ("true", "3", None)
    assert (second[0], second[2], second[-1]) == (2, "b", "1")


def test_bad_lines_are_rejects(reader: Any, write: Callable[..., Path]) -> None:
    content = b'{"a":"\xe7\x89\x9b"}\n{"a":\n\n[1]\n{"a":"\xff"}\r\n"x"\n{"a":"b"}\n\n'
    table = reader.table(write("x.jsonl", content))
    assert reader.rows(table) == [(1, "牛"), (7, "b")]
    assert reader.rejects(table) == [
        (2, "not valid JSON", '{"a":'),
        (3, "empty line", ""),
        (4, "JSON, but no object", "[1]"),
        (5, "bytes that its encoding does not have", '{"a":"\ufffd"}'),
        (6, "JSON, but no object", '"x"'),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a":1,"b":"x"},{"a":2,"b":"y"}]',
        '[\n  {\n    "a": 1,\n    "b": "x"\n  },\n  {"a": 2, "b": "y"}\n]\n',
        '{"orders": [\n {"a":1,"b":"x"},\n {"a":2,"b":"y"}], "next": null,\n "count": 2}',
        '{\n"a":1,\n"b":"x"}\n{"a":2,"b":"y"}\n',
    ],
    ids=["array", "pretty array", "wrapped array", "pretty objects"],
)
def test_objects_of_a_document_are_rows(reader: Any, write: Callable[..., Path], text: str) -> None:
    table = reader.table(write("x.json", text))
    assert reader.rows(table) == [(1, "1", "x"), (2, "2", "y")]


def test_json_lines_are_read_when_compressed_or_in_another_encoding(
    reader: Any, write: Callable[..., Path]
) -> None:
    text = '{"名":"牛奶"}\n{"名":"面包"}\n'
    paths = [
        write("a.jsonl.gz", gzip.compress(text.encode())),
        write("b.jsonl", text.encode("utf-16")),
        write("c.jsonl", text.encode("gb18030")),
        write("d.jsonl", text.encode("utf-8-sig")),
    ]
    for table in reader.tables(*paths):
        assert reader.rows(table) == [(1, "牛奶"), (2, "面包")]


def test_keys_that_differ_in_case_stay_apart(reader: Any, write: Callable[..., Path]) -> None:
    table = reader.table(write("x.jsonl", '{"id":1,"ID":2}\n'))
    assert table.columns == ("id", "ID_2")
    assert reader.rows(table) == [(1, "1", "2")]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",))), min_size=1, max_size=6))
def test_text_comes_back_equal(reader: Any, write: Callable[..., Path], values: list[str]) -> None:
    lines = [json.dumps({"k": value}, ensure_ascii=False) for value in values]
    table = reader.table(write("x.jsonl", "\n".join(lines) + "\n"))
    assert reader.rows(table) == list(enumerate(values, start=1))
