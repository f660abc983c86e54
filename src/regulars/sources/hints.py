"""What a person is told of files beyond their mapping: presets that fit, headers given twice,
columns that are not there and where they may be."""

from collections.abc import Collection, Iterable

from regulars.sources import headers
from regulars.sources.layouts import Layout
from regulars.sources.presets import presets
from regulars.sources.proposal import ColumnUse
from regulars.sources.reading import RawTable

DUPLICATED = "duplicated header"
"""How a note of the reader on a header given twice begins."""

STAND_INS = {
    "sales": "an order has that of its store, and store where the store is not known",
    "orders": "orders are read as store",
    "stores": "stores are read as store",
    "events": "events that name a store or a zone are read as store, the others as web",
    "feedback": "an nps is read as survey, a rating as review, all else as ticket",
}
"""Layout -> what is taken for the channel that a row does not name (see fallbacks.toml)."""


def fitting_presets(raw: RawTable) -> list[str]:
    """A note for each preset that knows a file by headers which all stand in this one."""
    return [
        f"The headers are those of the preset {preset.name}: "
        f"--preset {preset.name} knows more of them."
        for preset in presets().values()
        if any(file.headers and set(file.headers) <= set(raw.columns) for file in preset.files)
    ]


def duplicated_headers(raw: RawTable, uses: Iterable[ColumnUse]) -> list[str]:
    """A note for each header that stands twice, and whether its second column is used."""
    unused = [use.source for use in uses if use.target is None]
    return [
        f"{raw.file}: {note}"
        + (", which is not used" if any(note.endswith(f" '{name}'") for name in unused) else "")
        for note in raw.notes
        if note.startswith(DUPLICATED)
    ]


def no_channel(file: str, layout: Layout, targets: Collection[str]) -> list[str]:
    """A note on what stands in for the channel where no column of the file is it."""
    if layout.name not in STAND_INS or "channel" in targets:
        return []
    return [
        f"{file} has no column for the channel: {STAND_INS[layout.name]}. "
        "If one is it: --map channel=<column>."
    ]


def missing(
    raw: RawTable, layout: Layout, targets: Collection[str], used: Collection[str], *, is_weak: bool
) -> list[str]:
    """A question for every need of the layout that no column meets.

    ``used``: the columns that have a target; ``is_weak``: few of them spoke for the layout.
    """
    needs = layout.lacks(targets)
    if needs and len(raw.columns) == 1 and any(n.startswith("delimiter") for n in raw.notes):
        return [
            f"{raw.file} has only one column ('{raw.columns[0]}'); "
            "separate its columns by comma, semicolon or tab."
        ]
    free = [column for column in raw.columns if column not in used]
    return [_question(raw, layout, group, free, is_weak) for group in needs]


def _question(
    raw: RawTable, layout: Layout, group: tuple[str, ...], free: list[str], is_weak: bool
) -> str:
    near = headers.nearest(group[0], free, layout)
    if near:
        hint = f"Did you mean --map {group[0]}={near}?"
        hint += " Or name the table: --table <name>." if is_weak else ""
    else:
        hint = f"Say which it is: --map {group[0]}=<column>"
        hint += ", or name the table: --table <name>." if is_weak else "."
    what = " or ".join(f"'{target}'" for target in group)
    return (
        f"Column {what} not found in {raw.file} (read as {layout.name}). "
        f"Columns: {', '.join(raw.columns)}. {hint}"
    )
