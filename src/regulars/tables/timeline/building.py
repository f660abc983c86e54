"""A timeline of rows in memory: for a test, a small table, one machine's share of a cluster."""

import zlib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from regulars.tables.timeline.structure import (
    AMOUNT_SCALE,
    NO_AMOUNT,
    NO_CODE,
    NO_KEY,
    Array,
    Bucket,
    EventName,
    Property,
    PropertyKind,
    Timeline,
)

FURTHER = "is_further"
OWN = ("person_id", "is_visitor", "occurred_at", "event_name", FURTHER)


def timeline_of(
    rows: pa.Table,
    *,
    timezone: str = "UTC",
    bucket_count: int = 2,
    keys: tuple[str, ...] = ("session_id",),
    traits: Mapping[str, Mapping[str, str]] | None = None,
) -> Timeline:
    """The timeline of rows of person_id, occurred_at (timestamp), event_name and properties.

    ``is_visitor`` and ``is_further`` (bool) may be among the columns. A text column becomes a
    text property (or a key, where ``keys`` names it), a decimal one an amount, any other
    number a number. ``traits``: by name, customer_id -> value.
    """
    ids: Any = rows["person_id"].combine_chunks().cast(pa.string()).dictionary_encode()
    names = [zlib.crc32(person.encode()) % bucket_count for person in ids.dictionary.to_pylist()]
    person = ids.indices.to_numpy()
    bucket_of = np.array(names, dtype=np.int64)[person] if rows.num_rows else np.zeros(0, np.int64)
    moments = _moments(rows["occurred_at"])
    events, event_names = _events(rows)
    order = np.lexsort((events, moments, person, bucket_of))
    properties, columns = _properties(rows, order, keys)
    columns |= {"occurred_at": moments[order], "event": events[order]}
    visitors = _flags(rows, "is_visitor")
    buckets: list[Bucket] = []
    for number in range(bucket_count):
        mine = order[bucket_of[order] == number]
        start = int(np.searchsorted(bucket_of[order], number))
        first = buckets[-1].first_person + buckets[-1].person_count if buckets else 0
        part = {name: column[start : start + len(mine)] for name, column in columns.items()}
        people, at = np.unique(person[mine], return_index=True)
        offsets = np.append(at, len(mine)).astype(np.int64)
        whole = ids.dictionary.take(pa.array(people, pa.int64()))
        buckets.append(_bucket(first, offsets, whole, visitors[mine][at], part))
    return Timeline(
        timezone=ZoneInfo(timezone),
        buckets=tuple(buckets),
        event_names=event_names,
        properties=properties,
        first_at=int(moments.min()) if len(moments) else None,
        last_at=int(moments.max()) if len(moments) else None,
        trait_names=tuple(traits or ()),
        read_trait=lambda name: _trait_table((traits or {})[name]),
    )


def _bucket(
    first: int, offsets: Array, ids: Any, visitors: Array, part: dict[str, Array]
) -> Bucket:
    return Bucket(first, offsets, lambda: ids, lambda: visitors, part.__getitem__)


def _moments(column: Any) -> Array:
    kind = pa.timestamp("us", "UTC") if column.type.tz else pa.timestamp("us")
    moments: Array = column.cast(kind).cast(pa.int64()).to_numpy()
    return moments


def _flags(rows: pa.Table, name: str) -> Array:
    if name not in rows.column_names:
        return np.zeros(rows.num_rows, dtype=bool)
    column: Any = rows[name].combine_chunks()
    return np.asarray(column.fill_null(False).to_numpy(zero_copy_only=False))


def _events(rows: pa.Table) -> tuple[Array, tuple[EventName, ...]]:
    further = _flags(rows, FURTHER)
    coded: Any = rows["event_name"].combine_chunks().cast(pa.string()).dictionary_encode()
    pairs = coded.indices.to_numpy().astype(np.int64) * 2 + further
    found, codes, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    names = coded.dictionary.to_pylist()
    meanings = (
        EventName(names[pair // 2], bool(pair % 2), int(count))
        for pair, count in zip(found.tolist(), counts, strict=True)
    )
    return codes.astype(np.uint16), tuple(meanings)


def _properties(
    rows: pa.Table, order: Array, keys: tuple[str, ...]
) -> tuple[dict[str, Property], dict[str, Array]]:
    properties: dict[str, Property] = {}
    columns: dict[str, Array] = {}
    for name in rows.column_names:
        if name in OWN:
            continue
        kind, values, column = _encoded(rows[name].combine_chunks(), is_key=name in keys)
        row_count = rows.num_rows - rows[name].null_count
        properties[name] = Property(name, kind, row_count, values)
        columns[name] = column[order]
    return properties, columns


def _encoded(column: Any, *, is_key: bool) -> tuple[PropertyKind, Any, Array]:
    if pa.types.is_string(column.type) or pa.types.is_null(column.type):
        coded = column.cast(pa.string()).dictionary_encode()
        codes = coded.indices.fill_null(NO_CODE).to_numpy().astype(np.int32)
        if is_key:
            return "key", None, np.where(codes == NO_CODE, NO_KEY, codes + 1).astype(np.uint64)
        return "text", coded.dictionary, codes
    if pa.types.is_decimal(column.type):
        whole = [None if v is None else int(v * AMOUNT_SCALE) for v in column.to_pylist()]
        filled: Any = pa.array(whole, pa.int64()).fill_null(NO_AMOUNT)
        return "amount", None, filled.to_numpy()
    return "number", None, column.cast(pa.float64()).to_numpy(zero_copy_only=False)


def _trait_table(values: Mapping[str, Any]) -> pa.Table:
    return pa.table({"customer_id": list(values), "value": list(values.values())})
