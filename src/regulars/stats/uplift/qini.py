"""The Qini coefficient of an uplift score: one definition, and its bootstrap interval.

Of the n people with the highest scores, n_1 were treated and n_0 were not, and y_1 and y_0 of
them answered. The curve is, at every n where the score changes,

    q(n) = y_1 - y_0 n_1 / n_0      (the second term is 0 while n_0 is)

with straight lines between. The coefficient is the area between it and the straight line to its
end, divided by the same area of the perfect order: who answered treated, who did not answer,
who answered untreated. 0 is a random order, 1 the perfect one, and below 0 is worse than random.
People of equal score are one step: no order among them is invented.

Source  Radcliffe (2007) Using control groups to target on predicted lift, Direct Marketing
        Analytics Journal 1, 14-21; the normalisation and the handling of ties are those of
        scikit-uplift 0.5.1, ``qini_auc_score(..., negative_effect=True)``, which is the peer it
        is checked against. Interval: Efron & Tibshirani (1993) An Introduction to the Bootstrap,
        chapters 8 and 13: percentiles, each arm drawn anew by itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
REPLICATES = 300


@dataclass(frozen=True)
class Estimate:
    """A number and its 95% interval; NaN where the data cannot say."""

    value: float
    low: float
    high: float

    @property
    def covers_zero(self) -> bool:
        """Also where there is no interval: nothing is shown to differ from 0."""
        return not (self.low > 0 or self.high < 0)

    def as_measure(self) -> dict[str, float]:
        """As model cards read it."""
        return {"value": self.value, "low": self.low, "high": self.high}


def qini(answered: Array, score: Array, treatment: Array) -> float:
    """The coefficient; ``answered`` and ``treatment`` are 0 or 1, ``score`` high where approached
    first. NaN where an arm is empty or no order is better than another."""
    order = _Order(answered, score, treatment)
    return order.coefficient(np.ones(len(order.answered)))


def qini_curve(answered: Array, score: Array, treatment: Array) -> tuple[Array, Array]:
    """People approached, and q of them, from (0, 0) on at each place where the score changes."""
    order = _Order(answered, score, treatment)
    return order.curve(np.ones(len(order.answered)))


def qini_interval(
    answered: Array, score: Array, treatment: Array, *, seed: int, replicates: int = REPLICATES
) -> Estimate:
    """The coefficient and its 95% interval: people drawn anew, with replacement, in each arm.

    The scores stay as they are: the interval is of the measure on such people, given the model.
    """
    order = _Order(answered, score, treatment)
    arms = [np.flatnonzero(order.treated == arm) for arm in (0, 1)]
    value = order.coefficient(np.ones(len(order.answered)))
    if not all(map(len, arms)) or not np.isfinite(value):
        return Estimate(value, np.nan, np.nan)
    rng = np.random.default_rng(seed)
    drawn = np.empty(replicates)
    for place in range(replicates):
        weight = np.zeros(len(order.answered))
        for rows in arms:
            weight[rows] = np.bincount(rng.integers(0, len(rows), len(rows)), minlength=len(rows))
        drawn[place] = order.coefficient(weight)
    low, high = np.nanpercentile(drawn, (2.5, 97.5))
    return Estimate(value, float(low), float(high))


class _Order:
    """People by falling score, with the places where it changes."""

    def __init__(self, answered: Array, score: Array, treatment: Array) -> None:
        score = np.asarray(score, dtype=np.float64)
        rows = np.argsort(-score, kind="stable")
        self.answered = np.asarray(answered, dtype=np.float64)[rows]
        self.treated = np.asarray(treatment, dtype=np.float64)[rows]
        self.last = np.r_[np.flatnonzero(np.diff(score[rows])), len(rows) - 1]

    def curve(self, weight: Array) -> tuple[Array, Array]:
        """People and q at each change, for people who count ``weight`` times."""
        treated = weight * self.treated
        sums = (weight, treated, weight * self.answered, treated * self.answered)
        people, treated, all_answers, answers = (np.cumsum(part)[self.last] for part in sums)
        values = _gained(people, treated, all_answers, answers)
        return np.r_[0.0, people], np.r_[0.0, values]

    def coefficient(self, weight: Array) -> float:
        people, values = self.curve(weight)
        at_random = people[-1] * values[-1] / 2
        perfect = self._perfect_area(weight) - at_random
        if not 0 < (weight * self.treated).sum() < people[-1] or abs(perfect) < 1e-9:
            return float("nan")
        return float((np.trapezoid(values, people) - at_random) / perfect)

    def _perfect_area(self, weight: Array) -> float:
        """Of the order by: answered treated, did not answer, answered untreated."""
        mine, answers = weight * self.treated, weight * self.answered
        best = float((mine * self.answered).sum())
        worst = float(answers.sum()) - best
        whole, treated = float(weight.sum()), float(mine.sum())
        steps = np.array([(best, best, best, best), (whole - worst, treated, best, best)])
        steps = np.vstack([steps, (whole, treated, best + worst, best)])
        values = _gained(*steps.T)
        return float(np.trapezoid(np.r_[0.0, values], np.r_[0.0, steps[:, 0]]))


def _gained(people: Array, treated: Array, all_answers: Array, answers: Array) -> Array:
    """q: answers of the treated less those of as many untreated."""
    others = people - treated
    ratio = np.divide(treated, others, out=np.zeros_like(treated), where=others > 0)
    return answers - (all_answers - answers) * ratio
