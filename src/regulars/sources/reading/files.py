"""From the paths that a person gives to raw tables: folders, archives, each kind of file."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from regulars.errors import FileUnreadable
from regulars.sources.reading.delimited import read_delimited
from regulars.sources.reading.excel import read_excel
from regulars.sources.reading.json_lines import read_json
from regulars.sources.reading.parquet import read_parquet
from regulars.sources.reading.raw_table import RawTable
from regulars.sources.reading.source import KNOWN, Source, is_known, recognise
from regulars.sources.reading.unpacking import extract, member_name, members
from regulars.sources.reading.workspace import Workspace


def read_files(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], scratch: Path
) -> list[RawTable]:
    """One RawTable per sheet, file or archive member of ``paths``, in order.

    ``scratch`` is a folder that the caller owns: unpacked and converted files lie in it as
    long as the relations are used. FileUnreadable says in one line what is wrong with a file.
    """
    space = Workspace(connection, scratch)
    try:
        with space.rows_in_order():
            return [table for path in paths for table in _read_path(space, Path(path))]
    except BaseException:
        space.discard()
        raise


def _read_path(space: Workspace, path: Path) -> list[RawTable]:
    if path.is_dir():
        return _read_folder(space, path)
    if path.is_file():
        return _read_file(space, path)
    raise FileUnreadable(f"{path} does not exist. {_beside(path)}")


def _beside(path: Path) -> str:
    """What lies where a missing file was looked for."""
    folder = path.parent
    if not folder.is_dir():
        return f"The folder {folder} does not exist either."
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    if not names:
        return f"The folder {folder} is empty."
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return f"Files in {folder}: {', '.join(names[:10])}{more}."


def _read_folder(space: Workspace, folder: Path) -> list[RawTable]:
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    ]
    readable = [path for path in found if is_known(path.name)]
    if not readable:
        raise FileUnreadable(f"{folder} holds no file that can be read. Kinds: {KNOWN}.")
    tables: list[RawTable] = []
    for path in readable:
        tables += _read_file(space, path, str(path.relative_to(folder.parent)))
    left = [str(path.relative_to(folder)) for path in found if not is_known(path.name)]
    return _noting(tables, folder.name, left)


def _noting(tables: list[RawTable], place: str, left: list[str]) -> list[RawTable]:
    """The tables; the first says which files beside it are of no kind that can be read."""
    if not left or not tables:
        return tables
    more = f" and {len(left) - 10} more" if len(left) > 10 else ""
    note = f"not read in {place} (unknown kind): {', '.join(left[:10])}{more}"
    return [replace(tables[0], notes=(*tables[0].notes, note)), *tables[1:]]


def _read_file(space: Workspace, path: Path, file: str | None = None) -> list[RawTable]:
    file = file or path.name
    try:
        source = recognise(space.without_pattern(path), file, path.name)
        return _read_zip(space, source) if source.kind == "zip" else _read(space, source)
    except OSError as error:
        raise FileUnreadable(f"{file} cannot be read: {error.strerror or error}.") from None


def _read(space: Workspace, source: Source) -> list[RawTable]:
    if source.kind == "excel":
        return read_excel(space, source)
    if source.kind == "parquet":
        return [read_parquet(space, source)]
    if source.kind == "json":
        return [read_json(space, source)]
    return [read_delimited(space, source)]


def _read_zip(space: Workspace, source: Source) -> list[RawTable]:
    held = list(members(source.path, source.file))
    found = [member for member in held if is_known(member.filename)]
    if not found:
        raise FileUnreadable(f"{source.file} holds no file that can be read. Kinds: {KNOWN}.")
    tables = [table for member in found for table in _read_member(space, source, member)]
    left = [member_name(member) for member in held if not is_known(member.filename)]
    return _noting(tables, source.file, left)


def _read_member(space: Workspace, source: Source, member: zipfile.ZipInfo) -> list[RawTable]:
    name = member_name(member)
    file = f"{source.file}/{name}"
    suffix = Path(name).suffix.lower()
    path = space.new_path(suffix if suffix.isascii() and suffix[1:].isalnum() else "")
    extract(source.path, member, path, file)
    is_needed = False
    try:
        inner = recognise(path, file, name)
        if inner.kind == "zip":
            raise FileUnreadable(f"{file} is a zip in a zip. Unpack it and import what it holds.")
        is_needed = inner.kind == "parquet"
        return _read(space, inner)
    finally:
        if not is_needed:
            path.unlink(missing_ok=True)
