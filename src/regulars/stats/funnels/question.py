"""What a funnel asks, checked: its steps, order, window, dates and further conditions."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from regulars.errors import ParameterInvalid, among, shortened
from regulars.tables.durations import microseconds
from regulars.tables.parameters import check_choice, check_whole
from regulars.tables.timeline import NO_AMOUNT, NO_CODE, NO_KEY, Bucket, Pattern, Timeline, pattern
from regulars.tables.timeline.days import day_end
from regulars.tables.timeline.structure import ABOUT_PRODUCTS, Array, Property
from regulars.tables.timeline.usual import quoted

Order = Literal["this", "any", "exact"]
People = Literal["all", "customers", "visitors"]
USUAL_STEPS = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed")


@dataclass(frozen=True)
class Question:
    """A funnel as it is asked. Moments and the window are in microseconds.

    Entries lie in [entry_from, entry_until); nothing from ``end`` on exists.
    """

    steps: tuple[Pattern, ...]
    excluded: tuple[Pattern, ...]
    order: Order
    window: int
    entry_from: int
    entry_until: int
    end: int
    hold: str | None
    is_totals: bool
    by: str | None
    top: int
    people: People
    marked_step: int = 1

    @property
    def with_further(self) -> bool:
        """Products matter: the further rows of an order are looked at."""
        asked = (*self.steps, *self.excluded)
        return self.hold in ABOUT_PRODUCTS or any(one.about_products for one in asked)


def question_of(
    timeline: Timeline,
    *,
    as_of: date,
    steps: Sequence[str],
    order: Order,
    window: str | timedelta,
    since: date | str | None,
    until: date | str | None,
    by: str | None,
    top: int,
    hold: str | None,
    exclude: Sequence[str],
    totals: bool,
    people: People,
) -> Question:
    """The question, or ParameterInvalid, whose message names the parameter.

    Without steps: the usual ones that occur, else the most frequent events; none where the
    timeline is empty.
    """
    check_choice("order", order, ("this", "any", "exact"))
    check_choice("people", people, ("all", "customers", "visitors"))
    check_whole("top", top, 1, 1000)
    length = microseconds("window", window)
    first, last = _day("since", since), _day("until", until)
    entry_from, entry_until = timeline.span(first, last, as_of)
    end = day_end(as_of, timeline.timezone)
    if any(steps) and timeline.first_at is None:
        _ = timeline.last_day  # says that nobody has done anything yet
    asked = _patterns(timeline, "step", steps or _usual_steps(timeline, end))
    excluded = _patterns(timeline, "exclude", exclude) if asked else ()
    question = Question(
        asked, excluded, order, length, entry_from, entry_until, end, hold or None, totals,
        by or None, top, people,
    )  # fmt: skip
    if asked:
        _check_excluded(question)
        _check_hold(timeline, question)
        _check_by(timeline, question.by)
    return question


def has_value(known: Property, column: Array) -> Array:
    """bool per row: the property is there."""
    if known.kind == "number":
        return ~np.isnan(column)
    missing = {"text": NO_CODE, "key": NO_KEY, "amount": NO_AMOUNT}[known.kind]
    return np.asarray(column != missing)


def _usual_steps(timeline: Timeline, end: int) -> list[str]:
    counts = timeline.event_counts
    if timeline.last_at is not None and timeline.last_at >= end:
        counts = _counts_until(timeline, end)
    usual = [name for name in USUAL_STEPS if counts.get(name)]
    frequent = sorted((name for name in counts if counts[name]), key=lambda n: (-counts[n], n))
    chosen = usual if len(usual) > 1 else frequent[: len(USUAL_STEPS)]
    return [quoted(name) for name in chosen]


def _counts_until(timeline: Timeline, end: int) -> dict[str, int]:
    """How often each event happened before a moment."""
    names = timeline.event_names
    parts = timeline.over_buckets(
        lambda bucket: np.bincount(bucket.events[bucket.moments < end], minlength=len(names))
    )
    counts = np.sum(parts, axis=0)
    return {e.name: int(counts[code]) for code, e in enumerate(names) if not e.is_further}


def _day(name: str, given: date | str | None) -> date | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise ParameterInvalid(
            f"Parameter {name} cannot be '{shortened(given)}'. It is a day such as 2026-09-30."
        ) from None


def _patterns(timeline: Timeline, option: str, texts: Sequence[str] | str) -> tuple[Pattern, ...]:
    given = (texts,) if isinstance(texts, str) else texts
    read = []
    for number, text in enumerate(given, start=1):
        with _about(f"--{option} number {number}"):
            read.append(_read(timeline, text))
    return tuple(read)


def _read(timeline: Timeline, text: str) -> Pattern:
    """A pattern whose events, properties and values fit the timeline."""
    read = pattern(text)
    read.codes(timeline)
    if timeline.buckets:
        read.rows(timeline, _without_rows(timeline.buckets[0]))
    return read


def _without_rows(bucket: Bucket) -> Bucket:
    none = np.zeros(1, dtype=np.int64)
    return Bucket(0, none, bucket.person_ids, bucket.is_visitor, lambda name: bucket.read(name)[:0])


@contextlib.contextmanager
def _about(name: str) -> Iterator[None]:
    """An error of what is read says which parameter it is about."""
    try:
        yield
    except ParameterInvalid as error:
        raise ParameterInvalid(f"{name}: {error}") from None


def _check_excluded(question: Question) -> None:
    if len(question.steps) == 1:
        return
    for excluded in question.excluded:
        for step in question.steps:
            shared = set(excluded.event_names) & set(step.event_names)
            if shared and set(excluded.conditions) <= set(step.conditions):
                raise ParameterInvalid(
                    f"Parameter exclude cannot be '{excluded.text}': it is itself the step "
                    f"'{step.text}'. Exclude an event that is no step, or only some of them by "
                    "a condition: EVENT [property = value]."
                )


def _check_hold(timeline: Timeline, question: Question) -> None:
    if question.hold is None:
        return
    held = question.hold
    with _about("Parameter hold"):
        timeline.property_named(held)
    with_further = True if question.with_further else None
    codes = [step.codes(timeline, with_further=with_further) for step in question.steps]
    wanted = np.any(codes, axis=0)
    if not _occurs(timeline, held, wanted):
        known = (name for name in timeline.properties if _occurs(timeline, name, wanted))
        raise ParameterInvalid(
            f"Parameter hold cannot be '{shortened(held)}': no event of the steps has it. "
            f"{among(held, known, 'They have')}"
        )


def _occurs(timeline: Timeline, name: str, wanted: Array) -> bool:
    """Whether any event of the wanted codes has the property."""
    known = timeline.property_named(name)
    return any(
        bool(np.any(has_value(known, timeline.column(bucket, name)) & wanted[bucket.events]))
        for bucket in timeline.buckets
    )


def _check_by(timeline: Timeline, by: str | None) -> None:
    if by is None or by in timeline.trait_names:
        return
    properties = [name for name, known in timeline.properties.items() if known.kind != "key"]
    if by not in properties:
        is_key = by in timeline.properties
        why = "cannot be split by, it can be held" if is_key else "does not exist"
        existing = dict.fromkeys([*properties, *timeline.trait_names])
        raise ParameterInvalid(
            f"Parameter by: '{shortened(by)}' {why}. {among(by, existing, 'Properties and traits')}"
        )
