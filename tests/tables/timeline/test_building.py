"""A timeline of rows holds what the rows say, in as many buckets as it is given."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.tables.timeline import NO_CODE, timeline_of

START = datetime(2026, 9, 1, tzinfo=UTC)
ROW = st.tuples(
    st.sampled_from(["ann", "bob", "cat", "dan"]),
    st.integers(0, 50),
    st.sampled_from(["view", "buy"]),
    st.sampled_from(["web", "app", None]),
)
SCHEMA = pa.schema(
    {
        "person_id": pa.string(),
        "occurred_at": pa.timestamp("us", "UTC"),
        "event_name": pa.string(),
        "channel": pa.string(),
    }
)


def table(rows):
    moments = [(person, START + timedelta(minutes=t), *rest) for person, t, *rest in rows]
    columns = list(zip(*moments, strict=True)) if moments else [[]] * len(SCHEMA)
    return pa.table([list(c) for c in columns], schema=SCHEMA)


def told(timeline):
    """Everything that a timeline says, person by person."""
    said = defaultdict(list)
    for bucket in timeline.buckets:
        channel, ids = timeline.column(bucket, "channel"), bucket.person_ids().to_pylist()
        texts = [*timeline.properties["channel"].texts, None]
        for number, person in enumerate(ids):
            rows = range(bucket.offsets[number], bucket.offsets[number + 1])
            moments = [int(bucket.moments[row]) for row in rows]
            assert moments == sorted(moments)
            said[person] += [
                (
                    START + timedelta(microseconds=moment - int(START.timestamp() * 1e6)),
                    timeline.event_names[bucket.events[row]].name,
                    texts[channel[row]],
                )
                for row, moment in zip(rows, moments, strict=True)
            ]
    return {person: sorted(rows, key=str) for person, rows in said.items()}


@given(st.lists(ROW, max_size=25), st.sampled_from([1, 3, 64]))
def test_every_row_is_its_persons_in_any_number_of_buckets(rows, bucket_count):
    wanted = defaultdict(list)
    for person, t, *rest in rows:
        wanted[person].append((START + timedelta(minutes=t), *rest))
    timeline = timeline_of(table(rows), bucket_count=bucket_count)
    assert told(timeline) == {p: sorted(done, key=str) for p, done in wanted.items()}
    assert timeline.row_count == len(rows)
    firsts = [bucket.first_person for bucket in timeline.buckets]
    assert firsts == np.cumsum([0, *(b.person_count for b in timeline.buckets)])[:-1].tolist()


def test_trait_is_told_in_the_order_of_the_people():
    rows = [("ann", 0, "view", "web"), ("bob", 1, "view", "web"), ("cat", 2, "buy", None)]
    timeline = timeline_of(
        table(rows), bucket_count=3, traits={"group": {"cat": "Lost", "ann": "New", "zoe": "New"}}
    )
    codes, texts = timeline.trait_codes("group")
    groups = [texts[code] if code != NO_CODE else None for code in codes]
    ids = timeline.person_ids.to_pylist()
    assert dict(zip(ids, groups, strict=True)) == {"ann": "New", "bob": None, "cat": "Lost"}
    with pytest.raises(ParameterInvalid, match="Did you mean 'group'"):
        timeline.trait_codes("groop")


def test_days_are_the_shops():
    timeline = timeline_of(table([("ann", 0, "view", None)]), timezone="America/New_York")
    assert timeline.first_day == timeline.last_day == date(2026, 8, 31)


def test_error_says_what_to_do_when_nothing_happened():
    with pytest.raises(NothingToAnalyse, match="regulars import"):
        _ = timeline_of(table([])).last_day
