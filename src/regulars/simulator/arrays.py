"""The kinds of numpy arrays that the simulator passes about, and two vector idioms."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[Any]  # object arrays of str
Rng: TypeAlias = np.random.Generator


def stream(seed: int, *path: int) -> Rng:
    """An independent generator for one part of the simulation, by seed and place."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *path])))


def steps_within(counts: Ints) -> Ints:
    """0, 1, 2 ... within each repeat: [2, 3] -> [0, 1, 0, 1, 2]."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - np.repeat(ends - counts, counts)


def running_within(values: Ints, owner: Ints) -> Ints:
    """Cumulative sum of values before each row, within equal neighbouring owners."""
    if not len(values):
        return values
    before = np.cumsum(values) - values
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    return before - np.repeat(before[starts], np.diff(np.r_[starts, len(owner)]))


def draw_rows(cumulative: Floats, row: Ints, rng: Rng) -> Ints:
    """One column per entry of ``row``, by that row's cumulative weights (each ends at 1)."""
    columns = cumulative.shape[1]
    flat = (cumulative + np.arange(len(cumulative))[:, None]).ravel()
    position = np.searchsorted(flat, row + rng.random(len(row)), side="right")
    return np.minimum(position - row * columns, columns - 1)
