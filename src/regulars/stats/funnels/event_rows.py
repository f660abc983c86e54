"""The events of a bucket that a funnel looks at, in groups, with the steps that each can be."""

import numpy as np

from regulars.stats.funnels.grouping import classes_of, event_numbers, groups_of_values
from regulars.stats.funnels.question import Question, has_value
from regulars.stats.funnels.records import Rows
from regulars.stats.funnels.values import Ranking
from regulars.tables.timeline import Bucket, Timeline
from regulars.tables.timeline.structure import Array


def rows_of(
    timeline: Timeline, bucket: Bucket, question: Question, ranking: Ranking | None
) -> tuple[Array, Array, Rows]:
    """The events that matter, in groups: of a person, or of a person's values of what is held."""
    asked = tuple(dict.fromkeys((*question.steps, *question.excluded)))
    further = True if question.with_further else None
    chosen = _chosen(timeline, bucket, question, further)
    rows = np.flatnonzero(chosen)
    offsets = np.searchsorted(rows, bucket.offsets)
    person_of = np.arange(bucket.person_count)
    if question.hold is not None:
        held = timeline.column(bucket, question.hold)[rows]
        order, offsets, person_of = groups_of_values(offsets, held)
        rows = rows[order]
    moments = np.asarray(bucket.moments[rows])
    number, first = np.arange(len(rows)), np.arange(len(rows))
    if question.with_further:
        number, first = _events(timeline, bucket.events[rows], offsets, moments)
        offsets = np.searchsorted(first, offsets)
    bits = []
    for one in asked:
        flags = np.zeros(len(first), dtype=bool)
        flags[number[one.rows(timeline, bucket, with_further=further)[rows]]] = True
        bits.append(flags)
    classes, sets = classes_of(bits, len(first))
    place = {one: column for column, one in enumerate(asked)}
    ranks = np.zeros(len(first), dtype=np.int64)
    if ranking is not None:
        ranks = _ranks(timeline, bucket, question, ranking, rows, number, len(first))
    steps_of = np.ascontiguousarray(sets[:, [place[step] for step in question.steps]])
    is_excluded = np.zeros(len(sets), dtype=bool)
    for one in question.excluded:
        is_excluded |= sets[:, place[one]]
    return offsets, person_of, Rows(moments[first], classes, ranks, steps_of, is_excluded)


def _chosen(timeline: Timeline, bucket: Bucket, question: Question, further: bool | None) -> Array:
    if question.order == "exact":
        # every event of the person stands in the way of being next to each other
        codes = np.ones(len(timeline.event_names), dtype=bool)
        if not question.with_further:
            codes = ~timeline.further_codes()
    else:
        asked = (*question.steps, *question.excluded)
        codes = np.any([p.codes(timeline, with_further=further) for p in asked], axis=0)
    chosen = np.asarray(codes[bucket.events])
    if timeline.last_at is not None and timeline.last_at >= question.end:
        chosen &= bucket.moments < question.end
    if question.hold is not None:
        known = timeline.property_named(question.hold)
        chosen &= has_value(known, timeline.column(bucket, question.hold))
    return chosen


def _events(
    timeline: Timeline, codes: Array, offsets: Array, moments: Array
) -> tuple[Array, Array]:
    """The event of each row, and each event's first row."""
    names = {event.name: place for place, event in enumerate(timeline.event_names)}
    name_of = np.array([names[event.name] for event in timeline.event_names])
    number, count = event_numbers(offsets, moments, name_of[codes], timeline.further_codes()[codes])
    first = np.zeros(count, dtype=np.int64)
    first[number[::-1]] = np.arange(len(number))[::-1]
    return number, first


def _ranks(
    timeline: Timeline,
    bucket: Bucket,
    question: Question,
    ranking: Ranking,
    rows: Array,
    number: Array,
    event_count: int,
) -> Array:
    """The rank of each event's value: the lowest of its rows that a run can begin with."""
    name = str(question.by)
    column = timeline.column(bucket, name)[rows]
    known = has_value(timeline.property_named(name), column)
    by_row = ranking.ranks(column, known)
    further = True if question.with_further else None
    first = question.steps if question.order == "any" else question.steps[:1]
    begins = np.zeros(len(rows), dtype=bool)
    for step in first:
        begins |= step.rows(timeline, bucket, with_further=further)[rows]
    ranks = np.full(event_count, len(ranking.labels), dtype=np.int64)
    np.minimum.at(ranks, number[begins], by_row[begins])
    return ranks
