"""Positive-unlabelled ranking: who among the others is most like the people on a list.

Nobody is known not to belong: the others are unlabelled. Each of BAGS models tells the list
from a random part of the others; a person's score is the mean over the models that did not
have him among those parts, so that being sampled counts against nobody.

Source  Mordelet & Vert (2014) A bagging SVM to learn from positive and unlabeled examples,
        Pattern Recognition Letters 37, algorithm 1, with boosted trees in place of the SVM;
        that ranking by list against rest ranks by likeness too, where the list is a fair sample
        of its kind: Elkan & Noto (2008) Learning classifiers from only positive and unlabeled
        data, KDD, lemma 1. Contributions: Lundberg et al. (2020), Nature Machine Intelligence 2.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
BAGS = 10
MOST_SEED, MOST_OTHERS = 20_000, 60_000
BLOCK = 100_000


@dataclass(frozen=True)
class Bagged:
    """The models, and of each the rows of the others that it was told of."""

    models: tuple[Any, ...]
    told: tuple[Array, ...]

    def scores(self, features: Array) -> Array:
        """Every row's score; those of the list were told to every model."""
        total = np.zeros(len(features))
        count = np.zeros(len(features))
        for model, told in zip(self.models, self.told, strict=True):
            free = np.ones(len(features), dtype=bool)
            free[told] = False
            total += np.where(free, _predicted(model, features), 0.0)
            count += free
        return total / np.maximum(count, 1)

    def contributions(self, features: Array) -> Array:
        """How far each feature moves each row's log odds, mean of the models."""
        parts = [
            np.asarray(model.predict(features, pred_contrib=True, num_threads=1))[:, :-1]
            for model in self.models
        ]
        return np.asarray(np.mean(parts, axis=0))


def bagged(features: Array, is_seed: Array, *, seed: int, without: Array | None = None) -> Bagged:
    """Tell the list from the others. ``without``: rows that nothing is learned from."""
    rng = np.random.default_rng(seed)
    usable = np.ones(len(features), dtype=bool)
    if without is not None:
        usable[without] = False
    mine = _some(np.flatnonzero(is_seed & usable), MOST_SEED, rng)
    others = _some(np.flatnonzero(~is_seed & usable), MOST_OTHERS, rng)
    size = min(max(3 * len(mine), 1000), max(len(others) // 2, 1))
    models, told = [], []
    for number in range(BAGS):
        drawn = np.sort(rng.choice(others, size, replace=False))
        rows = np.r_[mine, drawn]
        models.append(_told_apart(features[rows], len(mine), seed + number))
        told.append(drawn)
    return Bagged(tuple(models), tuple(told))


def _told_apart(features: Array, seed_count: int, seed: int) -> Any:
    import lightgbm

    label = np.zeros(len(features))
    label[:seed_count] = 1.0
    settings = {
        "objective": "binary",
        "learning_rate": 0.1,
        "num_leaves": 8,
        "min_data_in_leaf": max(5, seed_count // 20),
        "lambda_l2": 5.0,
        "feature_fraction": 0.7,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
    return lightgbm.train(settings, lightgbm.Dataset(features, label), num_boost_round=60)


def _predicted(model: Any, features: Array) -> Array:
    starts = range(0, len(features), BLOCK)
    parts = [
        model.predict(features[start : start + BLOCK], num_threads=1, raw_score=True)
        for start in starts
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def _some(rows: Array, most: int, rng: np.random.Generator) -> Array:
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))
