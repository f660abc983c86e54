"""JSON lines, and JSON files that hold an array of objects, as columns of text.

Every key of the top level becomes a column, in the order in which keys first come up; nested
objects and arrays stay as JSON text. A line that is no JSON object is a reject.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from regulars.errors import FileUnreadable
from regulars.lake.engine import quoted
from regulars.sources.reading.delimited import HEAD, MOST_COLUMNS
from regulars.sources.reading.encoding import UTF8, Encoding, detect, to_utf8
from regulars.sources.reading.header import unique_names
from regulars.sources.reading.line_count import count_lines
from regulars.sources.reading.raw_table import LINE, RawTable
from regulars.sources.reading.rejects import ROW_LENGTH
from regulars.sources.reading.source import Source
from regulars.sources.reading.unpacking import chunks, opened, write_bounded
from regulars.sources.reading.workspace import Workspace, parquet_row_count

LONGEST_LINE = 16_000_000
_UNDECODABLE = "\ufdd0"
"""Stands for a byte that could not be decoded; Unicode reserves it for such inner uses."""
_SOUND = (
    "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' "
    f"AND NOT contains(line, '{_UNDECODABLE}') ELSE false END"
)


def read_json(space: Workspace, source: Source) -> RawTable:
    """The objects of a JSON file; FileUnreadable if it holds none."""
    with opened(source.path, source.compression, source.file) as stream:
        head = stream.read(HEAD)
    encoding = detect(head, whole=len(head) < HEAD) if head else UTF8
    if encoding is None:
        raise FileUnreadable(
            f"{source.file} is not a text file: it holds binary data. "
            "Export it as JSON lines or CSV."
        )
    start = head[encoding.mark_length :].decode(encoding.codec, "replace").lstrip()
    lines, rows = space.new_path(".parquet"), space.new_path(".parquet")
    try:
        if _is_document(start):
            kind = _copy_documents(space, source, encoding, start, lines)
        else:
            kind = "JSON lines"
            _copy_lines(space, source, encoding, lines)
        names, notes, are_sound = _copy_columns(space, source.file, lines, rows)
        rejects, reject_count = (None, 0) if are_sound else _rejects(space, source.file, lines)
    finally:
        lines.unlink(missing_ok=True)
    return RawTable(
        file=source.file,
        relation=space.rows_view(rows, names, None),
        columns=names,
        types=dict.fromkeys(names, "VARCHAR"),
        row_count=parquet_row_count(rows),
        reject_count=reject_count,
        rejects=rejects,
        notes=(f"encoding {encoding.label}", kind, *notes),
    )


def _is_document(start: str) -> bool:
    """An array, or objects written over several lines, instead of one object a line."""
    first = start.split("\n", 1)[0].strip()
    return first.startswith("[") or first.endswith(("{", "[", ",", ":"))


def _copy_lines(space: Workspace, source: Source, encoding: Encoding, lines: Path) -> None:
    """Every line of the file as a row; mixed line ends and wrong bytes by a cleaned copy."""
    if source.compression is None and encoding == UTF8 and _copied(space, source.path, lines):
        return
    plain = space.new_path(".txt")
    try:
        with opened(source.path, source.compression, source.file) as stream:
            write_bounded(_plain_lines(to_utf8(chunks(stream), encoding)), plain, source.file)
        if not _copied(space, plain, lines):
            raise FileUnreadable(
                f"{source.file} cannot be split into lines: one is longer than "
                f"{LONGEST_LINE:,} bytes. Write one JSON object a line."
            )
    finally:
        plain.unlink(missing_ok=True)


def _copied(space: Workspace, path: Path, lines: Path) -> bool:
    try:
        space.connection.execute(
            f"COPY (FROM read_csv({quoted(str(path))}, auto_detect = false, header = false, "
            f"delim = '\x01', quote = '', escape = '', max_line_size = {LONGEST_LINE}, "
            f"buffer_size = {2 * LONGEST_LINE}, columns = {{'line': 'VARCHAR'}})) "
            f"TO {quoted(str(lines))} (FORMAT parquet)"
        )
    except duckdb.Error:
        return False
    return parquet_row_count(lines) >= count_lines(path)


def _plain_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """UTF-8 with LF only, so that one reading fits all."""
    after_return = False
    for piece in pieces:
        plain = piece[1:] if after_return and piece.startswith(b"\n") else piece
        after_return = piece.endswith(b"\r")
        plain = plain.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\x01", b" ")
        yield plain.replace(b"\xff", _UNDECODABLE.encode())


def _copy_documents(
    space: Workspace, source: Source, encoding: Encoding, start: str, lines: Path
) -> str:
    """Every object of an array, or of the one array in a single object, as a row."""
    plain = space.new_path(".json")
    form = "array" if start.startswith("[") else "unstructured"
    try:
        with opened(source.path, source.compression, source.file) as stream:
            write_bounded(to_utf8(chunks(stream), encoding), plain, source.file)
        objects = (
            f"(SELECT CAST(json AS VARCHAR) AS line FROM read_json_objects({quoted(str(plain))}, "
            f"format = '{form}', maximum_object_size = 1000000000))"
        )
        key = _wrapping_key(space, objects) if form == "unstructured" else None
        if key is not None:
            items = f"json_extract(line, {quoted('/' + _pointer(key))})::JSON[]"
            objects = f"(SELECT unnest({items})::VARCHAR AS line FROM {objects})"
        space.connection.execute(f"COPY (FROM {objects}) TO {quoted(str(lines))} (FORMAT parquet)")
    except duckdb.Error as error:
        why = " ".join(str(error).replace(str(plain), source.file).split())[:200]
        raise FileUnreadable(
            f"{source.file} is not valid JSON ({why}). Export it again, or as JSON lines."
        ) from None
    finally:
        plain.unlink(missing_ok=True)
    return "JSON objects, numbered in their order" + (f", from '{key}'" if key else "")


def _wrapping_key(space: Workspace, objects: str) -> str | None:
    """The one key of a single object whose value is an array, as answers of APIs have it."""
    found = space.connection.execute(
        f"SELECT json_keys(line), line FROM {objects} LIMIT 2"
    ).fetchall()
    if len(found) != 1:
        return None
    document = json.loads(found[0][1])
    arrays = [
        key
        for key, value in document.items()
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    ]
    return arrays[0] if len(arrays) == 1 else None


def _copy_columns(
    space: Workspace, file: str, lines: Path, rows: Path
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Write the objects' values as text columns c0, c1, ...; names, notes, if all are sound."""
    source = f"read_parquet({quoted(str(lines))}, file_row_number = true)"
    keys, are_sound = _keys(space, source)
    if not keys:
        raise FileUnreadable(
            f"{file} holds no JSON object. Write one object a line, or an array of objects."
        )
    if len(keys) > MOST_COLUMNS:
        raise FileUnreadable(
            f"{file} has {len(keys):,} different keys; at most {MOST_COLUMNS:,} can be read. "
            "Put values that vary under one key as an object."
        )
    paths = ", ".join(quoted("/" + _pointer(key)) for key in keys)
    columns = ", ".join(f"found[{n + 1}] AS c{n}" for n in range(len(keys)))
    space.connection.execute(
        f"COPY (SELECT {columns}, line_number AS {LINE} FROM "
        f"(SELECT json_extract_string(line, [{paths}]) AS found, "
        f"CAST(file_row_number + 1 AS BIGINT) AS line_number "
        f"FROM {source} {'' if are_sound else 'WHERE ' + _SOUND})) "
        f"TO {quoted(str(rows))} (FORMAT parquet)"
    )
    names, notes = unique_names(keys)
    return names, notes, are_sound


