"""What stands in the timeline's folder, for whoever looks after the shop. Reads only."""

from dataclasses import dataclass

from regulars.lake.head import read_head
from regulars.lake.home import ShopHome
from regulars.lake.timeline.manifest import read_manifest
from regulars.lake.timeline.updating import is_present, timeline_folder


@dataclass(frozen=True)
class Status:
    """``shortened``: properties of which only the most frequent texts are kept."""

    row_count: int
    person_count: int
    byte_count: int
    is_up_to_date: bool
    shortened: tuple[str, ...] = ()


def timeline_status(home: ShopHome) -> Status | None:
    """The state of the folder; None where nothing was built that this release can read."""
    folder = timeline_folder(home)
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    return Status(
        manifest.row_count,
        manifest.person_count,
        sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        is_present(manifest, read_head(home.lake_path)),
        tuple(meaning.name for meaning in manifest.properties if meaning.is_full),
    )
