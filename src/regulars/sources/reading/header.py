"""Where a table's header is, and the names of its columns as they are used from there on.

Reports begin with title lines, some exports have no header at all. Both are recognised only
when clear; otherwise the first row is the header.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.sources.reading.raw_table import LINE

_SAMPLED_ROWS = 50
_MOST_TITLES = 20
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f]")
_NUMBER = re.compile(r"[-+(]?[¥£$€]?\d[\d,.\s]*%?\)?")
_MOMENT = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}.*")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Header:
    """Its names, where it stands among the rows (None: there is none), and what was found."""

    names: tuple[str, ...]
    row: int | None
    notes: tuple[str, ...]

    @property
    def first_data_row(self) -> int:
        return 0 if self.row is None else self.row + 1


def find_header(rows: Sequence[Sequence[str]]) -> Header:
    """The header among the first rows of a table (every value as text, "" where empty)."""
    sampled = rows[:_SAMPLED_ROWS]
    row = _below_titles(sampled)
    notes: list[str] = []
    if titles := [" ".join(filter(None, map(clean, title))) for title in sampled[:row]]:
        shown = "; ".join(filter(None, titles))
        notes.append(f"title above the header: {shown}" if shown else "empty rows above the header")
    if _is_data(sampled[row:]):
        width = len(sampled[row])
        notes.append(f"no header: columns named column_1 to column_{width}")
        names = tuple(f"column_{number}" for number in range(1, width + 1))
        return Header(names, row - 1 if row else None, tuple(notes))
    names, renamed = unique_names(_fitted(sampled[row], sampled[row + 1 :]))
    return Header(names, row, (*notes, *renamed))


def unique_names(given: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Clean names of which no two are equal (letter case aside), and a note on each change."""
    taken = {LINE}
    names: list[str] = []
    notes: list[str] = []
    cleaned = [clean(name) for name in given]
    reserved = {name.lower() for name in cleaned}
    for number, name in enumerate(cleaned, start=1):
        unique = name or f"column_{number}"
        counter = 2
        while unique.lower() in taken or (unique != name and unique.lower() in reserved):
            unique = f"{name or f'column_{number}'}_{counter}"
            counter += 1
        if not name:
            notes.append(f"column {number} has no header: named '{unique}'")
        elif unique != name:
            notes.append(f"duplicated header '{name}' read as '{unique}'")
        taken.add(unique.lower())
        names.append(unique)
    return tuple(names), tuple(notes)


def clean(name: str) -> str:
    """A header without invisible characters, its white space collapsed."""
    return " ".join(_INVISIBLE.sub("", name).split())


def _below_titles(rows: Sequence[Sequence[str]]) -> int:
    """The first row that is as wide as the table: titles fill one cell or two of many."""
    filled = [sum(bool(value.strip()) for value in row) for row in rows]
    if not filled:
        return 0
    usual = Counter(width for width in filled[1:] or filled if width).most_common(1)
    width = usual[0][0] if usual else 1
    for number, count in enumerate(filled[:_MOST_TITLES]):
        is_title = count <= width / 2 if width > 2 else len(rows[number]) < width
        if count and not is_title:
            return number
    return 0


def _fitted(given: Sequence[str], below: Sequence[Sequence[str]]) -> Sequence[str]:
    """The header as wide as its rows are: systems end either, not both, with a delimiter."""
    widths = Counter(len(row) for row in below if any(row))
    [(usual, count)] = widths.most_common(1) or [(len(given), 0)]
    if 2 * count <= widths.total():
        return given
    if usual > len(given):
        is_ended_so = not any(value for row in below for value in row[len(given) :])
        return [*given, *[""] * (usual - len(given))] if is_ended_so else given
    return given if any(map(clean, given[usual:])) else given[:usual]


def _is_data(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is plainly data: figures where the rows below have figures."""
    if len(rows) < 2:
        return False
    first, below = rows[0], rows[1:]
    if any(not value.strip() for value in first):
        return False
    alike = [
        column
        for column, value in enumerate(first)
        if _is_figure(value) and _mostly_figures([row[column : column + 1] for row in below])
    ]
    return len(alike) * 3 >= len(first)


def _mostly_figures(column: Sequence[Sequence[str]]) -> bool:
    given = [value for cell in column for value in cell if value.strip()]
    return bool(given) and sum(map(_is_figure, given)) >= 0.9 * len(given)


def _is_figure(value: str) -> bool:
    plain = unicodedata.normalize("NFKC", value).strip()
    if _YEAR.fullmatch(plain):
        return False
    return bool(_NUMBER.fullmatch(plain) or _MOMENT.fullmatch(plain))
