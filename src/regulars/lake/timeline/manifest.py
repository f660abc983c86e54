"""What the timeline's folder holds: one small file names all others, and replaces itself at once.

    timeline/manifest.json    the state of the lake it was made from, buckets, meanings of codes
    timeline/7/bucket-003     rows of a bucket: one column after the other, as they lie in memory
    timeline/7/page.arrow     the texts of a property by code

Each update writes into a folder of its own; a file that has not changed stays where it is.
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

FORMAT = 2
MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True)
class Stored:
    """A column within a bucket's file: where it begins, and numpy's name of its type."""

    begin: int
    length: int
    type: str


@dataclass(frozen=True)
class BucketFile:
    """A bucket: its file (relative to the folder), its size, and the columns it has values of."""

    file: str
    row_count: int
    person_count: int
    first_at: int
    last_at: int
    columns: Mapping[str, Stored]


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
    """The present state of the folder. ``event_codes``: (name, is_further, row count) by code."""

    bucket_count: int
    salt: int = 0
    generation: int = 0
    format: int = FORMAT
    engine: str = duckdb.__version__
    lake: dict[str, TableHead] = field(default_factory=dict)
    buckets: list[BucketFile] = field(default_factory=list)
    properties: list[Meaning] = field(default_factory=list)
    event_codes: list[tuple[str, bool, int]] = field(default_factory=list)
    keys_are_full: bool = False
    products: str = ""

    @property
    def row_count(self) -> int:
        return sum(bucket.row_count for bucket in self.buckets)

    def files(self) -> set[str]:
        """Every file that this state needs."""
        texts = {meaning.file for meaning in self.properties if meaning.file}
        return {bucket.file for bucket in self.buckets} | texts | {self.products}


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
        json.dump(asdict(manifest), stream)
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
    buckets = [
        BucketFile(**(bucket | {"columns": {n: Stored(**c) for n, c in bucket["columns"].items()}}))
        for bucket in document.pop("buckets")
    ]
    properties = [Meaning(**meaning) for meaning in document.pop("properties")]
    codes = [(name, further, count) for name, further, count in document.pop("event_codes")]
    return Manifest(
        **document, lake=lake, buckets=buckets, properties=properties, event_codes=codes
    )
