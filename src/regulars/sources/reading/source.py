"""One thing to read: where it lies, what to call it, of which kind it is and how compressed.

The first bytes decide before the name does: retail systems give web pages and tab-separated
text the name .xls, and zips any name at all.
"""

from dataclasses import dataclass
from pathlib import Path

from regulars.errors import FileUnreadable
from regulars.sources.reading.unpacking import Compression

_SUFFIXES = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".psv": "delimited",
    ".txt": "delimited",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xls": "excel",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".zip": "zip",
}
_COMPRESSIONS: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd"}
KNOWN = ", ".join((*_SUFFIXES, *_COMPRESSIONS))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Source:
    """A file on disk; ``kind`` is delimited, excel, parquet, json or zip."""

    path: Path
    file: str
    kind: str
    compression: Compression | None = None


def recognise(path: Path, file: str, name: str | None = None) -> Source:
    """The kind of a file, by its first bytes and its name; FileUnreadable if it is none."""
    suffix, compression = _suffix(name or path.name)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise FileUnreadable(f"{file} is empty (0 bytes). Export it again with its rows.")
    if head.startswith(b"\x1f\x8b"):
        return Source(path, file, _inner_kind(suffix, file), "gzip")
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return Source(path, file, _inner_kind(suffix, file), "zstd")
    if compression:
        raise FileUnreadable(
            f"{file} is named {_ending(compression)} but is not compressed that way. "
            "Name it for what it is, or get it again."
        )
    return Source(path, file, _kind(head, suffix, file))


def is_known(name: str) -> bool:
    """Whether a file of that name is one that can be read."""
    return _suffix(name)[0] in _SUFFIXES


def _kind(head: bytes, suffix: str, file: str) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLE):
        return "excel"
    if head.startswith(b"PK\x03\x04"):
        return "excel" if suffix in (".xlsx", ".xlsm", ".xls") else "zip"
    if suffix not in _SUFFIXES:
        raise FileUnreadable(f"{file} is of no kind that can be read. Kinds: {KNOWN}.")
    kind = _SUFFIXES[suffix]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta")):
        raise FileUnreadable(
            f"{file} is a web page or XML under the name {suffix}. "
            "Open it in Excel and save it as .xlsx."
        )
    if suffix == ".xls" and b"\0" not in head[2:]:
        return "delimited"
    if kind in ("excel", "parquet", "zip"):
        raise FileUnreadable(
            f"{file} is not {_ARTICLE[kind]}: its beginning is damaged or it is something else "
            f"under the name {suffix}. Get it again from where it was made."
        )
    return kind


_ARTICLE = {"excel": "an Excel workbook", "parquet": "a Parquet file", "zip": "a zip archive"}


def _inner_kind(suffix: str, file: str) -> str:
    kind = _SUFFIXES.get(suffix, "delimited" if not suffix else "")
    if kind in ("delimited", "json"):
        return kind
    raise FileUnreadable(
        f"{file} is a compressed file of no kind that can be read compressed. "
        "Unpack it first; compressed CSV and JSON lines are read as they are."
    )


def _suffix(name: str) -> tuple[str, Compression | None]:
    """(the kind's suffix, the compression) of ``jan.csv.gz``."""
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    compression = _COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    if compression:
        suffixes.pop()
    return (suffixes[-1] if suffixes else ""), compression


def _ending(compression: str) -> str:
    return next(suffix for suffix, name in _COMPRESSIONS.items() if name == compression)
