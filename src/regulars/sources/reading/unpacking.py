"""Compressed files and archives, as streams of bytes with bounds on what comes out.

A member of a zip is read from the archive directly; nothing is written under a name that
the archive gives.
"""

import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, cast

import pyarrow as pa

from regulars.errors import FileUnreadable

Compression = Literal["gzip", "zstd"]
CHUNK = 4 << 20
MOST_UNPACKED = 64 << 30
"""Bytes that one file may unpack to."""
SPARE_DISK = 256 << 20
"""Bytes of disk that unpacking leaves free."""


@contextmanager
def opened(path: Path, compression: Compression | None, file: str) -> Iterator[IO[bytes]]:
    """The file's content as a stream; FileUnreadable if its compression is broken."""
    if compression is None:
        with path.open("rb") as plain:
            yield plain
        return
    try:
        with pa.input_stream(str(path), compression=compression) as stream:
            yield cast(IO[bytes], stream)
    except OSError as error:
        # Arrow's own errors about the content carry no number; the system's do.
        if error.errno is not None:
            raise
        raise damaged(file, error) from None


def damaged(file: str, error: Exception) -> FileUnreadable:
    """The error for a compressed file that ends early or is broken."""
    why = " ".join(str(error).split()).rstrip(".")
    return FileUnreadable(
        f"{file} is damaged or cut short ({why}). Get the file again from where it was made."
    )


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in big pieces."""
    while piece := stream.read(CHUNK):
        yield piece


def write_bounded(pieces: Iterable[bytes], target: Path, file: str) -> None:
    """Write the pieces; FileUnreadable when they exceed what is sane or what the disk holds."""
    size = 0
    with target.open("wb") as out:
        for piece in pieces:
            size += len(piece)
            if size > MOST_UNPACKED:
                raise FileUnreadable(
                    f"{file} unpacks to more than {MOST_UNPACKED:,} bytes. "
                    "Split it, or unpack it yourself and import the parts."
                )
            if shutil.disk_usage(target.parent).free < SPARE_DISK + len(piece):
                raise FileUnreadable(
                    f"{file} does not fit on the disk of {target.parent} when unpacked. "
                    "Free some space or move the shop home."
                )
            out.write(piece)


def members(path: Path, file: str) -> list[zipfile.ZipInfo]:
    """The files in a zip, in its order; FileUnreadable if it is damaged, locked or absurd."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [member for member in archive.infolist() if _is_data(member)]
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise damaged(file, error) from None
    if any(member.flag_bits & 0x1 for member in found):
        raise FileUnreadable(f"{file} is protected by a password. Unpack it and import the files.")
    if sum(member.file_size for member in found) > MOST_UNPACKED:
        raise FileUnreadable(
            f"{file} unpacks to more than {MOST_UNPACKED:,} bytes. Unpack it and import the parts."
        )
    return found


def extract(path: Path, member: zipfile.ZipInfo, target: Path, file: str) -> None:
    """Write one member of a zip to ``target``, checking its checksum."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            write_bounded(chunks(stream), target, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise damaged(file, error) from None


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's name as it was given; Chinese Windows writes GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _is_data(member: zipfile.ZipInfo) -> bool:
    parts = Path(member.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return not member.is_dir() and not hidden
