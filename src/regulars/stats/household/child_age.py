"""How old a child is, by the ages that what was bought for it is made for.

Every such order is a vote for the months in which the child may have been born: the day of the
order less the ages on the pack. The months with the most votes are the answer; its
interval is all months with at least four fifths as many, since packs are bought a little early
and late. Votes fade as the evidence does, so that of two children the younger speaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.household.evidence import MILLIONTH
from regulars.stats.household.rules import Rule

Array = npt.NDArray[Any]
DAYS_OF_MONTH = 30.4375
NEARLY = 0.8
MOST_MONTHS = 240  # of an age


@dataclass(frozen=True)
class Ages:
    """By child: whose (rising numbers), the age in months now, and its interval."""

    number: Array
    months: Array
    low: Array
    high: Array


def child_ages(
    number: Array, rule: Array, age: Array, strength: Array, rules: Sequence[Rule]
) -> Ages:
    """The ages now, of rows by household number, rule, days ago and strength (millionths)."""
    spans = np.array([rules[place].months or (0, 0) for place in range(len(rules))]).reshape(-1, 2)
    gone = age / DAYS_OF_MONTH
    low = np.clip(np.rint(gone + spans[rule, 0]), 0, MOST_MONTHS).astype(np.int64)
    high = np.clip(np.rint(gone + spans[rule, 1]), 0, MOST_MONTHS).astype(np.int64)
    households, row = np.unique(number, return_inverse=True)
    if not len(households):
        nothing = np.zeros(0)
        return Ages(households, nothing, nothing, nothing)
    wide = int(high.max()) + 2
    # whole votes, so that their sum is the same in whatever order it is taken
    votes = np.zeros((len(households), wide), dtype=np.int64)
    np.add.at(votes, (row, low), strength)
    np.add.at(votes, (row, high + 1), -strength)
    votes = np.cumsum(votes, axis=1)[:, :-1]
    most = votes.max(axis=1, keepdims=True)
    best, near = votes >= most, votes >= NEARLY * most
    place = np.arange(votes.shape[1])
    months = (best * place).sum(axis=1) / best.sum(axis=1)
    first = np.argmax(near, axis=1)
    last = votes.shape[1] - 1 - np.argmax(near[:, ::-1], axis=1)
    known = most[:, 0] > MILLIONTH // 1000
    return Ages(households[known], months[known], first[known].astype(float),
                last[known].astype(float))  # fmt: skip
