"""The inbox: files that were uploaded or put there, not yet in the lake."""

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from regulars.errors import FileUnreadable
from regulars.lake.home import ShopHome

LARGEST = 4 * 1024**3
ENDINGS = (
    ".csv", ".tsv", ".txt", ".gz", ".zip", ".zst", ".xlsx", ".xls", ".parquet", ".pq",
    ".json", ".jsonl", ".ndjson",
)  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """One file of the inbox."""

    name: str
    byte_count: int
    changed_at: datetime


def waiting(home: ShopHome) -> list[Waiting]:
    """The inbox's files that an import can read, newest first."""
    if not home.inbox.is_dir():
        return []
    found = []
    for entry in os.scandir(home.inbox):
        if entry.is_file(follow_symlinks=False) and entry.name.lower().endswith(ENDINGS):
            state = entry.stat()
            changed_at = datetime.fromtimestamp(state.st_mtime, UTC)
            found.append(Waiting(entry.name, state.st_size, changed_at))
    return sorted(found, key=lambda file: file.changed_at, reverse=True)


def take_in(home: ShopHome, uploads: Iterable["UploadedFile[Any]"]) -> list[str]:
    """Store uploads in the inbox under their own names; nothing that is there is overwritten.

    FileUnreadable, and nothing stored, where one is too large, empty or of no known kind.
    """
    given = list(uploads)
    for upload in given:
        _check(upload)
    home.inbox.mkdir(parents=True, exist_ok=True)
    return [_store(home.inbox, upload) for upload in given]


def paths(home: ShopHome, names: Iterable[str]) -> list[Path]:
    """The paths of files of the inbox; FileUnreadable where one is not there (any more)."""
    known = {file.name for file in waiting(home)}
    found = []
    for name in names:
        if name not in known:
            raise FileUnreadable(
                _("'%(name)s' is not in the inbox any more. Upload it again.") % {"name": name}
            )
        found.append(home.inbox / name)
    return found


def safe_name(given: str) -> str:
    """A file name without folders, control characters or a leading dot; Chinese stays."""
    last = given.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    return kept.strip().lstrip(".")[-150:] or "upload.csv"


def _check(upload: "UploadedFile[Any]") -> None:
    name, size = safe_name(upload.name or ""), upload.size or 0
    if not name.lower().endswith(ENDINGS):
        raise FileUnreadable(
            _("%(name)s is of no kind that can be imported. Kinds: %(kinds)s.")
            % {"name": name, "kinds": ", ".join(ENDINGS)}
        )
    if not size:
        raise FileUnreadable(_("%(name)s is empty.") % {"name": name})
    if size > LARGEST:
        raise FileUnreadable(
            _("%(name)s has %(size)d MB; at most %(most)d MB can be uploaded. Put it into the "
              "shop's inbox folder instead.")
            % {"name": name, "size": size // 1024**2, "most": LARGEST // 1024**2}
        )  # fmt: skip


def _store(folder: Path, upload: "UploadedFile[Any]") -> str:
    """Write aside, then move into place under the first free name."""
    name = safe_name(upload.name or "")
    aside = folder / f".{os.urandom(8).hex()}.part"
    with aside.open("wb") as stream:
        for chunk in upload.chunks():
            stream.write(chunk)
    for number in range(1, 10_000):
        target = folder / (name if number == 1 else _numbered(name, number))
        try:
            os.link(aside, target)
        except FileExistsError:
            continue
        aside.unlink()
        return target.name
    aside.unlink()
    raise FileUnreadable(_("%(name)s is in the inbox too many times.") % {"name": name})


def _numbered(name: str, number: int) -> str:
    stem, dot, endings = name.partition(".")
    return f"{stem}-{number}{dot}{endings}"
