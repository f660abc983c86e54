"""What a builder offers from the data, with counts: events, properties and their values, traits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.backoffice.asked import asked
from regulars.backoffice.charts import language
from regulars.backoffice.listing import column_label, trait_label
from regulars.backoffice.remember import remembered
from regulars.backoffice.scope import Scope
from regulars.backoffice.stores import store_choices
from regulars.backoffice.wording import value_label
from regulars.figures.wording import event, property_name
from regulars.tables.people import CUSTOMERS
from regulars.tables.text import Text
from regulars.tables.timeline import Bucket, Property, Timeline
from regulars.tables.timeline.visit_groups import BUILT_IN

MAX_OFFERED = 50
BUILT_IN_LABELS: dict[str, Text] = {
    "source": Text("Where they came from", "来源"),
    "entry_page": Text("Page they entered by", "进入页"),
    "exit_page": Text("Page they left by", "离开页"),
    "channel": Text("Channel", "渠道"),
    "day": Text("Day", "日期"),
    "hour": Text("Hour", "时段"),
}


@dataclass(frozen=True)
class Offer:
    """Something to point at: its name in a question, its label, how often it occurs."""

    name: str
    label: str
    count: int | None = None
    kind: str = ""

    @property
    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "label": self.label, "count": self.count, "kind": self.kind}


def event_label(name: str) -> str:
    """An event in the reader's words: Chinese ones for the standard names."""
    return event(name, language())


def property_label(name: str) -> str:
    """A property of events in the reader's words."""
    return property_name(name, language())


def event_offers(timeline: Timeline) -> list[Offer]:
    """The events that occur, the most frequent first."""
    counts = timeline.event_counts.items()
    return [Offer(name, event_label(name), count, "event") for name, count in counts]


def property_offers(timeline: Timeline, *kinds: str) -> list[Offer]:
    """The properties that events have (of these kinds), the most frequent first."""
    known = [p for p in timeline.properties.values() if not kinds or p.kind in kinds]
    known.sort(key=lambda p: (-p.row_count, p.name))
    return [Offer(p.name, property_label(p.name), p.row_count, p.kind) for p in known]


def trait_offers(timeline: Timeline) -> list[Offer]:
    """What is known of the people, by label; naming in the other language is left out."""
    other = "_en" if language() == "zh" else "_zh"
    names = [name for name in timeline.trait_names if not name.endswith(other)]
    return sorted((Offer(n, _trait_label(n), kind="trait") for n in names), key=lambda o: o.label)


def built_in_offers(analysis: str) -> list[Offer]:
    """What an analysis can split by beside traits and properties."""
    names = BUILT_IN if analysis == "sessions" else ()
    return [Offer(name, BUILT_IN_LABELS[name].in_language(language())) for name in names]


def trait_value_offers(scope: Scope, name: str, words: str = "") -> list[Offer]:
    """The values that a trait takes, with how many people have each, the most frequent first."""
    timeline = scope.shop.timeline

    def counted() -> list[tuple[str, int]]:
        codes, texts = timeline.trait_codes(name)
        counts = np.bincount(codes[timeline.is_present] + 1, minlength=len(texts) + 1)[1:]
        order = np.argsort(-counts, kind="stable").tolist()
        return [(texts[n], int(counts[n])) for n in order if texts[n] and counts[n]]

    pairs = remembered(scope.shop, ("trait counts", name), counted)
    offers = (Offer(text, value_label(text), count) for text, count in pairs)
    return [o for o in offers if words.casefold() in f"{o.name} {o.label}".casefold()][:MAX_OFFERED]


def _trait_label(name: str) -> str:
    if name in CUSTOMERS.column_names:
        return column_label(CUSTOMERS.column(name))
    return trait_label(name)


def value_offers(
    scope: Scope, name: str, event_names: Sequence[str] = (), words: str = ""
) -> list[Offer]:
    """The values that a text property takes in some events, the most frequent first.

    ``words``: only those that hold them, in the value or in what it is called.
    ParameterInvalid where the property or an event does not occur.
    """
    timeline = scope.shop.timeline
    known = timeline.property_named(name)
    if known.kind != "text":
        return []
    key = ("value counts", name, tuple(sorted(event_names)))
    counts = remembered(scope.shop, key, lambda: value_counts(timeline, known, event_names))
    labels = _value_labels(scope, name)
    texts, wanted = known.texts, words.casefold()
    found: list[Offer] = []
    for code in np.argsort(-counts, kind="stable").tolist():
        if counts[code] == 0 or len(found) == MAX_OFFERED:
            break
        text = texts[code]
        label = labels.get(text) or value_label(text)
        if wanted in text.casefold() or wanted in label.casefold():
            found.append(Offer(text, label, int(counts[code])))
    return found


def value_counts(
    timeline: Timeline, known: Property, event_names: Sequence[str]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """int64 by code: in how many rows (of these events; none = all) a text property has it."""
    wanted = np.zeros(max(len(timeline.event_names), 1), dtype=bool)
    for asked_name in event_names:
        wanted[timeline.event_codes(asked_name, with_further=True)] = True

    def counted(bucket: Bucket) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        codes = timeline.column(bucket, known.name)
        codes = codes[wanted[bucket.events]] if event_names else bucket.present(codes)
        # code -1 is none at all: it is counted at place 0, and cut off
        return np.bincount(codes + 1, minlength=len(known.texts) + 1)[1:].astype(np.int64)

    parts = timeline.over_buckets(counted)
    return np.sum(parts, axis=0) if parts else np.zeros(len(known.texts), np.int64)


def _value_labels(scope: Scope, name: str) -> dict[str, str]:
    if name == "store_id":
        return dict(store_choices(scope.shop))
    if name != "product_id":
        return {}
    products = scope.shop.tables["products"].select("product_id", "product_name")
    rows = remembered(
        scope.shop, "product names", lambda: asked(scope.shop, "product names", lambda _: products)
    )
    return {row["product_id"]: row["product_name"] or row["product_id"] for row in rows}
