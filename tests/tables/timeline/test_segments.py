"""Segments: customers or visitors, and the values of a trait."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from regulars.errors import ParameterInvalid
from regulars.tables.timeline import timeline_of
from regulars.tables.timeline.segments import people_of, segment_of

CITIES = {"ann": "上海", "bob": "Paris, Texas", "cat": "北京"}


@pytest.fixture
def timeline():
    people = ["ann", "bob", "cat", "dan", "device"]
    rows = {
        "person_id": people,
        "is_visitor": [person == "device" for person in people],
        "occurred_at": pa.array([datetime(2026, 3, 1, tzinfo=UTC)] * 5, pa.timestamp("us", "UTC")),
        "event_name": ["A"] * 5,
    }
    return timeline_of(pa.table(rows), bucket_count=3, traits={"city": CITIES})


def names(timeline, chosen):
    ids = timeline.person_ids.to_pylist()
    return sorted(person for person, is_in in zip(ids, chosen, strict=True) if is_in)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("city = 上海", ["ann"]),
        ("city=上海,北京", ["ann", "cat"]),
        ('city = "上海"', ["ann"]),
        ("city = Paris, Texas", ["bob"]),
        ("city != 上海", ["bob", "cat"]),  # of dan and the device nobody knows
    ],
)
def test_people_have_the_value_that_is_asked_for(timeline, text, people):
    assert names(timeline, segment_of(timeline, text)) == people


@pytest.mark.parametrize(
    ("people", "found"),
    [("all", 5), ("customers", 4), ("visitors", 1)],
)
def test_people_are_customers_or_visitors(timeline, people, found):
    assert people_of(timeline, people).sum() == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("city", "is no segment. Write it as"),
        ("cty = 上海", "Trait 'cty' does not exist. Traits: city. Did you mean 'city'"),
        ("city = 上", "Nobody has city '上'. Values: Paris, Texas, 上海, 北京"),
    ],
)
def test_error_says_what_exists_when_a_segment_does_not_fit(timeline, text, message):
    with pytest.raises(ParameterInvalid, match=message):
        segment_of(timeline, text)
