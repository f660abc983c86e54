"""Figures of walks by store, and of all stores together."""

from collections.abc import Iterator
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from regulars.stats.proportions import wilson_intervals

Array = npt.NDArray[Any]


def by_store(
    store: Array, names: list[str], *, with_all: bool
) -> Iterator[tuple[str | None, Array]]:
    """All places (None) if wanted, then those of each store that has any, by its name."""
    if with_all and len(store):
        yield None, np.arange(len(store))
    order = np.argsort(store, kind="stable")
    edges = np.searchsorted(store[order], np.arange(len(names) + 1))
    for number, name in enumerate(names):
        if edges[number] < edges[number + 1]:
            yield name, order[edges[number] : edges[number + 1]]


def store_names(stores: ir.Table | None) -> dict[str | None, str | None]:
    """The name of each store that the shop knows; None where there is no table of them."""
    if stores is None:
        return {}
    known = stores.select("store_id", "store_name").to_pyarrow()
    return dict(zip(*(known[name].to_pylist() for name in known.column_names), strict=True))


def rate_with_interval(name: str, successes: int, trials: int) -> dict[str, float | None]:
    """name_rate, name_low and name_high, Wilson's 95%; nulls where there were no trials."""
    if not trials:
        return {f"{name}_rate": None, f"{name}_low": None, f"{name}_high": None}
    low, high = wilson_intervals(np.array([successes]), np.array([trials]))
    return {
        f"{name}_rate": successes / trials,
        f"{name}_low": float(low[0]),
        f"{name}_high": float(high[0]),
    }


def distinct(*columns: Array) -> tuple[Array, ...]:
    """The distinct rows of whole-numbered columns, in order."""
    if not len(columns[0]):
        return columns
    order = np.lexsort(columns[::-1])
    is_new = np.zeros(len(order), bool)
    is_new[0] = True
    for column in columns:
        is_new[1:] |= np.diff(column[order]) != 0
    return tuple(column[order][is_new] for column in columns)


def found_in(wanted: tuple[Array, Array], among: tuple[Array, Array]) -> Array:
    """bool per wanted pair of whole numbers (the second from -1 on): it is among the pairs."""
    size = max(int(part.max(initial=0)) for part in (wanted[1], among[1])) + 2
    return np.isin(wanted[0] * size + wanted[1], among[0] * size + among[1])
