"""What visits are grouped by: where they came from, where they began and ended, when, by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from regulars.errors import ParameterInvalid
from regulars.tables.timeline.splits import is_trait
from regulars.tables.timeline.structure import Timeline

Kind = Literal["first", "last", "day", "hour", "trait"]

# a property is looked for by the names it goes by, the first that occurs is taken
SOURCES = ("source", "utm_source", "traffic_source", "referrer", "campaign", "campaign_id")
PAGES = ("page", "page_path", "path", "page_location", "url", "screen_name")
CHANNELS = ("channel", "platform", "device_type")
BUILT_IN: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "source": ("first", SOURCES),
    "entry_page": ("first", PAGES),
    "exit_page": ("last", PAGES),
    "channel": ("first", CHANNELS),
    "day": ("day", ()),
    "hour": ("hour", ()),
}


@dataclass(frozen=True)
class VisitGroup:
    """``by``: as asked. ``name``: the property or trait whose values are the groups, if any."""

    by: str
    kind: Kind
    name: str = ""


def visit_group(timeline: Timeline, by: str | None) -> VisitGroup:
    """What a name groups visits by; None: the first of BUILT_IN that the shop's events can say.

    ParameterInvalid names what exists, or what an event would have to bear.
    """
    if by is None:
        by = next(n for n in BUILT_IN if not BUILT_IN[n][1] or occurring(timeline, BUILT_IN[n][1]))
    if by not in BUILT_IN:
        kind: Kind = "trait" if is_trait(timeline, by, besides=BUILT_IN) else "first"
        return VisitGroup(by, kind, by)
    kind, names = BUILT_IN[by]
    name = occurring(timeline, names)
    if names and not name:
        raise ParameterInvalid(
            f"Parameter by cannot be '{by}' here: no event bears a property named "
            f"{' or '.join(names)}. Import events with one of them, or choose 'day' or 'hour'."
        )
    return VisitGroup(by, kind, name or "")


def occurring(timeline: Timeline, names: Sequence[str]) -> str | None:
    """The first of these names that is a text of at least one event."""
    known = (timeline.properties[name] for name in names if name in timeline.properties)
    return next((found.name for found in known if found.kind == "text" and found.row_count), None)


def first_day_of_visits(timeline: Timeline, since: date | None) -> date:
    """The first local day on which a visit can begin."""
    return timeline.first_day if since is None else max(since, timeline.first_day)
