"""A funnel split: the most frequent values of a trait or property, the rest, and not known."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.stats.funnels.question import Question, has_value
from regulars.tables.timeline import Bucket, Timeline
from regulars.tables.timeline.structure import AMOUNT_SCALE, Array

OTHER, NOT_KNOWN = "other", "not known"


@dataclass(frozen=True)
class Ranking:
    """The values that have a block of their own, the most frequent first.

    ``labels`` ends with the rest and the not known. ``values``: what is in the column, or,
    of a text, its code.
    """

    labels: list[str]
    values: Array

    def ranks(self, column: Array, is_known: Array) -> Array:
        """int64 per row: the place of its value among the labels."""
        other = len(self.labels) - 2
        ranks = np.full(len(column), other, dtype=np.int64)
        order = np.argsort(self.values)
        if len(order):
            place = np.searchsorted(self.values, column, sorter=order)
            found = order[np.minimum(place, len(order) - 1)]
            is_found = self.values[found] == column
            ranks[is_found] = found[is_found]
        ranks[~is_known] = other + 1
        return ranks


def ranking_of_property(timeline: Timeline, question: Question) -> Ranking:
    """The values most frequent among the events that a run can begin with."""
    name = str(question.by)
    known = timeline.property_named(name)
    counts: Counter[Any] = Counter()
    for part in timeline.over_buckets(lambda bucket: _entries_of(timeline, bucket, question, name)):
        counts.update(part)
    texts = {value: _text(known.kind, known.texts, value) for value in counts}
    own = [value for value in counts if texts[value] not in (OTHER, NOT_KNOWN)]
    first = sorted(own, key=lambda value: (-counts[value], texts[value]))[: question.top]
    values = np.array(first, dtype=np.float64 if known.kind == "number" else np.int64)
    return Ranking([*(texts[value] for value in first), OTHER, NOT_KNOWN], values)


def _entries_of(
    timeline: Timeline, bucket: Bucket, question: Question, name: str
) -> dict[Any, int]:
    column = timeline.column(bucket, name)
    moments = bucket.moments
    with_further = True if question.with_further else None
    first = question.steps if question.order == "any" else question.steps[:1]
    chosen = np.zeros(len(column), dtype=bool)
    for step in first:
        chosen |= step.rows(timeline, bucket, with_further=with_further)
    chosen &= (moments >= question.entry_from) & (moments < question.entry_until)
    chosen &= has_value(timeline.property_named(name), column)
    if question.people != "all":
        chosen &= np.repeat(wanted_people(bucket, question), np.diff(bucket.offsets))
    values, counts = np.unique(column[chosen], return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def wanted_people(bucket: Bucket, question: Question) -> Array:
    """bool per person of the bucket: customers, visitors, or all."""
    if question.people == "all":
        return np.ones(bucket.person_count, dtype=bool)
    is_visitor = np.asarray(bucket.is_visitor(), dtype=bool)
    return is_visitor if question.people == "visitors" else ~is_visitor


def _text(kind: str, texts: list[str], value: Any) -> str:
    if kind == "text":
        return texts[value]
    return f"{value / AMOUNT_SCALE if kind == 'amount' else value:.12g}"


def blocks_of_trait(
    codes: Array, texts: list[str], entered: Array, top: int
) -> tuple[Array, list[str]]:
    """The block of every person and the blocks' labels, by a trait's codes.

    Most frequent among ``entered``, the people of the first step, each as often as it is there.
    """
    counts = np.bincount(codes[entered] + 1, minlength=len(texts) + 1)[1:]
    own = [code for code, text in enumerate(texts) if text not in (OTHER, NOT_KNOWN)]
    first = sorted((c for c in own if counts[c]), key=lambda c: (-counts[c], texts[c]))[:top]
    block_of = np.full(len(texts) + 1, len(first), dtype=np.int64)  # the last: no code
    block_of[first] = np.arange(len(first))
    unknown = [code for code, text in enumerate(texts) if text == NOT_KNOWN]
    block_of[[*unknown, len(texts)]] = len(first) + 1
    return block_of[codes], [*(texts[code] for code in first), OTHER, NOT_KNOWN]
