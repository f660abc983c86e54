"""A page of rows as a table: headings, formatted cells, how many there are in all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from regulars.analyses import all_analyses
from regulars.backoffice.charts import language
from regulars.backoffice.formats import NUMBER_TYPES
from regulars.backoffice.wording import value_text
from regulars.tables.schema import Column
from regulars.tables.text import Text

PAGE_SIZE = 25


@dataclass(frozen=True)
class Head:
    """One column's heading; ``url`` sorts by it, ``sort`` says how it is sorted now."""

    label: str
    is_number: bool = False
    meaning: str = ""
    url: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Cell:
    """One formatted value, perhaps a link."""

    text: str
    is_number: bool = False
    url: str = ""


@dataclass(frozen=True)
class Listing:
    """One page of a table of ``count`` rows."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    count: int
    page: int = 1
    page_size: int = field(default=PAGE_SIZE)

    @property
    def page_count(self) -> int:
        return max(1, -(-self.count // self.page_size))

    @property
    def first(self) -> int:
        return (self.page - 1) * self.page_size + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * self.page_size, self.count)

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int:
        return self.page + 1


def page_number(given: str | None, count: int, page_size: int = PAGE_SIZE) -> int:
    """The page asked for, kept within the pages that there are."""
    try:
        asked = int(given or 1)
    except ValueError:
        asked = 1
    return min(max(1, asked), max(1, -(-count // page_size)))


def column_label(column: Column) -> str:
    """A column's short label: the trait's where it is one, else the declaration's."""
    label = _trait_labels().get(column.name)
    if label is not None:
        return label.in_language(language())
    return column.zh if language() == "zh" else column.en


def trait_label(name: str) -> str:
    """A trait's short label by its name; an unknown one in its own words."""
    label = _trait_labels().get(name)
    return label.in_language(language()) if label else name.replace("_", " ").capitalize()


@cache
def _trait_labels() -> dict[str, Text]:
    """Traits' labels by trait and by the column they are taken from (where that is no clash)."""
    traits = [trait for analysis in all_analyses().values() for trait in analysis.traits]
    by_column = {t.source_column: t.label for t in traits if t.source_column.startswith("group_")}
    return by_column | {trait.name: trait.label for trait in traits}


def declared_listing(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    count: int,
    page: int = 1,
    page_size: int = PAGE_SIZE,
    links: Mapping[str, Callable[[Any], str]] | None = None,
) -> Listing:
    """A listing of declared columns; ``links`` makes addresses from a column's value."""
    heads = [Head(column_label(c), c.type in NUMBER_TYPES, c.meaning) for c in columns]
    cells = [[_cell(column, row[column.name], links or {}) for column in columns] for row in rows]
    return Listing(heads, cells, count, page, page_size)


def _cell(column: Column, value: Any, links: Mapping[str, Callable[[Any], str]]) -> Cell:
    url = links[column.name](value) if column.name in links and value is not None else ""
    return Cell(value_text(column, value), column.type in NUMBER_TYPES, url)