def _keys(space: Workspace, source: str) -> tuple[list[str], bool]:
    """The keys in the order of their first coming up; whether every line is a sound object."""
    found = space.connection.execute(
        f"WITH shapes AS (SELECT keys, is_sound, min(file_row_number) AS line_number FROM "
        f"(SELECT json_keys(CASE WHEN {_SOUND} THEN line END) AS keys, {_SOUND} AS is_sound, "
        f"file_row_number FROM {source}) GROUP BY keys, is_sound) "
        f"SELECT key, bool_and(is_sound) FROM (SELECT unnest(coalesce(keys, [NULL])) AS key, "
        f"generate_subscripts(coalesce(keys, [NULL]), 1) AS place, line_number, is_sound "
        f"FROM shapes) GROUP BY key ORDER BY min((line_number, place))"
    ).fetchall()
    return [str(key) for key, _ in found if key is not None], all(sound for _, sound in found)


def _pointer(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _rejects(space: Workspace, file: str, lines: Path) -> tuple[str | None, int]:
    """The relation of lines that are no JSON object, and how many they are."""
    source = f"read_parquet({quoted(str(lines))}, file_row_number = true)"
    target = space.new_path(".parquet")
    space.connection.execute(
        f"COPY (SELECT {quoted(file)} AS file, CAST(file_row_number + 1 AS BIGINT) AS line, "
        f"CASE WHEN coalesce(trim(line), '') = '' THEN 'empty line' "
        f"WHEN contains(line, '{_UNDECODABLE}') THEN 'bytes that its encoding does not have' "
        f"WHEN json_valid(line) THEN 'JSON, but no object' ELSE 'not valid JSON' END AS reason, "
        f"replace(left(coalesce(line, ''), {ROW_LENGTH}), '{_UNDECODABLE}', '\ufffd') AS row "
        f"FROM {source} WHERE NOT ({_SOUND}) AND file_row_number <= "
        f"(SELECT max(file_row_number) FROM {source} WHERE trim(line) <> '')) "
        f"TO {quoted(str(target))} (FORMAT parquet)"
    )
    count = parquet_row_count(target)
    if not count:
        target.unlink()
        return None, 0
    return space.view(f"FROM read_parquet({quoted(str(target))})"), count
