"""How a fitted analysis says what it asks of the tables first, and what it makes of that.

A fitted analysis stays as lazy as the others. It returns a ``Fit``: lazy tables of what the
model needs to know, one row per customer or fewer, and a function that turns their rows into
the answer. Whoever asks has the engine work the tables out (``fitted``); the analysis never does.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.tables.schema import Column, Table
from regulars.tables.sharing import asked

MOST_ROUNDS = 10
_TEN_THOUSANDTH = Decimal("0.0001")


@dataclass(frozen=True)
class Fitted:
    """The answer, and what can be said of the model behind it.

    ``rows``   as the analysis declares them
    ``model``  made into what JSON can hold (NaN is null, a day its text). What is known by
               these names is shown on model cards:
               name text | customer_count int | window {since, until} |
               parameters, standard_errors {name: number or null} | log_likelihood number |
               held_back {since, until, row_count} | measures {name: number, or
               {value, low, high}} on held-back data | scores [numbers]: eleven deciles of what
               it says today, by which drift is seen | reason text where nothing was fitted
    """

    rows: pa.Table
    model: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", _plain(self.model))


@dataclass(frozen=True)
class Fit:
    """What has to be known first, and what becomes of it: an answer, or a further round.

    ``make`` takes the rows of ``asks`` by the same names, as Arrow tables.
    """

    asks: Mapping[str, ir.Table]
    make: Callable[..., "Fitted | Fit"]


def fitted(step: Fit) -> Fitted:
    """The answer of a fitted analysis: the engine works out each round's tables."""
    for _ in range(MOST_ROUNDS):
        made = step.make(**{name: asked(table) for name, table in step.asks.items()})
        if isinstance(made, Fitted):
            return made
        step = made
    raise RuntimeError(f"no answer after {MOST_ROUNDS} rounds")


def arrow_rows(columns: Mapping[str, Any], returns: Table) -> pa.Table:
    """Columns (Arrow, numpy or lists; by name, others are left out) as a declaration wants them.

    NaN becomes null; money is rounded to its four decimals.
    """
    arrays = [_array(columns[column.name], column) for column in returns.columns]
    return pa.table(arrays, schema=returns.arrow_schema())


def no_rows(returns: Table) -> pa.Table:
    """The declared columns without a row."""
    return returns.arrow_schema().empty_table()


def deciles(values: Any) -> list[float]:
    """Smallest, nine deciles and greatest of what is finite; empty where nothing is."""
    numbers = np.asarray(values, dtype=np.float64)
    finite = numbers[np.isfinite(numbers)]
    return [float(x) for x in np.quantile(finite, np.linspace(0, 1, 11))] if len(finite) else []


def _plain(value: Any) -> Any:
    """Numbers, texts, lists and mappings as JSON knows them."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, date) else value


def _array(values: Any, column: Column) -> Any:
    kind = Table("one", "", (), (column,)).arrow_schema().field(0).type
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if not isinstance(values, pa.Array):
        if column.type == "money" and _is_of_decimals(values):
            return pa.array([_rounded(value) for value in values], kind)
        values = pa.array(values, from_pandas=True)
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_finite(values), values, pa.scalar(None, values.type))
        if column.type == "money":
            values = pc.round(values, ndigits=4)
    if values.type.equals(kind):
        return values
    return values.cast(kind, safe=column.type != "money")


def _is_of_decimals(values: Any) -> bool:
    is_list = isinstance(values, Sequence) and not isinstance(values, str)
    return is_list and any(isinstance(value, Decimal) for value in values)


def _rounded(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(_TEN_THOUSANDTH, ROUND_HALF_EVEN)
