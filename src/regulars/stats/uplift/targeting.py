"""What a score is worth: the effect in each part of the people, and of approaching the first.

In each part the treated are compared with the untreated, weighed by how likely each was to be
treated, since campaigns differ in their holdouts (Hajek means).

Source  Horvitz & Thompson (1952), J. American Statistical Association 47; Hajek (1971), for
        the weighing; parts by score: Radcliffe (2007), as in qini.py.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.uplift.qini import Estimate

Array = npt.NDArray[Any]
REACH = 1.959963984540054
UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"))


def parts_by_score(score: Array, count: int) -> Array:
    """The part of each row, 1 (highest scores) to count, as equal as whole people allow.

    Rows of equal score fall apart in the order in which they stand."""
    order = np.argsort(-np.asarray(score, dtype=np.float64), kind="stable")
    part = np.empty(len(order), dtype=np.int64)
    part[order] = np.arange(len(order)) * count // max(len(order), 1) + 1
    return part


def effect(values: Array, treatment: Array, share: float | Array) -> Estimate:
    """Mean of the treated less that of the untreated, with Welch's normal interval; NaN where
    either arm has fewer than two."""
    chance = np.broadcast_to(np.asarray(share, dtype=np.float64), len(values))
    found = [
        _weighed(values[treatment == arm], 1 / (chance if arm else 1 - chance)[treatment == arm])
        for arm in (1, 0)
    ]
    if any(one is None for one in found):
        return UNKNOWN
    (told, told_error), (untold, untold_error) = (one for one in found if one is not None)
    value, error = told - untold, float(np.hypot(told_error, untold_error))
    return Estimate(value, value - REACH * error, value + REACH * error)


def effect_by_part(
    values: Array, part: Array, treatment: Array, share: float | Array
) -> list[Estimate]:
    """The effect in each part, in the order of the parts' numbers."""
    chance = np.broadcast_to(np.asarray(share, dtype=np.float64), len(values))
    return [
        effect(values[part == one], treatment[part == one], chance[part == one])
        for one in np.unique(part)
    ]


def targeting_value(
    amounts: Array,
    part: Array,
    treatment: Array,
    share: float | Array,
    *,
    upto: int,
    message_cost: float,
) -> Estimate:
    """What approaching the parts up to ``upto``, and no others, earns per person of all:
    the effect on their amounts less what the messages cost."""
    chosen = part <= upto
    chance = np.broadcast_to(np.asarray(share, dtype=np.float64), len(amounts))
    found = effect(amounts[chosen], treatment[chosen], chance[chosen])
    size = float(chosen.mean())
    return Estimate(*(size * (one - message_cost) for one in (found.value, found.low, found.high)))


def _weighed(values: Array, weight: Array) -> tuple[float, float] | None:
    """The weighted mean and its standard error."""
    if len(values) < 2:
        return None
    total = weight.sum()
    mean = float(weight @ values / total)
    away = weight * (values - mean)
    return mean, float(np.sqrt(away @ away * len(values) / (len(values) - 1)) / total)
