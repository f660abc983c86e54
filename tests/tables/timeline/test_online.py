"""Which events visits are made of, by the channels through which they came."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from regulars.errors import ParameterInvalid
from regulars.tables.timeline import Pattern, timeline_of
from regulars.tables.timeline.nodes import nodes_of
from regulars.tables.timeline.online import OFFLINE, is_online, visit_channels

START = datetime(2026, 3, 1, tzinfo=UTC)


def made(*rows, channel_type=None, buckets=4):
    """A timeline of (person, event, channel)."""
    channels = [channel for *_, channel in rows]
    table = {
        "person_id": pa.array([person for person, *_ in rows], pa.string()),
        "occurred_at": pa.array(
            [START + timedelta(minutes=n) for n in range(len(rows))], pa.timestamp("us", "UTC")
        ),
        "event_name": pa.array([event for _, event, _ in rows], pa.string()),
        "page": pa.array(["/" for _ in rows], pa.string()),
        "zone": pa.array(["east" for _ in rows], pa.string()),
        "channel": pa.array(channels, channel_type or pa.string()),
    }
    return timeline_of(pa.table(table), bucket_count=buckets)


SHOP = made(
    ("ann", "Page Viewed", "web"), ("ann", "Order Completed", "app"), ("bob", "Chatted", "kiosk"),
    ("bob", "Order Completed", "pos"), ("bob", "Order Delivered", "Service"), ("cat", "Left", None),
)  # fmt: skip


def told(timeline, scene=None, node=None, **ends):
    """The channels of which visits are made; None where it is all events."""
    nodes = nodes_of(timeline, node, **ends) if node else None
    found = visit_channels(timeline, scene, nodes)
    if found is None:
        return None
    texts = [*timeline.properties["channel"].texts, None]
    return {text for text, fits in zip(texts, found, strict=True) if fits}


def test_what_is_not_known_to_happen_elsewhere_is_online():
    assert told(SHOP) == {"web", "app", "kiosk", None}
    assert told(SHOP, "online") == told(SHOP)
    assert told(SHOP, "everywhere") is None
    assert not any(map(is_online, [*OFFLINE, "POS"]))


@pytest.mark.parametrize("scene", [None, "online"])
def test_nothing_is_looked_up_when_no_channel_is_elsewhere(scene):
    assert told(made(("ann", "Look", "web"), ("ann", "Look", None)), scene) is None
    assert told(made(), scene) is None
    assert told(made(("ann", "Look", 5.0), channel_type=pa.float64()), scene) is None


def test_visits_are_of_everything_when_nothing_happens_online():
    till = made(("ann", "Order Completed", "pos"), ("bob", "Order Completed", "store"))
    assert told(till) is None
    assert told(till, "online") == {None}


@pytest.mark.parametrize(
    ("node", "ends", "is_everywhere"),
    [
        ("event_name", {}, False),
        ("page", {}, False),
        ("zone", {}, True),
        ("channel", {}, True),
        ("event_name", {"to": "Order Completed"}, False),
        ("event_name", {"to": "Order Delivered"}, True),
        ("event_name", {"from_": "Order Delivered", "to": "Order Completed"}, True),
        ("event_name", {"to": "Order Delivered | Order Completed"}, False),
        ("event_name", {"to": "Order Completed [channel = pos]"}, True),
        ("event_name", {"to": "Order Completed [channel = app]"}, False),
        ("page", {"from_": "/"}, False),
        ("page", {"from_": "/", "to": "Order Delivered"}, True),
    ],
)
def test_visits_are_of_everything_when_the_way_leads_where_nothing_is_online(
    node, ends, is_everywhere
):
    online = {"web", "app", "kiosk", None}
    assert told(SHOP, None, node, **ends) == (None if is_everywhere else online)
    assert told(SHOP, "online", node, **ends) == online


def test_an_event_is_looked_for_once_when_it_is_asked_for_again(monkeypatch):
    line, looked = made(("ann", "Look", "web"), ("bob", "Parcel", "service")), []
    whole = Pattern.rows
    monkeypatch.setattr(
        Pattern, "rows", lambda self, *args: looked.append(self.text) or whole(self, *args)
    )
    for _ in range(3):
        assert told(line, None, "event_name", to="Parcel") is None
    assert looked == ["Parcel"] * len(line.buckets)


def test_error_says_what_can_be_chosen_when_the_scene_is_another():
    with pytest.raises(ParameterInvalid, match="Choices: online, everywhere"):
        visit_channels(SHOP, "store")
