"""Store visits as their definition reads, in plain Python, minute by minute.

A row is (person, minute, store, event, zone, minutes told, product), where an event is one of
KINDS, "sold" (an order at the till), "seen" or "ordered" (both online).
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, pairwise

ENTER, INTO, PICK, OUT, LEAVE = KINDS = ("enter", "into", "pick", "out", "leave")


@dataclass
class Visit:
    person: str
    store: str
    start: int
    has_entry: bool
    end: int = 0
    has_exit: bool = False
    rows: list = field(default_factory=list)


def visits(rows, idle):
    found = []
    for person, store in sorted({(r[0], r[2]) for r in rows if r[3] in KINDS}):
        mine = [r for r in rows if r[:3:2] == (person, store) and r[3] in KINDS]
        current, ended = None, -1000
        for minute in sorted({r[1] for r in mine}):
            now = [r for r in mine if r[1] == minute]
            entries = [r for r in now if r[3] == ENTER]
            leaves = any(r[3] == LEAVE for r in now)
            told = max(r[5] or 0 for r in now)
            if current and minute - told - current.end > idle:
                current = None
            if current and entries and leaves:
                current.rows += [r for r in now if r[3] != ENTER]
                current.end = ended = minute
                current.has_exit = True
                current = Visit(person, store, minute, True, minute, rows=entries)
                found.append(current)
                continue
            if current and entries and any(r[3] != ENTER for r in current.rows):
                current = None
            if current is None:
                start = minute if entries else max(ended, minute - told)
                current = Visit(person, store, start, bool(entries))
                found.append(current)
            current.rows += now
            current.end = ended = minute
            if leaves:
                current.has_exit = True
                current = None
    return found


def stays(visit):
    """(begin, zone, end) of each, in order."""
    its = [r for r in visit.rows if r[3] in (INTO, OUT) and r[4]]
    its.sort(key=lambda r: (r[1], r[3] == OUT, r[4], -1 if r[5] is None else r[5]))
    found, entries = [], []
    for row in its:
        _, minute, _, kind, zone, told, _ = row
        if kind == INTO:
            entries.append(row)
            continue
        same = [entry for entry in entries if entry[4] == zone]
        begin = minute
        if same:
            begin = same[-1][1]
            entries = [entry for entry in entries if entry is not same[-1]]
        if told is not None:
            begin = max(minute - told, visit.start)
        found.append((begin, zone, minute))
    for _, minute, _, _, zone, _, _ in entries:
        later = [r[1] for r in its if r[1] > minute and ((r[3] == OUT) == (r[4] == zone))]
        found.append((minute, zone, min([visit.end, *later])))
    return sorted(found)


def minutes_in_zones(visit):
    """zone -> minutes in which its stay was the one begun last; every zone that was visited."""
    its = stays(visit)
    time = Counter({zone: 0 for _, zone, _ in its})
    for minute in range(-100, 200):
        here = [(begin, zone) for begin, zone, end in its if begin <= minute < end]
        if here:
            time[max(here)[1]] += 1
    return time


def steps(visit):
    zones = [zone for zone, _ in groupby(zone for _, zone, _ in stays(visit))]
    way = ["(entry)", *zones, "(exit)"]
    return list(pairwise(way))


def orders_of(found, rows, tolerance):
    """Index of the visit -> products of the orders at the till that belong to it."""
    sold = {}
    for row in rows:
        if row[3] != "sold":
            continue
        before = [
            (visit.start, number)
            for number, visit in enumerate(found)
            if (visit.person, visit.store) == row[:3:2] and visit.start <= row[1]
        ]
        if before and row[1] <= found[max(before)[1]].end + tolerance:
            sold.setdefault(max(before)[1], []).append(row[6])
    return sold


def zone_at(visit, minute):
    here = [(begin, zone, end) for begin, zone, end in stays(visit) if begin <= minute <= end]
    return max(here)[1] if here else None
