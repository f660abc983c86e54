"""How well risks told who stayed away: ranking, the riskiest tenth, and whether risks are true.

Intervals come from drawing customers (not rows: one customer appears on several days) anew,
with weights that are Poisson of mean 1.

Source  AUC with ties by half: Hanley & McNeil (1982) Radiology 143(1), 29-36. Expected calibration
        error over tenths of equal size: Naeini, Cooper & Hauskrecht (2015) AAAI. Poisson bootstrap:
        Chamandy et al. (2012) Estimating uncertainty for massive data streams, Google.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.proportions import wilson_intervals

Array = npt.NDArray[Any]
MEASURES = ("auc", "top_decile_lift", "calibration_error", "brier", "log_loss")
DRAWS = 200
TENTHS = 10


@dataclass(frozen=True)
class Measured:
    """A measure, and its 95% interval; NaN where a draw could not tell."""

    value: float
    low: float
    high: float


def measures(
    score: Array, risk: Array, label: Array, weights: Array
) -> tuple[dict[str, Measured], Array]:
    """Every measure, and the log loss of every draw. ``weights``: one row per draw."""
    every = np.vstack([np.ones(len(label)), weights])
    log_loss = every @ losses(risk, label) / every.sum(axis=1)
    found = {
        "auc": auc(score, label, every),
        "top_decile_lift": top_decile_lift(score, label, every),
        "calibration_error": calibration_error(risk, label, every),
        "brier": every @ (risk - label) ** 2 / every.sum(axis=1),
        "log_loss": log_loss,
    }
    return {name: _interval(values) for name, values in found.items()}, log_loss[1:]


def draws(person: Array, seed: int) -> Array:
    """Weights of the rows in every draw: alike for all rows of one customer."""
    _, number = np.unique(person, return_inverse=True)
    random = np.random.default_rng(seed)
    return random.poisson(1.0, (DRAWS, int(number.max()) + 1)).astype(np.float64)[:, number]


def losses(risk: Array, label: Array) -> Array:
    """The log loss of each row."""
    return np.asarray(-np.log(np.where(label > 0, risk, 1 - risk)))


def auc(score: Array, label: Array, weights: Array) -> Array:
    """The chance that one who stayed away has the higher score, per row of ``weights``."""
    order = np.argsort(score, kind="stable")
    _, first = np.unique(score[order], return_index=True)
    left = np.add.reduceat((weights * label)[:, order], first, axis=1)
    stayed = np.add.reduceat((weights * (1 - label))[:, order], first, axis=1)
    below = np.cumsum(stayed, axis=1) - stayed / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((left * below).sum(axis=1) / (left.sum(axis=1) * stayed.sum(axis=1)))


def top_decile_lift(score: Array, label: Array, weights: Array) -> Array:
    """How many times as many stayed away in the riskiest tenth as overall; ties by row."""
    order = np.argsort(-score, kind="stable")
    weights, label = weights[:, order], label[order]
    until = np.cumsum(weights, axis=1)
    top = weights * (until <= until[:, -1:] / TENTHS)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (top @ label) / top.sum(axis=1)
        return np.asarray(share / ((weights @ label) / weights.sum(axis=1)))


def tenths(risk: Array) -> Array:
    """The number of each row's tenth by risk, 0 to 9; equal risks may part."""
    place = np.empty(len(risk), dtype=np.int64)
    place[np.argsort(risk, kind="stable")] = np.arange(len(risk))
    return np.asarray(place * TENTHS // max(len(risk), 1))


@dataclass(frozen=True)
class Tenth:
    """Customers of like risk: how many, what they were told, and who of them stayed away."""

    row_count: int
    end: float  # their greatest risk
    told: float
    came: float
    low: float
    high: float


def told_and_came(risk: Array, label: Array) -> list[Tenth]:
    """The tenths by risk, the lowest first, with 95% intervals of who stayed away."""
    part = tenths(risk)
    count = np.bincount(part, minlength=TENTHS)
    low, high = wilson_intervals(np.bincount(part, label, TENTHS).astype(np.int64), count)
    return [
        Tenth(
            int(count[number]),
            float(risk[part == number].max()),
            float(risk[part == number].mean()),
            float(label[part == number].mean()),
            float(low[number]),
            float(high[number]),
        )
        for number in range(TENTHS)
    ]


def calibration_error(risk: Array, label: Array, weights: Array) -> Array:
    """The mean distance between what a tenth was told and what came, per row of ``weights``."""
    is_in = tenths(risk)[:, None] == np.arange(TENTHS)
    distance = np.abs((weights * (risk - label)) @ is_in)
    return np.asarray(distance.sum(axis=1) / weights.sum(axis=1))


def _interval(values: Array) -> Measured:
    drawn = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (np.nan, np.nan)
    return Measured(float(values[0]), float(low), float(high))
