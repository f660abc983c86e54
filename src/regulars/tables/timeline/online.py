"""What visits are made of: what people do online, or all that happens to them.

A parcel delivered, a till's receipt or a sensor's signal is no visit of the shop's pages. One
definition for all analyses of visits; docs/retention-and-sessions.md says it.
"""

import threading
from typing import Literal, get_args

import numpy as np

from regulars.tables.parameters import check_choice
from regulars.tables.timeline.nodes import EVENT_NAME, Nodes
from regulars.tables.timeline.patterns import Pattern
from regulars.tables.timeline.structure import Array, Bucket, Timeline
from regulars.tables.timeline.visit_groups import PAGES

Scene = Literal["online", "everywhere"]
CHANNEL = "channel"
OFFLINE = frozenset({"store", "pos", "wifi", "camera", "service", "social"})


def is_online(channel: str) -> bool:
    """Whether what comes through a channel happens online; so does what we do not know."""
    return channel.casefold() not in OFFLINE


def visit_channels(
    timeline: Timeline, scene: Scene | None, nodes: Nodes | None = None
) -> Array | None:
    """bool by channel code, the last of no channel: its events are part of visits. None: all are.

    Without a scene it is what happens online; but everywhere where nothing does, and where the
    nodes of a question are of no page, or it asks for the way from or to an event that never
    happens online.
    """
    if scene is not None:
        check_choice("scene", scene, get_args(Scene))
    online = online_channels(timeline)
    if online is None or scene == "everywhere":
        return None
    if scene is None and nodes is not None and nodes.property_name not in (EVENT_NAME, *PAGES):
        return None
    asked = (None, *(nodes.events_asked if nodes else ())) if scene is None else ()
    return online if all(_happens(timeline, online, events) for events in asked) else None


def online_channels(timeline: Timeline) -> Array | None:
    """bool by channel code, the last of no channel: online. None where no channel is offline."""
    known = timeline.properties.get(CHANNEL)
    if known is None or known.kind != "text" or all(map(is_online, known.texts)):
        return None
    return np.array([*map(is_online, known.texts), True])


def _happens(timeline: Timeline, online: Array, events: Pattern | None) -> bool:
    """Whether any of these events (None: anything) happens online; looked up once."""

    def look() -> bool:
        found = threading.Event()

        def work(bucket: Bucket) -> None:
            if found.is_set():
                return
            rows = online[timeline.column(bucket, CHANNEL)]
            if events is not None:
                rows &= events.rows(timeline, bucket)
            if bucket.present(rows).any():
                found.set()

        timeline.over_buckets(work)
        return found.is_set()

    return timeline.once(("online", events), look)
