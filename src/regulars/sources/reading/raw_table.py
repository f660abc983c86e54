"""What reading hands on: one uniform raw relation per sheet, file or member of an archive."""

from collections.abc import Mapping
from dataclasses import dataclass

LINE = "_line"
"""The column of every raw relation that says where a row stands in its file."""


@dataclass(frozen=True)
class RawTable:
    """One sheet, one file or one member of an archive, as a relation of a DuckDB connection.

    ``relation`` has every column of ``columns`` (VARCHAR, or as ``types`` says where the
    format has types of its own) and ``_line`` BIGINT: the 1-based line of the file as an
    editor counts them (CRLF, LF and CR each end a line), where the row begins; the row in
    Excel and Parquet; the object of a JSON array. An empty field is null. Rows come
    in the file's order when ordered by ``_line``.

    ``rejects`` names a relation with the columns file, line, reason, row (the row's text, cut
    at 10,000 characters) of what is in the file but not in ``relation``, or is None.
    ``row_count`` + ``reject_count`` + the header is what the file holds; empty lines after
    the last row are not counted.
    """

    file: str
    relation: str
    columns: tuple[str, ...]
    types: Mapping[str, str]
    row_count: int
    reject_count: int
    rejects: str | None
    notes: tuple[str, ...]
