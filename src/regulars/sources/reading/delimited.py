"""CSV and its kin, read by DuckDB's own parallel reader into a scratch Parquet file.

Parquet, because the relation is scanned several times and must know its line numbers: writing
it costs about what one reading of the CSV costs, every later scan a tenth of that, and memory
stays bounded however long the file is. Compressed files are unpacked once first (DuckDB parses
plain files with all threads), other encodings become UTF-8 in the same pass.

A regular file has one row per line, which is checked by counting both. If they differ, or
DuckDB rejects anything, the file goes through ``records.Splitter`` and its clean copy is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from regulars.errors import FileUnreadable
from regulars.lake.engine import quoted
from regulars.sources.reading.dialect import Dialect, Record
from regulars.sources.reading.dialect import detect as detect_dialect
from regulars.sources.reading.encoding import UTF8, Encoding, failing_encoding, to_utf8
from regulars.sources.reading.encoding import detect as detect_encoding
from regulars.sources.reading.header import Header, find_header
from regulars.sources.reading.line_count import count_lines, line_ends
from regulars.sources.reading.raw_table import LINE, RawTable
from regulars.sources.reading.records import Splitter
from regulars.sources.reading.rejects import RejectsWriter
from regulars.sources.reading.source import Source
from regulars.sources.reading.unpacking import chunks, opened, write_bounded
from regulars.sources.reading.workspace import Workspace, parquet_row_count

HEAD = 256 << 10
MOST_COLUMNS = 2_000


@dataclass(frozen=True)
class Layout:
    """How a UTF-8 file is to be read: its dialect, its header, and where its data begin."""

    dialect: Dialect
    header: Header
    line_end: str
    data_start: int
    first_line: int

    @property
    def is_plain(self) -> bool:
        """Whether at most one line, the header, stands before the data."""
        header_lines = 0 if self.header.row is None else 1
        return self.first_line == header_lines + 1 and len(self.header.names) > 1


def read_delimited(space: Workspace, source: Source) -> RawTable:
    """The rows of a delimited file; FileUnreadable if it is no text or holds no rows."""
    with opened(source.path, source.compression, source.file) as stream:
        head = stream.read(HEAD)
    encoding = detect_encoding(head, whole=len(head) < HEAD) if head else UTF8
    if encoding is None:
        raise FileUnreadable(
            f"{source.file} is not a text file: it holds binary data. "
            "Export it as CSV, Excel, Parquet or JSON lines."
        )
    try:
        return _read_as(space, source, encoding)
    except _OtherEncoding as other:
        return _read_as(space, source, other.encoding)


class _OtherEncoding(Exception):
    """A file that looked like UTF-8 at its head is in another encoding further on."""

    def __init__(self, encoding: Encoding) -> None:
        super().__init__(encoding.label)
        self.encoding = encoding


def _read_as(space: Workspace, source: Source, encoding: Encoding) -> RawTable:
    path = _as_utf8(space, source, encoding)
    try:
        layout = _layout(path, source.file)
        notes = (f"encoding {encoding.label}", layout.dialect.label, *layout.header.notes)
        return _read_regular(space, source, path, layout, notes) or _read_irregular(
            space, source, path, layout, encoding, notes
        )
    finally:
        if path != source.path:
            path.unlink(missing_ok=True)


def _as_utf8(space: Workspace, source: Source, encoding: Encoding) -> Path:
    """The file itself, or its unpacked and converted copy in the scratch folder."""
    if source.compression is None and encoding.codec == "utf-8":
        return source.path
    path = space.new_path(".csv")
    with opened(source.path, source.compression, source.file) as stream:
        pieces = chunks(stream)
        if encoding.codec != "utf-8":
            pieces = to_utf8(pieces, encoding)
        write_bounded(pieces, path, source.file)
    return path


def _layout(path: Path, file: str) -> Layout:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    whole = len(head) < HEAD
    mark = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    head = head[mark:]
    if not head.strip():
        raise FileUnreadable(f"{file} is empty. Export it again with its rows.")
    dialect = detect_dialect(head, whole=whole)
    records = _first_records(dialect, head, whole=whole)
    header = find_header(
        [[value.decode("utf-8", "replace") for value in record.fields] for record in records]
    )
    if len(header.names) > MOST_COLUMNS:
        raise FileUnreadable(
            f"{file} has {len(header.names):,} columns; at most {MOST_COLUMNS:,} can be read. "
            "Export one row per order line, or check its delimiter."
        )
    start = 0 if header.first_data_row == 0 else records[header.first_data_row - 1].end
    line_end = _line_end(head[: records[0].end])
    return Layout(dialect, header, line_end, start + mark, 1 + line_ends(head[:start]))


def _line_end(record: bytes) -> str:
    """As DuckDB writes it; left to its own finding, it takes one from inside a value."""
    return {b"\r\n": r"\r\n", b"\r": r"\r"}.get(record[len(record.rstrip(b"\r\n")) :], r"\n")


def _first_records(dialect: Dialect, head: bytes, *, whole: bool) -> list[Record]:
    records: list[Record] = []
    for record in dialect.records(head, whole=whole):
        records.append(record)
        if len(records) == 100:
            break
    return records or [Record(dialect.fields(head), 0, len(head))]


def _read_regular(
    space: Workspace, source: Source, path: Path, layout: Layout, notes: tuple[str, ...]
) -> RawTable | None:
    """Read a file of one row per line; None if it turns out not to be one."""
    if not layout.is_plain:
        return None
    target = space.new_path(".parquet")
    skip = 0 if layout.header.row is None else 1
    columns = {f"c{n}": "VARCHAR" for n in range(len(layout.header.names))}
    try:
        _copy(space, _csv(path, layout.dialect, columns, layout.line_end, skip), target)
    except duckdb.Error:
        target.unlink(missing_ok=True)
        return None
    rows = parquet_row_count(target)
    if rows + skip != count_lines(path):
        target.unlink()
        return None
    return _table(space, source, layout, target, layout.first_line, rows, None, notes)


def _read_irregular(
    space: Workspace,
    source: Source,
    path: Path,
    layout: Layout,
    encoding: Encoding,
    notes: tuple[str, ...],
) -> RawTable:
    if encoding.codec == "utf-8" and (other := failing_encoding(_pieces(path, 0))):
        raise _OtherEncoding(other)
    clean, target = space.new_path(".csv"), space.new_path(".parquet")
    try:
        with RejectsWriter(space.new_path(".parquet"), source.file) as rejects:
            rows = _split(path, clean, layout, encoding, rejects)
        columns = {LINE: "BIGINT"} | {f"c{n}": "VARCHAR" for n in range(len(layout.header.names))}
        dialect = Dialect(layout.dialect.delimiter, layout.dialect.quote, layout.dialect.quote)
        for parallel in (True, False):
            _copy(space, _csv(clean, dialect, columns, parallel=parallel), target)
            if parquet_row_count(target) == rows:
                break
        else:
            raise FileUnreadable(
                f"{source.file} could not be split into rows reliably. "
                "Save it as .xlsx or Parquet and import that."
            )
    finally:
        clean.unlink(missing_ok=True)
    return _table(space, source, layout, target, None, rows, rejects, notes)


def _split(
    path: Path, clean: Path, layout: Layout, encoding: Encoding, rejects: RejectsWriter
) -> int:
    with clean.open("wb") as out:
        splitter = Splitter(
            layout.dialect,
            len(layout.header.names),
            encoding.label,
            out,
            rejects,
            layout.first_line,
        )
        splitter.split(_pieces(path, layout.data_start))
    return splitter.clean_count


def _pieces(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        yield from chunks(stream)


def _copy(space: Workspace, select_from: str, target: Path) -> None:
    space.connection.execute(f"COPY (FROM {select_from}) TO {quoted(str(target))} (FORMAT parquet)")


def _csv(
    path: Path,
    dialect: Dialect,
    columns: dict[str, str],
    line_end: str = r"\n",
    skip: int = 0,
    *,
    parallel: bool = True,
) -> str:
    typed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    delimiter, quote, escape = (
        quoted(part.decode()) for part in (dialect.delimiter, dialect.quote, dialect.escape)
    )
    return (
        f"read_csv({quoted(str(path))}, auto_detect = false, header = false, skip = {skip}, "
        f"new_line = '{line_end}', delim = {delimiter}, quote = {quote}, escape = {escape}, "
        f"parallel = {parallel}, max_line_size = 2097152, columns = {{{typed}}})"
    )


def _table(
    space: Workspace,
    source: Source,
    layout: Layout,
    target: Path,
    first_line: int | None,
    rows: int,
    rejects: RejectsWriter | None,
    notes: tuple[str, ...],
) -> RawTable:
    if not rows and not (rejects and rejects.count):
        raise FileUnreadable(
            f"{source.file} holds a header and no rows. Export it again with its rows."
        )
    names = layout.header.names
    return RawTable(
        file=source.file,
        relation=space.rows_view(target, names, first_line),
        columns=names,
        types=dict.fromkeys(names, "VARCHAR"),
        row_count=rows,
        reject_count=rejects.count if rejects else 0,
        rejects=space.rejects_view(rejects) if rejects else None,
        notes=notes,
    )
