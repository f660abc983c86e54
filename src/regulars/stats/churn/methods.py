"""Four methods that tell the risk of staying away; each calibrated on customers it has not seen.

days_since_last_order  the longer away, the riskier
alive_probability      1 - P(alive) of MBG/NBD: orders, the last of them, and the customer's age
logistic_regression    all features, those that are no shares by sign(x) ln(1 + |x|), standardised
gradient_boosting      all features, LightGBM: shallow trees, the same on every run

A score becomes a risk by a rising step function (isotonic) where one number is the score and
there are enough customers, else by a logistic curve (Platt).

Source  Zadrozny & Elkan (2002) Transforming classifier scores into accurate multiclass
        probability estimates, KDD; Platt (1999) Probabilistic outputs for support vector
        machines; Ke et al. (2017) LightGBM, NeurIPS; Lundberg et al. (2020) From local
        explanations to global understanding with explainable AI for trees, Nature Machine
        Intelligence 2, for the contributions (exact, in log-odds).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.churn.features import ALIVE, DAYS_AWAY, NAMES, SEEN

Array = npt.NDArray[Any]
METHODS = (  # the simplest first
    "days_since_last_order",
    "alive_probability",
    "logistic_regression",
    "gradient_boosting",
)
TREES, THREADS, LEAST_RISK = 100, 2, 0.001
FEWEST_FOR_STEPS = 1000  # rows to calibrate a step function on
CHUNK = 100_000


@dataclass(frozen=True)
class Method:
    """A fitted method. ``score`` and ``effects`` take a matrix of `features.matrix`.

    ``effects`` are what each feature adds to the score, in log-odds; the rest is ``base``.
    """

    name: str
    score: Callable[[Array], Array]
    effects: Callable[[Array], Array]
    calibrate: Callable[[Array], Array]

    def risk(self, known: Array) -> Array:
        """The probability of staying away."""
        return np.clip(self.calibrate(self.score(known)), LEAST_RISK, 1 - LEAST_RISK)


def fit(name: str, known: Array, label: Array, is_apart: Array, seed: int) -> Method:
    """One method; rows ``is_apart`` calibrate it, the others it learns from."""
    make = {"logistic_regression": _logistic, "gradient_boosting": _boosted}.get(name)
    learnt, said = known[~is_apart], label[~is_apart]
    if make is None:
        score, effects = _single(name, learnt, said)
    else:
        score, effects = make(learnt, said, seed)
    calibrate, slope = _calibrated(score(known[is_apart]), label[is_apart], make is None)
    return Method(name, score, lambda rows: slope * effects(rows), calibrate)


def _calibrated(
    score: Array, label: Array, by_steps: bool
) -> tuple[Callable[[Array], Array], float]:
    """Scores to risks, and by how much a score's log-odds are stretched."""
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression

    if by_steps and len(label) >= FEWEST_FOR_STEPS:
        steps = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(score, label)
        return lambda new: np.asarray(steps.predict(new)), 1.0
    curve = LogisticRegression(C=1e6).fit(score[:, None], label)
    slope = float(curve.coef_[0, 0])
    return lambda new: np.asarray(curve.predict_proba(new[:, None])[:, 1]), slope


def _single(name: str, known: Array, label: Array) -> tuple[Callable[..., Array], ...]:
    """One feature as the score; its effect is the log-odds against the mean."""
    from sklearn.linear_model import LogisticRegression

    place, sign = (DAYS_AWAY, 1.0) if name == METHODS[0] else (ALIVE, -1.0)

    def score(rows: Array) -> Array:
        return np.asarray(sign * rows[:, place], dtype=np.float64)

    size = np.log1p if place == DAYS_AWAY else np.negative
    values = size(known[:, place].astype(np.float64))
    slope = float(LogisticRegression(C=1e6).fit(values[:, None], label).coef_[0, 0])

    def effects(rows: Array) -> Array:
        found = np.zeros(rows.shape)
        found[:, place] = slope * (size(rows[:, place].astype(np.float64)) - values.mean())
        return found

    return score, effects


def _logistic(known: Array, label: Array, seed: int) -> tuple[Callable[..., Array], ...]:
    from sklearn.linear_model import LogisticRegression

    is_size = np.array([SEEN[name].unit != "share" for name in NAMES])
    with np.errstate(all="ignore"):
        middle = np.nan_to_num(np.array([_median(column) for column in known.T]))

    def plain(rows: Array) -> Array:
        filled = np.where(np.isnan(rows), middle, rows).astype(np.float64)
        return np.where(is_size, np.sign(filled) * np.log1p(np.abs(filled)), filled)

    values = plain(known)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread < 1e-9] = np.inf  # what never varies tells nothing
    model = LogisticRegression(C=1.0, max_iter=500, random_state=seed)
    model.fit((values - mean) / spread, label)
    weights = model.coef_[0]

    def effects(rows: Array) -> Array:
        return np.asarray((plain(rows) - mean) / spread * weights)

    return lambda rows: effects(rows).sum(axis=1) + float(model.intercept_[0]), effects


def _median(column: Array) -> float:
    finite = column[np.isfinite(column)]
    return float(np.median(finite)) if len(finite) else 0.0


def _boosted(known: Array, label: Array, seed: int) -> tuple[Callable[..., Array], ...]:
    import lightgbm

    given = {
        "objective": "binary",
        "num_leaves": 15,
        "max_depth": 4,
        "learning_rate": 0.07,
        "min_data_in_leaf": int(min(max(len(label) // 200, 10), 100)),
        "lambda_l2": 5.0,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": THREADS,
        "seed": seed,
        "verbosity": -1,
    }
    trees = lightgbm.train(given, lightgbm.Dataset(known, label.astype(np.float64)), TREES)

    def score(rows: Array) -> Array:
        return np.asarray(trees.predict(rows, raw_score=True, num_threads=THREADS))

    def effects(rows: Array) -> Array:
        return np.asarray(trees.predict(rows, pred_contrib=True, num_threads=THREADS))[:, :-1]

    return score, effects
