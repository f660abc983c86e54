"""The runs through a funnel: who reached each step, with which entry, and when."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from regulars.stats.funnels.any_order import all_runs_any, best_runs_any, view
from regulars.stats.funnels.event_rows import rows_of
from regulars.stats.funnels.grouping import largest_instant
from regulars.stats.funnels.matching import room
from regulars.stats.funnels.ordered import all_runs, best_runs
from regulars.stats.funnels.question import Question
from regulars.stats.funnels.records import Rules
from regulars.stats.funnels.straight import latest_starts
from regulars.stats.funnels.values import (
    Ranking,
    blocks_of_trait,
    ranking_of_property,
    wanted_people,
)
from regulars.tables.timeline import Bucket, Timeline
from regulars.tables.timeline.structure import Array

MOST_STRAIGHT_STEPS = 64


class Part(NamedTuple):
    """Runs of one bucket: arrays of one length; moments in microseconds.

    ``marked``: when the run passed the marked step. ``block``: the place of its value among
    the labels; empty where the funnel is not split.
    """

    person: Array
    entered: Array
    marked: Array
    reached: Array
    block: Array

    def where(self, chosen: Array) -> "Part":
        """Those chosen by a flag each, or by their places."""
        block = self.block[chosen] if len(self.block) else self.block
        person, entered, marked, reached = (column[chosen] for column in self[:-1])
        return Part(person, entered, marked, reached, block)


@dataclass(frozen=True)
class StepRuns:
    """The runs that reached one step. What is in no answer is never put together."""

    parts: tuple[Part, ...]

    def __len__(self) -> int:
        return sum(len(part.person) for part in self.parts)

    @cached_property
    def whole(self) -> Part:
        """All of them as one."""
        if len(self.parts) == 1:
            return self.parts[0]
        none = np.zeros(0, dtype=np.int64)
        columns = zip(*self.parts, strict=True) if self.parts else ((none,),) * len(Part._fields)
        return Part(*(np.concatenate(column) for column in columns))

    @property
    def person(self) -> Array:
        return self.whole.person

    @property
    def entered(self) -> Array:
        return self.whole.entered

    @property
    def marked(self) -> Array:
        return self.whole.marked

    @property
    def reached(self) -> Array:
        return self.whole.reached

    @property
    def block(self) -> Array:
        return self.whole.block

    @property
    def seconds(self) -> Array:
        """From the entry to the step."""
        return _joined([part.reached - part.entered for part in self.parts]) / 1_000_000

    @property
    def seconds_from_mark(self) -> Array:
        """From the marked step to the step."""
        return _joined([part.reached - part.marked for part in self.parts]) / 1_000_000

    @property
    def median_seconds(self) -> float | None:
        """The median of ``seconds``; None where nobody got here."""
        lengths = _joined([part.reached - part.entered for part in self.parts])
        return float(np.median(lengths)) / 1_000_000 if len(lengths) else None

    def where(self, chosen: Array) -> "StepRuns":
        """Those chosen by a flag each, or by their places."""
        return StepRuns((self.whole.where(chosen),))

    def split(self, block_of: Array) -> "StepRuns":
        """The same runs in the blocks of their people."""
        return StepRuns((self.whole._replace(block=block_of[self.person]),))


@dataclass(frozen=True)
class Runs:
    """The runs by step, and the values by which the funnel is split: None alone if it is not."""

    steps: tuple[StepRuns, ...]
    labels: tuple[str | None, ...]

    def blocks(self) -> list[tuple[str | None, tuple[StepRuns, ...]]]:
        """The runs of each value that anybody entered with; of all together where nobody did."""
        if self.labels == (None,):
            return [(None, self.steps)]
        there = np.bincount(self.steps[0].block, minlength=len(self.labels)) > 0
        if not there.any():
            return [(None, self.steps)]
        return [
            (label, tuple(step.where(step.block == block) for step in self.steps))
            for block, label in enumerate(self.labels)
            if there[block]
        ]


def runs_of(timeline: Timeline, question: Question) -> Runs:
    """All runs that the question counts, bucket by bucket."""
    is_trait = question.by in timeline.trait_names
    split_by_property = question.by is not None and not is_trait
    ranking = ranking_of_property(timeline, question) if split_by_property else None
    straight = None if ranking else _straight_codes(timeline, question)

    def work(bucket: Bucket) -> list[Part]:
        if straight is not None:
            return _straight_runs(timeline, bucket, question, straight)
        return _general_runs(timeline, bucket, question, ranking)

    parts = timeline.over_buckets(work)
    steps = tuple(StepRuns(tuple(part[n] for part in parts)) for n in range(len(question.steps)))
    if ranking:
        return Runs(steps, tuple(ranking.labels))
    if not is_trait or not steps:
        return Runs(steps, (None,))
    codes, texts = timeline.trait_codes(str(question.by))
    block_of, labels = blocks_of_trait(codes, texts, steps[0].person, question.top)
    return Runs(tuple(step.split(block_of) for step in steps), tuple(labels))


def _joined(columns: list[Array]) -> Array:
    return np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)


def _straight_codes(timeline: Timeline, question: Question) -> Array | None:
    """By event code its only step, where the short kernel can answer; None where it cannot."""
    is_plain = question.order == "this" and not question.is_totals and question.hold is None
    is_plain = is_plain and question.marked_step == 1 and not question.with_further
    if not is_plain or question.excluded or len(question.steps) > MOST_STRAIGHT_STEPS:
        return None
    codes = np.array([step.codes(timeline) for step in question.steps])
    if codes.sum(axis=0).max(initial=0) > 1:
        return None
    numbers = np.arange(1, len(question.steps) + 1)[:, np.newaxis]
    return np.asarray((codes * numbers).sum(axis=0), dtype=np.uint8)


def _straight_runs(
    timeline: Timeline, bucket: Bucket, question: Question, step_of: Array
) -> list[Part]:
    codes = bucket.events
    if any(step.conditions for step in question.steps):
        codes = np.zeros(bucket.row_count, dtype=np.uint16)
        for number, step in enumerate(question.steps, start=1):
            codes[step.rows(timeline, bucket)] = number
        step_of = np.arange(len(question.steps) + 1, dtype=np.uint8)
    counts, who, entered, reached = latest_starts(
        np.asarray(bucket.offsets), np.asarray(bucket.moments), np.asarray(codes), step_of,
        len(question.steps), question.entry_from, question.entry_until, question.end,
        question.window, wanted_people(bucket, question),
    )  # fmt: skip
    return [
        Part(
            who[n, :count] + bucket.first_person,
            entered[n, :count],
            entered[n, :count],
            reached[n, :count],
            np.zeros(0, dtype=np.int64),
        )
        for n, count in enumerate(counts)
    ]


def _general_runs(
    timeline: Timeline, bucket: Bucket, question: Question, ranking: Ranking | None
) -> list[Part]:
    offsets, person_of, rows = rows_of(timeline, bucket, question, ranking)
    is_exact = question.order == "exact"
    rules = Rules(
        question.entry_from, question.entry_until, question.window, question.marked_step,
        is_exact, ranking is not None,
    )  # fmt: skip
    wanted = wanted_people(bucket, question).astype(np.int64)
    if question.order == "any":
        seen = view(int(np.diff(offsets).max(initial=0)), rows.steps_of)
        any_kernel = all_runs_any if question.is_totals else best_runs_any
        records = any_kernel(offsets, person_of, rows, rules, wanted, seen)
    else:
        space = room(len(question.steps), largest_instant(offsets, rows.moments))
        kernel = all_runs if question.is_totals else best_runs
        records = kernel(offsets, person_of, rows, rules, wanted, space)
    person, step, entered, marked, reached, rank = records.T
    whole = Part(
        person.astype(np.int32) + bucket.first_person,
        entered.copy(),
        marked.copy(),
        reached.copy(),
        rank.copy(),
    )
    return [whole.where(step == n) for n in range(1, len(question.steps) + 1)]
