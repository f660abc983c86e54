"""The uplift of everyone by models that have not seen them.

Source  Chernozhukov et al. (2018) Double/debiased machine learning, Econometrics J. 21(1), for
        cross-fitting.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.uplift.folds import even_folds
from regulars.stats.uplift.learners import Learner, fit

Array = npt.NDArray[Any]
FOLDS = 5

__all__ = ["cross_fitted", "even_folds", "held_back"]


def cross_fitted(
    features: Array,
    answered: Array,
    treatment: Array,
    *,
    learner: Learner,
    seed: int,
    fold: Array | None = None,
    treated_share: float | Array | None = None,
) -> Array:
    """Each row's uplift by the learner fitted on the other folds (None: five even ones)."""
    share = np.broadcast_to(
        np.mean(treatment) if treated_share is None else treated_share, len(treatment)
    )
    folds = even_folds(answered, treatment, FOLDS, seed=seed) if fold is None else fold

    def predicted(rest: Array, mine: Array) -> Array:
        model = fit(
            features[rest], answered[rest], treatment[rest],
            learner=learner, seed=seed, treated_share=share[rest],
        )  # fmt: skip
        return model.predict(features[mine])

    return held_back(folds, predicted)


def held_back(fold: Array, predicted: Callable[[Array, Array], Array]) -> Array:
    """What ``predicted(rows to fit on, rows to predict)`` says of each fold."""
    values = np.empty(len(fold))
    for held in np.unique(fold):
        values[fold == held] = predicted(np.flatnonzero(fold != held), np.flatnonzero(fold == held))
    return values
