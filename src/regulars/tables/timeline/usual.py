"""The event that a question is about where nobody said which: a shop's purchase."""

import re

from regulars.tables.timeline.structure import Timeline

# how Segment, Google Analytics 4, Shopify, WooCommerce and Matomo call a purchase, best first
PURCHASES = (
    "order completed",
    "purchase",
    "checkout completed",
    "order placed",
    "order paid",
    "transaction",
    "ecommerce order",
    "payment completed",
)


def purchase_event(timeline: Timeline) -> str | None:
    """The event by which the shop says that something was bought; None where none is known."""
    by_words = {_words(name): name for name in reversed(timeline.event_counts)}
    return next((by_words[name] for name in PURCHASES if name in by_words), None)


def quoted(event_name: str) -> str:
    """An event name as a pattern writes it."""
    return f'"{event_name}"' if re.search(r"[|\[\]=<>!~;,]", event_name) else event_name


def _words(name: str) -> str:
    return re.sub(r"[_\-\s]+", " ", name).strip().casefold()
