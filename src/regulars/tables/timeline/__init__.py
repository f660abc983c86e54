"""The timeline: all that each person did, in the order of time, as columns of numbers.

It is built from events, orders, returns and feedback by ``lake``, which keeps it in files
that are mapped into memory; a small one is made of rows by ``timeline_of``. An analysis
receives it as it receives a table.
"""

from regulars.tables.timeline.building import timeline_of
from regulars.tables.timeline.patterns import Pattern, pattern, patterns
from regulars.tables.timeline.structure import (
    GONE,
    NO_AMOUNT,
    NO_CODE,
    NO_KEY,
    Bucket,
    EventName,
    Property,
    Timeline,
)

__all__ = [
    "GONE",
    "NO_AMOUNT",
    "NO_CODE",
    "NO_KEY",
    "Bucket",
    "EventName",
    "Pattern",
    "Property",
    "Timeline",
    "pattern",
    "patterns",
    "timeline_of",
]
