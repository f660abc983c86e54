"""Text columns of the exports, made as Arrow arrays: times, numbers, codes, JSON pieces."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

from regulars.simulator.arrays import Floats, Ints, Texts

TextColumn: TypeAlias = Any  # a pyarrow string array
pc: Any = pyarrow.compute  # its stubs know neither plain values nor mixed arguments
UTC_OFFSET_SECONDS = 8 * 3600  # Asia/Shanghai, all year


def column(values: Any, kind: Any = None, mask: Any = None) -> Any:
    """An Arrow array; pyarrow's stubs know too few of the numpy arrays that it takes."""
    return pa.array(values, kind, mask=mask)


def table_of(columns: dict[str, Any]) -> pa.Table:
    """A table of numpy and Arrow columns by name."""
    return pa.table(columns)


def seconds(t: Floats) -> Ints:
    """Whole seconds since the first day's local midnight."""
    return np.floor(t * 86_400).astype(np.int64)


def local_times(start_on: date, t: Floats, day_format: str = "%Y-%m-%d") -> TextColumn:
    """'2026-05-01 10:00:00' in the shop's timezone; null where t is NaN."""
    missing = np.isnan(t)
    moment = seconds(np.where(missing, 0.0, t))
    day, second = np.divmod(moment, 86_400)
    text = joined(day_texts(start_on, day, day_format), taken(_times_of_day(" ", ""), second))
    return _nulled(text, missing)


def utc_times(start_on: date, t: Floats) -> TextColumn:
    """'2026-05-01T02:00:00Z'; t may not be NaN."""
    day, second = np.divmod(seconds(t) - UTC_OFFSET_SECONDS, 86_400)
    return joined(day_texts(start_on, day, "%Y-%m-%d"), taken(_times_of_day("T", "Z"), second))


def day_texts(start_on: date, day: Ints, day_format: str = "%Y-%m-%d") -> TextColumn:
    """The day numbers as text."""
    if not len(day):
        return pa.array([], pa.string())
    low, high = int(day.min()), int(day.max())
    names = [(start_on + timedelta(days=d)).strftime(day_format) for d in range(low, high + 1)]
    return taken(names, day - low)


@cache
def _times_of_day(before: str, after: str) -> TextColumn:
    return pa.array(
        [
            f"{before}{hour:02d}:{minute:02d}:{second:02d}{after}"
            for hour in range(24)
            for minute in range(60)
            for second in range(60)
        ]
    )


def taken(values: TextColumn | Sequence[str | None] | Texts, rows: Ints) -> TextColumn:
    """``values[rows]`` as text; rows of -1 become null."""
    source = values if isinstance(values, pa.Array) else pa.array(list(values), pa.string())
    if len(rows) and int(rows.min()) < 0:
        return pc.take(source, pa.array(rows, mask=rows < 0))
    return pc.take(source, pa.array(rows))


def joined(*parts: TextColumn | str) -> TextColumn:
    """The parts side by side, row by row; null where any part is."""
    return pc.binary_join_element_wise(*parts, "")


def numbered(prefix: str, numbers: Ints, width: int) -> TextColumn:
    """prefix + number with leading zeros."""
    return joined(prefix, pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0"))


def yuan(fen: Ints) -> Floats:
    """CNY from fen; prints with at most two decimals."""
    return fen / 100.0


def _nulled(text: TextColumn, missing: Any) -> TextColumn:
    if not missing.any():
        return text
    return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), text)


def optional(text: TextColumn, keep: Any) -> TextColumn:
    """The text where ``keep`` holds, else null."""
    return _nulled(text, ~np.asarray(keep))


def or_empty(text: TextColumn) -> TextColumn:
    """Nulls as empty text, so that joined rows stay whole."""
    return pc.fill_null(text, "")
