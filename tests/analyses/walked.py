"""Plain Python's visits, for the tests of paths: lists and loops, written to be obvious."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
from hypothesis import strategies as st

from regulars.tables.timeline import timeline_of

EVENING = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # rows lie in the hours around midnight
NAMES = ("A", "B", "C", "D")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "person_id": st.sampled_from("pqr"),
            "minute": st.integers(0, 14).map(lambda number: number * 10),
            "event_name": st.sampled_from(NAMES),
            "is_further": st.sampled_from([False, False, False, True]),
            "page": st.sampled_from([None, "", "/a", "/b", "A"]),
            "channel": st.sampled_from([None, None, "web", "kiosk", "pos", "service"]),
            "session_id": st.sampled_from([None, "s", "t"]),
            "value_amount": st.sampled_from([None, 0, 5, 7]),
            "gender": st.just(None),
        }
    ),
    max_size=24,
)
GENDERS = {"p": "female", "q": "male"}


def timeline(rows, buckets=1):
    """The timeline of rows of ROWS; p is female, q male, of r nothing is known."""
    table = pa.table(
        {
            "person_id": pa.array([row["person_id"] for row in rows], pa.string()),
            "occurred_at": pa.array([moment(row) for row in rows], pa.timestamp("us", "UTC")),
            "event_name": pa.array([row["event_name"] for row in rows], pa.string()),
            "is_further": pa.array([row["is_further"] for row in rows], pa.bool_()),
            "is_visitor": pa.array([row["person_id"] == "r" for row in rows], pa.bool_()),
            "page": pa.array([row["page"] for row in rows], pa.string()),
            "channel": pa.array([row["channel"] for row in rows], pa.string()),
            "session_id": pa.array([row["session_id"] for row in rows], pa.string()),
            "value_amount": pa.array(
                [None if r["value_amount"] is None else Decimal(r["value_amount"]) for r in rows],
                pa.decimal128(18, 4),
            ),
        }
    )
    return timeline_of(table, bucket_count=buckets, traits={"gender": GENDERS})


def moment(row):
    return EVENING + timedelta(minutes=row["minute"])


def row(person, minute, name, **others):
    """One row, as ROWS makes them."""
    plain = dict.fromkeys(("page", "channel", "session_id", "value_amount"))
    return {"person_id": person, "minute": minute, "event_name": name, "is_further": False,
            **plain, **others}  # fmt: skip


def visits(rows, *, node="event_name", by="idle", idle=30, first=None, last=None,
           since=None, until=None, as_of=None, collapse=True, persons="pqr", gone=(),
           scene=None, asked=None):  # fmt: skip
    """Each visit as the list of its nodes. first, last: where a way begins and leads to.

    asked: the names of events that first, and those that last, is made of.
    """
    found = []
    if asked is None:
        asked = [{end} for end in (first, last) if end] if node == "event_name" else []
    rows = counted(rows, node, asked, scene)
    for person in persons:
        own = [r for r in rows if r["person_id"] == person and not r["is_further"]]
        own = [r for r in own if r["event_name"] not in gone]
        own = [r for r in own if as_of is None or moment(r).date() <= as_of]
        for visit in split(own, by, idle):
            begun = moment(visit[0]).date()
            if (since and begun < since) or (until and begun > until):
                continue
            nodes = _in_order(visit, node, first, last)
            if collapse:
                nodes = [text for text, _ in itertools.groupby(nodes)]
            if nodes:
                found.append(nodes)
    return found


def counted(rows, node="event_name", asked=(), scene=None):
    """The rows that visits are made of, by the definition of docs/retention-and-sessions.md."""
    online = [r for r in rows if r["channel"] not in ("pos", "service")]
    if scene == "online":
        return online
    happens = {r["event_name"] for r in online if not r["is_further"]}
    is_usual = node in ("event_name", "page") and all(names & happens for names in asked)
    return online if scene is None and online and is_usual else rows


def split(own, by, idle):
    own = sorted(own, key=lambda r: r["minute"])
    if by == "session_id":
        names = sorted({r["session_id"] for r in own if r["session_id"]})
        return [[r for r in own if r["session_id"] == name] for name in names]
    split = []
    for r in own:
        if split and r["minute"] - split[-1][-1]["minute"] <= idle:
            split[-1].append(r)
        else:
            split.append([r])
    return split


def _in_order(visit, node, first, last):
    def stand(pair):
        minute, text = pair
        return (minute, 0 if text == first else 2 if text == last else 1, text)

    pairs = [(r["minute"], r[node]) for r in visit if r[node]]
    return [text for _, text in sorted(pairs, key=stand)]


def edges(visit, first=None, last=None, depth=5):
    """(step, from, to, whether it is reached) of one visit."""
    states, reached = ["(start)", *visit], None
    if first is not None:
        if first not in visit:
            return []
        states = visit[visit.index(first) :]
    if last is not None and first is not None:
        reached = last in states
    if last in states:
        states = states[: states.index(last) + 1]
    elif last is not None and first is None:
        return []
    else:
        states = [*states, "(end)"]
    pairs = list(itertools.pairwise(states))
    if depth == 0:
        return [(None, a, b, reached) for a, b in pairs]
    if last is not None and first is None:
        return [(at - len(pairs), a, b, reached) for at, (a, b) in enumerate(pairs)][-depth:]
    return [(at, a, b, reached) for at, (a, b) in enumerate(pairs)][:depth]
