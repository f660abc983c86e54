"""Uplift: by how much a treatment changes each person's chance to answer.

    s                     one model of the answer with the treatment among what it knows
    t                     one model for each arm, their difference
    class_transformation  one model of "answered if treated, not if untreated"; each person
                          weighs as in a trial of equal arms, so that uplift = 2 P - 1
    dr                    both arms' models correct the answers of those whom they have not
                          seen, and one regression on what comes out: doubly robust

``treated_share``: the chance with which a person was treated (a number or one for each; None:
the share of all). It is known in an experiment and never estimated from the features.

Source  s, t: Künzel, Sekhon, Bickel & Yu (2019) Metalearners for estimating heterogeneous
        treatment effects, PNAS 116(10), 4156-4165; class transformation: Jaskowski & Jaroszewicz
        (2012) Uplift modeling for clinical trial data, ICML Workshop on Clinical Data Analysis,
        section 3; dr: Kennedy (2023, arXiv 2020) Towards optimal doubly robust estimation of
        heterogeneous causal effects, Electronic J. Statistics 17(2), algorithm 1, cross-fitted.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from regulars.stats.uplift.base_models import Base, base_for, fitted_chance, fitted_mean
from regulars.stats.uplift.folds import even_folds

Array = npt.NDArray[Any]
Learner = Literal["s", "t", "class_transformation", "dr"]
LEARNERS: tuple[Learner, ...] = ("s", "t", "class_transformation", "dr")
NUISANCE_FOLDS = 5


@dataclass(frozen=True)
class UpliftModel:
    """A fitted learner. ``parts`` are what its ``learner`` is made of."""

    learner: Learner
    base: Base
    parts: tuple[Any, ...]

    def predict(self, features: Array) -> Array:
        """The uplift of each row: chance to answer treated, less untreated."""
        features = np.asarray(features, dtype=np.float64)
        if self.learner == "dr":
            return np.asarray(self.parts[0].predict(features))
        if self.learner == "class_transformation":
            return np.asarray(2 * self.parts[0].predict(features) - 1)
        if self.learner == "t":
            untreated, treated = self.parts
            return np.asarray(treated.predict(features) - untreated.predict(features))
        (model,) = self.parts
        count = len(features)
        told, untold = (
            model.predict(_with_arm(self.base, features, np.full(count, arm))) for arm in (1.0, 0.0)
        )
        return np.asarray(told - untold)


def fit(
    X: Array,
    y: Array,
    treatment: Array,
    *,
    learner: Learner,
    seed: int,
    base: Base | None = None,
    treated_share: float | Array | None = None,
) -> UpliftModel:
    """Fit one learner: features (rows x columns, NaN for unknown), answers and arms (0 or 1).

    ``base``: linear models or trees (None: by how many people there are). ValueError where the
    learner is unknown, the lengths differ or an arm is empty.
    """
    if learner not in LEARNERS:
        raise ValueError(f"learner {learner!r}; there are {', '.join(LEARNERS)}")
    features = np.asarray(X, dtype=np.float64)
    answered = np.asarray(y, dtype=np.float64)
    treated = np.asarray(treatment, dtype=np.float64)
    if not len(features) == len(answered) == len(treated):
        raise ValueError("features, answers and treatment differ in length")
    if not 0 < treated.sum() < len(treated):
        raise ValueError("an uplift needs people in both arms")
    share = np.broadcast_to(
        treated.mean() if treated_share is None else treated_share, treated.shape
    )
    kind = base or base_for(len(treated))
    parts = _PARTS[learner](kind, features, answered, treated, share, seed)
    return UpliftModel(learner, kind, parts)


def _single(
    base: Base, features: Array, answered: Array, treated: Array, share: Array, seed: int
) -> tuple[Any, ...]:
    return (fitted_chance(base, _with_arm(base, features, treated), answered, seed=seed),)


def _two(
    base: Base, features: Array, answered: Array, treated: Array, share: Array, seed: int
) -> tuple[Any, ...]:
    return tuple(
        fitted_chance(base, features[treated == arm], answered[treated == arm], seed=seed)
        for arm in (0, 1)
    )


def _transformed(
    base: Base, features: Array, answered: Array, treated: Array, share: Array, seed: int
) -> tuple[Any, ...]:
    as_hoped = (answered == treated).astype(np.float64)
    weight = 0.5 / np.where(treated == 1, share, 1 - share)
    return (fitted_chance(base, features, as_hoped, seed=seed, weight=weight),)


def _doubly_robust(
    base: Base, features: Array, answered: Array, treated: Array, share: Array, seed: int
) -> tuple[Any, ...]:
    fold = even_folds(answered, treated, NUISANCE_FOLDS, seed=seed)
    expected = np.empty((2, len(answered)))
    for held in range(NUISANCE_FOLDS):
        rest, mine = fold != held, fold == held
        models = _two(base, features[rest], answered[rest], treated[rest], share, seed)
        expected[:, mine] = [model.predict(features[mine]) for model in models]
    untold, told = expected
    surprise = answered - np.where(treated == 1, told, untold)
    corrected = told - untold + surprise * (treated - share) / (share * (1 - share))
    return (fitted_mean(base, features, corrected, seed=seed),)


_PARTS = {"s": _single, "t": _two, "class_transformation": _transformed, "dr": _doubly_robust}


def _with_arm(base: Base, features: Array, treated: Array) -> Array:
    """The treatment beside the features; a linear model also needs its product with each."""
    arm = treated[:, None]
    return np.hstack([features, arm] if base == "trees" else [features, arm, features * arm])
