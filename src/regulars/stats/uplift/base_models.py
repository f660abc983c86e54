"""The models behind the learners: logistic and ridge regression where people are few, trees else.

Both take any numbers, NaN for unknown. Amounts and counts go into the linear ones by their
logarithm, since both run over orders of magnitude.

Source  Hoerl & Kennard (1970) Ridge Regression, Technometrics 12(1); Ke et al. (2017) LightGBM,
        Advances in Neural Information Processing Systems 30.
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Base = Literal["linear", "trees"]
ENOUGH_FOR_TREES = 50_000
PENALTY = 1 / 30  # logistic: C; the slopes' prior is N(0, 1/30) on standardised features
RIDGE = 100.0


def base_for(count: int) -> Base:
    """Trees need people: with few, what they find is mostly chance."""
    return "trees" if count >= ENOUGH_FOR_TREES else "linear"


def fitted_chance(
    base: Base, features: Array, answered: Array, *, seed: int, weight: Array | None = None
) -> Any:
    """A fitted classifier; the mean of those there are where all answered alike."""
    if len(np.unique(answered)) < 2:
        return _Constant(float(answered.mean()) if len(answered) else 0.0)
    if base == "trees":
        from lightgbm import LGBMClassifier

        model = LGBMClassifier(**_growth(len(answered), seed))
        return _Chance(model.fit(features, answered, sample_weight=weight))
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=PENALTY, solver="newton-cholesky")
    scale = _Scale(features)
    return _Chance(model.fit(scale(features), answered, sample_weight=weight), scale)


def fitted_mean(base: Base, features: Array, values: Array, *, seed: int) -> Any:
    """A fitted regression."""
    if base == "trees":
        from lightgbm import LGBMRegressor

        return _Mean(LGBMRegressor(**_growth(len(values), seed)).fit(features, values))
    from sklearn.linear_model import Ridge

    scale = _Scale(features)
    return _Mean(Ridge(alpha=RIDGE).fit(scale(features), values), scale)


def _growth(count: int, seed: int) -> dict[str, Any]:
    """Shallow trees of many people each: an uplift is small beside what people differ in."""
    return {
        "n_estimators": 100,
        "learning_rate": 0.05,
        "num_leaves": 8,
        "min_child_samples": max(50, count // 100),
        "reg_lambda": 10.0,
        "random_state": seed,
        "deterministic": True,
        "force_row_wise": True,
        "n_jobs": 1,
        "verbose": -1,
    }


class _Scale:
    """Logarithms where a feature runs far, standardised; unknown is the mean, and said so."""

    def __init__(self, features: Array) -> None:
        self._is_long = np.nanmax(np.abs(features), axis=0, initial=0.0) > 20
        shaped = self._shaped(features)
        known = np.isfinite(shaped)
        count = np.maximum(known.sum(axis=0), 1)
        filled = np.where(known, shaped, 0.0)
        self._mean = filled.sum(axis=0) / count
        spread = np.sqrt(np.where(known, (shaped - self._mean) ** 2, 0.0).sum(axis=0) / count)
        self._spread = np.where(spread > 1e-12, spread, 1.0)
        self._gaps = np.flatnonzero(~known.all(axis=0))

    def __call__(self, features: Array) -> Array:
        shaped = (self._shaped(features) - self._mean) / self._spread
        gaps = ~np.isfinite(features[:, self._gaps])
        return np.hstack([np.where(np.isfinite(shaped), shaped, 0.0), gaps.astype(np.float64)])

    def _shaped(self, features: Array) -> Array:
        longer = np.sign(features) * np.log1p(np.abs(features))
        return np.where(self._is_long, longer, features)


class _Chance:
    def __init__(self, model: Any, scale: _Scale | None = None) -> None:
        self._model, self._scale = model, scale

    def predict(self, features: Array) -> Array:
        seen = self._scale(features) if self._scale else features
        return np.asarray(self._model.predict_proba(seen)[:, 1])


class _Mean:
    def __init__(self, model: Any, scale: _Scale | None = None) -> None:
        self._model, self._scale = model, scale

    def predict(self, features: Array) -> Array:
        return np.asarray(self._model.predict(self._scale(features) if self._scale else features))


class _Constant:
    def __init__(self, value: float) -> None:
        self._value = value

    def predict(self, features: Array) -> Array:
        return np.full(len(features), self._value)
