"""Open a shop's timeline: up to date, mapped into memory, one for all threads of a process."""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from regulars.errors import LakeBusy
from regulars.lake.head import read_head
from regulars.lake.home import ShopHome
from regulars.lake.timeline.bucket_files import OFFSETS, MappedBucket, reading
from regulars.lake.timeline.coding import NONE, read_texts
from regulars.lake.timeline.manifest import MANIFEST_FILE, Manifest, read_manifest
from regulars.lake.timeline.product_groups import product_properties
from regulars.lake.timeline.updating import (
    Report,
    bring_up_to_date,
    is_present,
    silent,
    timeline_folder,
)
from regulars.tables.timeline import Bucket, EventName, Property, Timeline

MOST_HELD = 4  # shops that one process keeps open, the last used ones
_ATTEMPTS = 20


@dataclass
class _Held:
    """What a process has open of one shop. ``known``: looked up since the lake's last write."""

    manifest: Manifest
    timeline: Timeline
    stamp: tuple[int, int] | None
    head_number: int = -1
    known: dict[Hashable, Any] = field(default_factory=dict)


_held: dict[Path, _Held] = {}
_opening = threading.Lock()


def open_timeline(
    home: ShopHome,
    *,
    trait_names: Sequence[str] = (),
    read_trait: Callable[[str], pa.Table] | None = None,
    report: Report = silent,
    waits: bool = True,
) -> Timeline:
    """The timeline at the lake's present state; built, or brought up to date, where it is not.

    ``report`` is told what is being done, how much of it is done, and how much there is.
    While another process brings it up to date, ``waits`` for that, or takes the one before.
    """
    with _opening:
        head = read_head(home.lake_path)
        held = _held.get(home.path)
        if held is None or not is_present(held.manifest, head) or held.stamp != _stamp(home):
            held = _open(home, report, waits)
        if held.head_number != head.number:
            held.head_number, held.known = head.number, {}
        _held.pop(home.path, None)
        _held[home.path] = held
        while len(_held) > MOST_HELD:  # a process may map only so many files
            _held.pop(next(iter(_held)))
        return replace(
            held.timeline,
            timezone=home.settings.timezone,
            trait_names=trait_names,
            read_trait=read_trait,
            _known=held.known,
        )


def _stamp(home: ShopHome) -> tuple[int, int] | None:
    """Which manifest stands in the folder; another one where somebody deleted or updated it."""
    try:
        found = (timeline_folder(home) / MANIFEST_FILE).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _open(home: ShopHome, report: Report, waits: bool) -> _Held:
    """Map the present state; once more where a file went between the manifest and the map."""
    folder = timeline_folder(home)
    for attempt in range(_ATTEMPTS):
        stamp = _stamp(home)
        manifest = read_manifest(folder)
        if manifest is None or not is_present(manifest, read_head(home.lake_path)):
            manifest = _updated(home, manifest, report, waits)
            stamp = _stamp(home)
        try:
            return _Held(manifest, _mapped(home, folder, manifest), stamp)
        except FileNotFoundError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError  # the last attempt raises or returns


def _updated(home: ShopHome, present: Manifest | None, report: Report, waits: bool) -> Manifest:
    """The folder brought up to date; not waiting, as it is while another process does that."""
    if waits or present is None or not present.buckets:
        return bring_up_to_date(home, report)
    try:
        return bring_up_to_date(home, report, wait_seconds=0)
    except LakeBusy:
        return present


def _mapped(home: ShopHome, folder: Path, manifest: Manifest) -> Timeline:
    wanted = {meaning.name: NONE[meaning.kind] for meaning in manifest.properties}
    files = [MappedBucket(folder, state) for state in manifest.bucket_files]
    buckets: list[Bucket] = []
    first = 0
    for file in files:
        offsets, read = file.column(OFFSETS), reading(file, wanted)
        gone = file.state.gone_rows
        buckets.append(Bucket(first, offsets, file.person_ids, file.visitors, read, gone))
        first += file.state.person_count
    filled = [state for state in manifest.bucket_files if state.present_rows]
    properties = {
        meaning.name: Property(
            meaning.name,
            meaning.kind,  # type: ignore[arg-type]
            meaning.row_count,
            read_texts(folder / meaning.file) if meaning.file else None,
        )
        for meaning in manifest.properties
        if meaning.row_count
    }
    properties |= {known.name: known for known in product_properties(folder, manifest)}
    return Timeline(
        timezone=home.settings.timezone,
        buckets=tuple(buckets),
        event_names=tuple(_event_name(*code) for code in manifest.event_codes),
        properties=properties,
        first_at=min((state.first_at for state in filled), default=None),
        last_at=max((state.last_at for state in filled), default=None),
    )


def _event_name(name: str, is_further: bool, row_count: int) -> EventName:
    """What a code stands for; one that no row has any more stands for nothing."""
    return EventName(name, is_further, row_count) if row_count else EventName("", True, 0)
