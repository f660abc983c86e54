"""Does the lake agree with its own account of itself? Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass

from regulars.lake.delta import present_version
from regulars.lake.head import TableHead
from regulars.lake.store import Lake


@dataclass(frozen=True)
class Ailment:
    """Something that is not as it should be; ``is_harmless``: the next write mends it."""

    table: str
    text: str
    is_harmless: bool


def ailments(lake: Lake) -> Iterator[Ailment]:
    """What is wrong with each table of the head, files that are missing first."""
    for table, state in lake.head().tables.items():
        yield from _files(lake, table, state)
        yield from _version(lake, table, state)


def unneeded_bytes(lake: Lake) -> int:
    """Size of data files that the present head does not name."""
    needed = {
        lake.home.lake_path / table / file
        for table, state in lake.head().tables.items()
        for file in state.files
    }
    files = lake.home.lake_path.rglob("*.parquet")
    return sum(file.stat().st_size for file in files if file not in needed)


def _files(lake: Lake, table: str, state: TableHead) -> Iterator[Ailment]:
    folder = lake.home.lake_path / table
    missing = [file for file in state.files if not (folder / file).is_file()]
    if missing:
        text = f"{len(missing)} of {len(state.files)} data files are missing, first {missing[0]}"
        yield Ailment(table, f"{text}; restore {folder} from a backup", False)


def _version(lake: Lake, table: str, state: TableHead) -> Iterator[Ailment]:
    version = present_version(lake.home.lake_path / table)
    if version is None:
        yield Ailment(table, "its Delta log is missing; restore it from a backup", False)
    elif version < state.version:
        text = f"its Delta log ends at version {version}, the head names {state.version}"
        yield Ailment(table, f"{text}; restore the lake from a backup", False)
    elif version > state.version:
        text = f"a write ended early (Delta version {version}, head {state.version})"
        yield Ailment(table, f"{text}; nobody sees it and the next write undoes it", True)
