"""Nodes: what a row is, and in which order nodes of one instant stand."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from regulars.tables.timeline import timeline_of
from regulars.tables.timeline.nodes import NO_NODE, NOT_THERE, nodes_of

ROWS = [  # event, page, channel, is it a further product
    ("View", "/b", "web", False),
    ("Buy", None, "app", False),
    ("Buy", None, "app", True),
    ("Buy", "", "web", False),
    ("Add", "/a", "web", False),
]


@pytest.fixture
def timeline():
    moments = [datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (0, 1, 1, 2, 3)]
    return timeline_of(
        pa.table(
            {
                "person_id": ["p"] * 5,
                "occurred_at": pa.array(moments, pa.timestamp("us", "UTC")),
                "event_name": [row[0] for row in ROWS],
                "page": pa.array([row[1] for row in ROWS], pa.string()),
                "channel": [row[2] for row in ROWS],
                "is_further": [row[3] for row in ROWS],
            }
        ),
        bucket_count=1,
    )


def told(timeline, *arguments, **options):
    """The label of each row; None: no node; '-': as if it had not happened."""
    nodes = nodes_of(timeline, *arguments, **options)
    words = {NO_NODE: None, NOT_THERE: "-"}
    (bucket,) = timeline.buckets
    return [words.get(n, nodes.labels[n]) for n in nodes.of_rows(bucket).tolist()]


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ({}, ["View", "Buy", "-", "Buy", "Add"]),
        ({"leave_out": ("Buy | Add",)}, ["View", "-", "-", "-", "-"]),
        ({"leave_out": ("Buy [channel = app]",)}, ["View", "-", "-", "Buy", "Add"]),
        ({"to": "Buy [channel = app]"}, ["View", "Buy [channel = app]", "-", "Buy", "Add"]),
        ({"from_": "Buy", "to": "Add | Buy"}, ["View", "Buy", "-", "Buy", "Add | Buy"]),
        (
            {"from_": "Buy | View", "to": "Buy"},
            ["Buy | View", "Buy | View", "-", "Buy | View", "Add"],
        ),
    ],
)
def test_events_are_nodes(timeline, options, labels):
    assert told(timeline, "event_name", **options) == labels


def test_pages_are_nodes_and_what_has_none_is_none(timeline):
    assert told(timeline, "page") == ["/b", None, "-", None, "/a"]
    assert told(timeline, "page", leave_out=("View",)) == ["-", None, "-", None, "/a"]


def test_an_event_among_pages_is_a_node_where_it_is_asked_for(timeline):
    assert told(timeline, "page", to="Buy") == ["/b", "Buy", "-", "Buy", "/a"]


@pytest.mark.parametrize(
    ("ends", "order"),
    [
        ((None, None), ("Add", "Buy", "View")),
        (("View", None), ("View", "Add", "Buy")),
        ((None, "Add"), ("Buy", "View", "Add")),
        (("View", "Add"), ("View", "Buy", "Add")),
    ],
)
def test_nodes_are_numbered_by_text_with_the_start_first_and_the_goal_last(timeline, ends, order):
    nodes = nodes_of(timeline, "event_name", from_=ends[0], to=ends[1])
    assert nodes.labels == order
    numbers = tuple(None if end is None else order.index(end) for end in ends)
    assert (nodes.from_, nodes.to) == numbers
