"""Segment-spec JSON lines, joined as Arrow text: one line per event, nulls left out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.simulator.arrays import Floats, Ints, Texts
from regulars.simulator.columns import TextColumn, column, joined, numbered, taken, utc_times

RECEIVED_AFTER = 1.5 / 86_400  # days


@dataclass(frozen=True)
class Events:
    """Lines ready to write and the moment of each, both in the same order."""

    t: Floats
    lines: TextColumn


@dataclass(frozen=True)
class Sender:
    """Who sends: ids of people by row, and what begins every messageId of this part."""

    start_on: date
    codes: Texts
    tag: str


@dataclass
class Counter:
    """Numbers messages through all kinds of one part."""

    count: int = 0

    def next(self, rows: int) -> Ints:
        """The next ``rows`` numbers."""
        self.count += rows
        return np.arange(self.count - rows, self.count)


@dataclass(frozen=True)
class Moment:
    """When, who and where: arrays of one length. ``user`` is -1 where nobody is signed in."""

    t: Floats
    user: Ints
    device: TextColumn
    channel: TextColumn | str
    session: TextColumn | None = None


def device_texts(numbers: Ints, device: Ints) -> TextColumn:
    """Anonymous ids: 16 hexadecimal digits, by person number and device, never the same twice."""
    mixed = numbers.astype(np.uint64) * np.uint64(8) + device.astype(np.uint64)
    mixed *= np.uint64(0x9E3779B97F4A7C15)  # odd, so that no two become one
    digits = mixed.view(np.uint8).reshape(-1, 8).astype(np.int64)
    pairs = [f"{b:02x}" for b in range(256)]
    return joined(*(taken(pairs, digits[:, i]) for i in range(8)))


def track(
    sender: Sender,
    counter: Counter,
    event: str,
    at: Moment,
    properties: list[Any],
    page: TextColumn | str | None = None,
) -> Events:
    """Track messages. ``properties`` are text pieces: '"product_id":"', column, '"' ..."""
    session: list[Any] = [] if at.session is None else [',"sessionId":"', at.session, '"']
    where: list[Any] = [] if page is None else [',"page":{"path":"', page, '"}']
    lines = joined(
        '{"type":"track","event":"' + event + '","messageId":"' + sender.tag + "-",
        numbered("", counter.next(len(at.t)), 9),
        '",',
        *_identity(sender, at),
        *_times(sender, at.t),
        '"context":{"channel":"', at.channel, '"', *session, *where,
        '},"properties":{',
        *properties,
        "}}\n",
    )  # fmt: skip
    return Events(at.t, lines)


def identify(sender: Sender, counter: Counter, at: Moment) -> Events:
    """Identify messages: this device is that customer."""
    lines = joined(
        '{"type":"identify","messageId":"' + sender.tag + "-",
        numbered("", counter.next(len(at.t)), 9),
        '",',
        *_identity(sender, at),
        *_times(sender, at.t),
        '"traits":{}}\n',
    )
    return Events(at.t, lines)


def _identity(sender: Sender, at: Moment) -> list[Any]:
    fragments = joined('"userId":"', taken(sender.codes, np.maximum(at.user, 0)), '",')
    user = pc.if_else(column(at.user >= 0), fragments, pa.scalar("", pa.string()))
    return ['"anonymousId":"', at.device, '",', user]


def _times(sender: Sender, t: Floats) -> list[Any]:
    stamp = utc_times(sender.start_on, t)
    received = utc_times(sender.start_on, t + RECEIVED_AFTER)
    return ['"timestamp":"', stamp, '","receivedAt":"', received, '",']


def before(until: float, events: Events) -> Events:
    """What happens before a moment, of events in the order of time."""
    count = int(np.searchsorted(events.t, until))
    return Events(events.t[:count], events.lines.slice(0, count))


def merged(parts: list[Events]) -> Events:
    """All parts by time."""
    t = np.concatenate([p.t for p in parts])
    lines = pa.concat_arrays([p.lines for p in parts])
    order = np.argsort(t, kind="stable")
    return Events(t[order], lines.take(column(order)))
