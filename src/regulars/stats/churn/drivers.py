"""What a risk goes with: of each customer the features that move it most, and of all together.

An effect is what a feature adds to the log-odds of staying away, against the mean customer. It
says what the method leans on, never what makes people leave.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.churn.features import NAMES
from regulars.stats.churn.methods import CHUNK, Method

Array = npt.NDArray[Any]
TOP = 3
LEAST_EFFECT = 0.01  # of log-odds; what moves less is no driver


@dataclass(frozen=True)
class Driver:
    """One feature over all customers.

    ``effect`` is the mean size of its effects, ``share`` of all features'. ``direction`` is the
    rank correlation of value and effect: 1 where a higher number goes with leaving, -1 with
    staying. ``thirds``: of customers with low, middle and high values the number of them, the
    middle value and the mean risk; ``unknown`` the same of those without a value (no middle).
    """

    name: str
    effect: float
    share: float
    direction: float
    thirds: tuple[tuple[int, float, float], ...]
    unknown: tuple[int, float]


def top_drivers(method: Method, known: Array) -> tuple[Array, Array]:
    """Of each row the numbers of the TOP features by size, -1 where there is none, and effects."""
    places = np.full((len(known), TOP), -1, dtype=np.int64)
    effects = np.full((len(known), TOP), np.nan)
    for first in range(0, len(known), CHUNK):
        part = slice(first, first + CHUNK)
        found = method.effects(known[part])
        order = np.argsort(-np.abs(found), axis=1, kind="stable")[:, :TOP]
        top = np.take_along_axis(found, order, axis=1)
        is_one = np.abs(top) >= LEAST_EFFECT
        places[part] = np.where(is_one, order, -1)
        effects[part] = np.where(is_one, top, np.nan)
    return places, effects


def overall(method: Method, known: Array) -> list[Driver]:
    """Every feature that has an effect on someone, the greatest first."""
    effects, risk = method.effects(known), method.risk(known)
    sizes = np.abs(effects).mean(axis=0)
    whole = sizes.sum()
    order = [place for place in np.argsort(-sizes, kind="stable") if sizes[place] > 0]
    return [
        Driver(
            NAMES[place],
            float(sizes[place]),
            float(sizes[place] / whole),
            _direction(known[:, place], effects[:, place]),
            _thirds(known[:, place], risk),
            _mean_of(risk, np.isnan(known[:, place])),
        )
        for place in order
    ]


def _direction(values: Array, effects: Array) -> float:
    from scipy.stats import spearmanr

    finite = np.isfinite(values)
    if len(np.unique(values[finite])) < 2 or len(np.unique(effects[finite])) < 2:
        return float("nan")
    return float(spearmanr(values[finite], effects[finite]).statistic)


def _thirds(values: Array, risk: Array) -> tuple[tuple[int, float, float], ...]:
    """Low, middle and high by the thirds of the values; equal values stay together."""
    finite = np.isfinite(values)
    if not finite.any():
        return tuple((0, float("nan"), float("nan")) for _ in range(3))
    low, high = np.quantile(values[finite], [1 / 3, 2 / 3])
    part = np.where(values <= low, 0, np.where(values <= high, 1, 2))
    found = []
    for number in range(3):
        is_in = finite & (part == number)
        count, mean = _mean_of(risk, is_in)
        middle = float(np.median(values[is_in])) if count else float("nan")
        found.append((count, middle, mean))
    return tuple(found)


def _mean_of(risk: Array, is_in: Array) -> tuple[int, float]:
    count = int(is_in.sum())
    return count, float(risk[is_in].mean()) if count else float("nan")
