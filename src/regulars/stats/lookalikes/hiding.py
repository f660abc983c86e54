"""Part of the list hidden among the others: how much sooner is it found than at random, or by
who is nearest in recency, frequency and money?

Five times a fifth is hidden; each hidden person is found or not among the first so many of all
candidates, by the models' order and by the RFM order. Lift = found / share looked at. Intervals
draw the people of the list anew, in both orders at once.

Source  Davison & Hinkley (1997) Bootstrap Methods and their Application, chapter 2, for paired
        draws and percentile intervals.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.lookalikes.ranking import bagged
from regulars.stats.uplift.qini import Estimate

Array = npt.NDArray[Any]
FOLDS = 5
MOST_HIDDEN, MOST_CANDIDATES = 5_000, 50_000
NEIGHBOURS = 5
DRAWS = 2000


@dataclass(frozen=True)
class Found:
    """Recall and lifts at a share of the candidates, and the hidden people's scores."""

    at_share: float
    recall: Estimate
    lift_over_random: Estimate
    lift_over_rfm: Estimate
    hidden_scores: Array


def found_again(
    features: Array, rfm: Array, is_seed: Array, *, at_share: float, seed: int
) -> Found:
    """Hide and look: ``rfm`` has a column for each of the three, as they are."""
    rng = np.random.default_rng(seed)
    mine = np.flatnonzero(is_seed)
    fold = np.empty(len(mine), dtype=np.int64)
    fold[rng.permutation(len(mine))] = np.arange(len(mine)) % FOLDS
    others = np.flatnonzero(~is_seed)
    if len(others) > MOST_CANDIDATES:
        others = np.sort(rng.choice(others, MOST_CANDIDATES, replace=False))
    near = _standardised(rfm)
    hits, near_hits, scores = [], [], []
    for number in range(FOLDS):
        hidden, known = mine[fold == number][:MOST_HIDDEN], mine[fold != number]
        models = bagged(features, is_seed, seed=seed + 100 * number, without=hidden)
        looked = np.r_[hidden, others]
        score = _held_out(models, features, looked)
        hits.append(_first(score, len(hidden), at_share))
        near_hits.append(_first(-_distance(near[looked], near[known]), len(hidden), at_share))
        scores.append(score[: len(hidden)])
    return _measured(np.concatenate(hits), np.concatenate(near_hits), scores, at_share, rng)


def _held_out(models: Any, features: Array, rows: Array) -> Array:
    """Scores of some rows; who a model was told of is left out of its part of the mean."""
    place = np.full(len(features), -1)
    place[rows] = np.arange(len(rows))
    told = tuple(place[one][place[one] >= 0] for one in models.told)
    return np.asarray(type(models)(models.models, told).scores(features[rows]))


def _first(score: Array, hidden_count: int, at_share: float) -> Array:
    """How surely each of the first ``hidden_count`` rows is among the first share of all by falling
    score: 1, 0, or between where equal scores go over the edge."""
    wanted = at_share * len(score)
    edge = np.partition(score, len(score) - max(int(np.ceil(wanted)), 1))[
        len(score) - max(int(np.ceil(wanted)), 1)
    ]
    above, equal = float((score > edge).sum()), float((score == edge).sum())
    part = min(max((wanted - above) / max(equal, 1.0), 0.0), 1.0)
    mine = score[:hidden_count]
    return np.where(mine > edge, 1.0, np.where(mine == edge, part, 0.0))


def _standardised(rfm: Array) -> Array:
    logs = np.log1p(np.maximum(np.nan_to_num(rfm), 0.0))
    return np.asarray((logs - logs.mean(axis=0)) / np.maximum(logs.std(axis=0), 1e-12))


def _distance(points: Array, known: Array) -> Array:
    """Mean distance to the nearest people of the list."""
    from scipy.spatial import cKDTree

    count = min(NEIGHBOURS, len(known))
    distance, _ = cKDTree(known).query(points, k=range(1, count + 1))
    return np.asarray(np.mean(distance, axis=1))


def _measured(
    hits: Array, near_hits: Array, scores: list[Array], at_share: float, rng: np.random.Generator
) -> Found:
    count = len(hits)
    drawn = np.empty((2, DRAWS))
    for place in range(DRAWS):
        rows = rng.integers(0, count, count)
        drawn[:, place] = hits[rows].mean(), near_hits[rows].mean()
    recall, near = float(hits.mean()), float(near_hits.mean())
    ratio = np.divide(drawn[0], drawn[1], out=np.full(DRAWS, np.nan), where=drawn[1] > 0)
    beside = recall / near if near > 0 else float("nan")
    return Found(
        at_share,
        _interval(recall, drawn[0]),
        _interval(recall / at_share, drawn[0] / at_share),
        _interval(beside, ratio),
        np.sort(np.concatenate(scores)),
    )


def _interval(value: float, drawn: Array) -> Estimate:
    known = drawn[np.isfinite(drawn)]
    if not len(known):
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.percentile(known, (2.5, 97.5))
    return Estimate(value, float(low), float(high))
