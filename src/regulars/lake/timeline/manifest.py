"""What the timeline's folder holds: one small file names all others, and replaces itself at once.

    timeline/manifest.json         the state of the lake it was made from, buckets, codes
    timeline/7/bucket-0003         rows of a bucket: one column after the other, as in memory
    timeline/7/bucket-0003-events  the event columns of its older files, as they are now
    timeline/7/text-02.arrow       the texts of a property by code

Each update writes into a folder of its own; a file that has not changed stays where it is. A
bucket has a base and, after it, patches. Who was touched since stands in a patch with all
rows; the rows in the file of before are gone: they stand there under an event code that
means nothing (``GONE``), in an event column that is written anew, beside the file.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from regulars.lake.head import TableHead

FORMAT = 3
MANIFEST_FILE = "manifest.json"
_NOTHING = ("", True, 0)  # what the code of rows that are gone stands for


@dataclass(frozen=True)
class Stored:
    """A column within a bucket's file: where it begins, and numpy's name of its type."""

    begin: int
    length: int
    type: str


@dataclass(frozen=True)
class BucketFile:
    """A base or a patch of a bucket: its file (relative to the folder), and what is in it.

    ``first_at``, ``last_at``: of the rows that are not gone. ``columns``: those it has values
    of. ``gone_people``: they stand in a later patch, or nowhere; ``gone_rows`` are theirs.
    ``events_in``: the file that holds the event column, from ``events_at`` on, since some are.
    """

    file: str
    row_count: int
    person_count: int
    first_at: int
    last_at: int
    columns: Mapping[str, Stored]
    gone_people: int = 0
    gone_rows: int = 0
    events_in: str = ""
    events_at: int = 0

    @property
    def present_rows(self) -> int:
        """How many rows are not gone."""
        return self.row_count - self.gone_rows


@dataclass
class Meaning:
    """A property: what its column holds, and for a text the file that gives the texts by code.

    ``json_key``: the key of events' properties that it is, else it is a column.
    ``is_full``: there were more texts than are kept; the rarest of them stand as none.
    """

    name: str
    kind: str
    json_key: str = ""
    row_count: int = 0
    file: str = ""
    text_count: int = 0
    is_full: bool = False


@dataclass
class Manifest:
    """The present state of the folder.

    ``buckets``: of each the base, then its patches. ``event_codes``: (name, is_further, row
    count) by code, the first of which is that of rows that are gone.
    """

    bucket_count: int
    salt: int = 0
    generation: int = 0
    format: int = FORMAT
    engine: str = duckdb.__version__
    lake: dict[str, TableHead] = field(default_factory=dict)
    buckets: list[list[BucketFile]] = field(default_factory=list)
    properties: list[Meaning] = field(default_factory=list)
    event_codes: list[tuple[str, bool, int]] = field(default_factory=lambda: [_NOTHING])
    keys_are_full: bool = False
    products: str = ""

    @property
    def bucket_files(self) -> list[BucketFile]:
        """All bases, and then all patches: the large ones first."""
        bases = [file for files in self.buckets for file in files[:1]]
        return bases + [file for files in self.buckets for file in files[1:]]

    @property
    def row_count(self) -> int:
        return sum(file.present_rows for file in self.bucket_files)

    @property
    def person_count(self) -> int:
        """Everybody once."""
        return sum(file.person_count - file.gone_people for file in self.bucket_files)

    def files(self) -> set[str]:
        """Every file that this state needs."""
        texts = {meaning.file for meaning in self.properties if meaning.file}
        rows = {name for file in self.bucket_files for name in (file.file, file.events_in) if name}
        return rows | texts | {self.products}


def read_manifest(folder: Path) -> Manifest | None:
    """The present state; None where there is none that this release can read."""
    try:
        document = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    if document.get("format") != FORMAT or document.get("engine") != duckdb.__version__:
        return None
    return _manifest(document)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put it in place by one rename, then delete the files that it does not need."""
    aside = folder / f"{MANIFEST_FILE}.new"
    with aside.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(manifest)))  # at once: in parts it takes five times as long
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(folder / MANIFEST_FILE)
    delete_unneeded(folder, manifest)


def delete_unneeded(folder: Path, manifest: Manifest | None) -> None:
    """Delete what no state needs: older generations, and what a killed builder left."""
    needed = manifest.files() if manifest else set()
    for generation in folder.iterdir():
        if not generation.is_dir():
            continue
        kept = {file for file in needed if file.startswith(f"{generation.name}/")}
        if not kept:
            shutil.rmtree(generation, ignore_errors=True)
            continue
        for path in generation.iterdir():
            if f"{generation.name}/{path.name}" not in kept:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _manifest(document: dict[str, Any]) -> Manifest:
    lake = {
        name: TableHead(s["version"], tuple(s["files"]), s["row_count"], tuple(s["columns"]))
        for name, s in document.pop("lake").items()
    }
    buckets = [[_bucket_file(file) for file in files] for files in document.pop("buckets")]
    properties = [Meaning(**meaning) for meaning in document.pop("properties")]
    codes = [(name, further, count) for name, further, count in document.pop("event_codes")]
    return Manifest(
        **document, lake=lake, buckets=buckets, properties=properties, event_codes=codes
    )


def _bucket_file(document: dict[str, Any]) -> BucketFile:
    columns = {name: Stored(**column) for name, column in document.pop("columns").items()}
    return BucketFile(**document, columns=columns)
