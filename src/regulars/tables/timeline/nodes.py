"""What people pass on their way: each event as a node, numbered by the order of the texts.

A node is an event's name, or its page, zone, category or any other text property. The number
of a node says where it stands among the events of one instant: by its text, but where a way
begins (``from_``) first and where it leads (``to``) last. So it does not depend on how the
timeline was built.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.errors import ParameterInvalid, among
from regulars.tables.timeline.patterns import Pattern, pattern
from regulars.tables.timeline.structure import Array, Bucket, Timeline

EVENT_NAME = "event_name"
START, END, OTHER = "(start)", "(end)", "(other)"
NO_NODE = -1  # it happened, but is no node
NOT_THERE = -2  # as if it had not happened


@dataclass(frozen=True)
class Nodes:
    """The nodes of a question. ``labels`` by number; ``from_`` and ``to`` are numbers or None.

    ``events_asked``: from or to which the way is asked for, where these are events.
    """

    timeline: Timeline
    property_name: str
    labels: tuple[str, ...]
    from_: int | None
    to: int | None
    by_code: Array  # int32 by code of the event or of the property; the last: of no text
    is_left_out: Array  # bool by event code
    left_out: tuple[Pattern, ...]
    marked: tuple[tuple[Pattern, int], ...]  # rows of a pattern are that node
    events_asked: tuple[Pattern, ...]

    def of_rows(self, bucket: Bucket) -> Array:
        """int32 per row of the bucket: a node, NO_NODE or NOT_THERE."""
        name = self.property_name
        codes = bucket.events if name == EVENT_NAME else self.timeline.column(bucket, name)
        nodes = self.by_code[codes]
        for wanted, number in self.marked:
            fits = _whole(self.timeline, bucket, wanted)
            if self.from_ is not None:  # where both fit, it is where the way begins
                fits &= nodes != self.from_
            nodes[fits] = number
        if (self.marked or name != EVENT_NAME) and self._leaves_out(bucket):
            nodes[self.is_left_out[bucket.events]] = NOT_THERE
        for wanted in self.left_out:
            nodes[_whole(self.timeline, bucket, wanted)] = NOT_THERE
        return nodes

    def _leaves_out(self, bucket: Bucket) -> bool:
        """Whether any row can be of a code that is left out: many codes have none."""
        codes = np.flatnonzero(self.is_left_out).tolist()
        events = self.timeline.event_names
        return bucket.gone_count > 0 or any(events[code].row_count for code in codes)


def nodes_of(
    timeline: Timeline,
    name: str,
    *,
    from_: str | None = None,
    to: str | None = None,
    leave_out: Sequence[str] = (),
) -> Nodes:
    """The nodes by event_name or a text property; ParameterInvalid names what exists.

    ``from_`` and ``to`` are a node's text, else events as ``pattern`` reads them: those rows
    are a node of that text, whatever else they would be.
    """
    codes = _texts(timeline, name)
    texts = {text for text in codes if text}
    ends = [_anchor(timeline, name, texts, given) for given in (from_, to)]
    first, last = (None if end is None else end[0] for end in ends)
    if first is not None and first == last:
        raise ParameterInvalid(
            f"--from and --to are both '{first}'. A way leads from one to another: change one, "
            "or leave one out."
        )
    between = sorted(texts - {first, last})
    order = [*([] if first is None else [first]), *between, *([] if last is None else [last])]
    number = {text: place for place, text in enumerate(order)}
    by_code = np.array([number.get(text, NO_NODE) for text in [*codes, ""]], dtype=np.int32)
    gone, conditional = _left_out(timeline, leave_out)
    if name == EVENT_NAME:
        by_code[:-1][gone] = NOT_THERE
    marked = tuple((end[1], number[end[0]]) for end in reversed(ends) if end and end[1])
    return Nodes(
        timeline=timeline,
        property_name=name,
        labels=tuple(_label(text) for text in order),
        from_=None if first is None else number[first],
        to=None if last is None else number[last],
        by_code=by_code,
        is_left_out=gone,
        left_out=conditional,
        marked=tuple((wanted, place) for wanted, place in marked if wanted is not None),
        events_asked=tuple(filter(None, (_events_of(name, end) for end in ends))),
    )


def _texts(timeline: Timeline, name: str) -> list[str]:
    """The texts by code; ParameterInvalid where the property is not there or is no text."""
    if name == EVENT_NAME:
        return [event.name for event in timeline.event_names]
    known = {p.name for p in timeline.properties.values() if p.kind == "text"}
    if name not in known:
        why = "does not occur" if name not in timeline.properties else "has no texts"
        raise ParameterInvalid(
            f"Property '{name}' {why}, so it cannot be a node. "
            f"{among(name, [EVENT_NAME, *sorted(known)], 'Nodes')}"
        )
    return timeline.properties[name].texts


def _anchor(
    timeline: Timeline, name: str, texts: set[str], given: str | None
) -> tuple[str, Pattern | None] | None:
    """The node that a text names, and the events that it is made of unless it is one already."""
    if given is None:
        return None
    if given in texts:
        return given, None
    wanted = pattern(given)
    missing = [event for event in wanted.event_names if event not in timeline.event_counts]
    if missing and name != EVENT_NAME:
        near = difflib.get_close_matches(given, texts, n=1)
        hint = f" The nearest {name} is '{near[0]}'." if near else ""
        raise ParameterInvalid(
            f"'{given}' is neither a {name} nor an event that occurs.{hint} "
            f"{among(missing[0], timeline.event_counts, 'Events')}"
        )
    wanted.codes(timeline)
    is_plain = len(wanted.event_names) == 1 and not wanted.conditions
    if is_plain and name == EVENT_NAME:
        return wanted.event_names[0], None
    return wanted.text, wanted


def _events_of(name: str, end: tuple[str, Pattern | None] | None) -> Pattern | None:
    """The events that an end of the way is; None where it is a page, a zone, or not asked for."""
    if end is None:
        return None
    text, wanted = end
    return Pattern(text, (text,)) if wanted is None and name == EVENT_NAME else wanted


def _left_out(timeline: Timeline, texts: Sequence[str]) -> tuple[Array, tuple[Pattern, ...]]:
    """Which event codes are as if they had not happened, and patterns that only rows can tell."""
    gone = timeline.further_codes()
    conditional = []
    for wanted in map(pattern, texts):
        codes = wanted.codes(timeline)
        if wanted.conditions:
            conditional.append(wanted)
        else:
            gone = gone | codes
    return gone, tuple(conditional)


def _label(text: str) -> str:
    """A node whose own text is one of our words is put in quotes."""
    return f'"{text}"' if text in (START, END, OTHER) else text


def _whole(timeline: Timeline, bucket: Bucket, wanted: Pattern) -> Array:
    """bool per row: events that fit; one of several products fits where any of them does."""
    found = wanted.rows(timeline, bucket)
    further = timeline.further_codes()[bucket.events]
    extra = found & further
    if not extra.any():
        return np.asarray(found & ~further)
    names = {event.name: place for place, event in enumerate(timeline.event_names)}
    kinds = np.array([names[event.name] for event in timeline.event_names])
    moments = bucket.moments
    begins = np.ones(len(moments), dtype=bool)
    begins[1:] = moments[1:] != moments[:-1]
    begins[bucket.offsets[:-1][np.diff(bucket.offsets) > 0]] = True
    events = np.cumsum(begins) * len(names) + kinds[bucket.events]
    return np.asarray((found | np.isin(events, events[extra])) & ~further)
