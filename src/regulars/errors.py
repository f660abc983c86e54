"""Every error that a user can cause.

    RegularsError
    ├── ShopError            the shop home
    │   ├── ShopNotFound
    │   ├── ShopExists
    │   ├── SettingInvalid
    │   └── DatabaseUnreachable
    ├── SourceError          what is imported
    │   ├── FileUnreadable       not there, empty, damaged, wrong kind
    │   ├── LayoutUnclear        columns not recognised or ambiguous: asks for --map
    │   ├── MappingInvalid       a --map or --table that does not fit
    │   └── PresetUnknown
    ├── TableError           the canonical tables and results
    │   ├── TableUnknown
    │   ├── ColumnUnknown
    │   ├── RowsInvalid          rows that break a table's declaration
    │   ├── LakeBusy             another process is writing
    │   └── LakeDamaged
    ├── AnalysisError        questions
    │   ├── AnalysisUnknown
    │   ├── ParameterInvalid
    │   └── NothingToAnalyse     the tables it reads are empty (or not yet refreshed)
    └── CampaignError        the loop
        ├── AudienceInvalid
        ├── MessageInvalid       a text with fields that do not exist
        └── StateInvalid         that step is not possible now

A message says what was wrong, what exists instead, and what to do. Only the outermost
layer (cli, views) turns these into exit codes, pages or text.
"""

import difflib
import heapq
from collections.abc import Iterable

_MOST_NAMES = 12  # that an error lists
_LONGEST = 60  # characters of what was given that an error repeats
CUT = "…"


class RegularsError(Exception):
    """The user's input is at fault; the message is one clear line."""


class ShopError(RegularsError):
    """Something about the shop home."""


class ShopNotFound(ShopError):
    """No shop home at that path."""


class ShopExists(ShopError):
    """There is a shop home already."""


class SettingInvalid(ShopError):
    """A setting that does not exist or has a value it cannot have."""


class DatabaseUnreachable(ShopError):
    """The people's database does not answer."""


class SourceError(RegularsError):
    """Something about what is imported."""


class FileUnreadable(SourceError):
    """A file that is not there, is empty, is damaged or is of no known kind."""


class LayoutUnclear(SourceError):
    """Columns that could not be recognised, or mean more than one thing."""


class MappingInvalid(SourceError):
    """A mapping that names what does not exist."""


class PresetUnknown(SourceError):
    """No preset of that name."""


class TableError(RegularsError):
    """Something about the canonical tables or results."""


class TableUnknown(TableError):
    """No table of that name."""

    def __init__(self, name: str, existing: Iterable[str]) -> None:
        super().__init__(f"Table '{name}' does not exist. {among(name, existing, 'Tables')}")


class ColumnUnknown(TableError):
    """No column of that name."""

    def __init__(self, name: str, table: str, existing: Iterable[str]) -> None:
        super().__init__(
            f"Column '{name}' does not exist in {table}. {among(name, existing, 'Columns')}"
        )


class RowsInvalid(TableError):
    """Rows that break the table's declaration (null or double keys, a value out of type)."""


class LakeBusy(TableError):
    """Another process is writing to the lake."""


class LakeDamaged(TableError):
    """The lake's files do not agree with its own account of them."""


class AnalysisError(RegularsError):
    """Something about a question."""


class AnalysisUnknown(AnalysisError):
    """No analysis of that name."""

    def __init__(self, name: str, existing: Iterable[str]) -> None:
        super().__init__(f"Analysis '{name}' does not exist. {among(name, existing, 'Analyses')}")


class ParameterInvalid(AnalysisError):
    """An option that the analysis does not have, or a value it cannot take."""


class NothingToAnalyse(AnalysisError):
    """The tables that the analysis reads hold nothing for it."""


class CampaignError(RegularsError):
    """Something about an opportunity or a campaign."""


class AudienceInvalid(CampaignError):
    """An audience that is empty or cannot be approached."""


class MessageInvalid(CampaignError):
    """A message's text that cannot be sent: unknown merge fields, stray braces, nothing."""


class StateInvalid(CampaignError):
    """A step that is not possible in the present state."""


def among(name: str, existing: Iterable[str], what: str) -> str:
    """What exists instead, and the nearest of it: 'Tables: a, b. Did you mean 'a'?'

    Of many, only the nearest are named, the nearest first.
    """
    names = list(existing)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    more = ""
    if len(names) > _MOST_NAMES:
        more = f" and {len(names) - _MOST_NAMES:,} more"
        names = heapq.nlargest(_MOST_NAMES, names, key=lambda other: _likeness(name, other))
    return f"{what}: {', '.join(names)}{more}.{hint}"


def shortened(given: object) -> str:
    """What was given, as an error repeats it: no more than its beginning."""
    text = str(given)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}{CUT}"


def _likeness(name: str, other: str) -> float:
    return difflib.SequenceMatcher(None, name.casefold(), other.casefold()).ratio()
