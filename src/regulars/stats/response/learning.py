"""Models of what people did in campaigns: the chance to order anyway, and the uplift.

Every figure about the models is of people whom they had not seen. Where the held-out Qini
coefficient's interval covers 0, or the scores' slope does, the data does not tell whom a message
changes: then everyone's uplift is the average effect.

A customer who was assigned to several campaigns counts once for each, as if independent.

Source  the parts' own (stats/uplift); area under the curve and its interval: Hanley & McNeil
        (1982) The meaning and use of the area under a ROC curve, Radiology 143(1).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.stats.customer_features import FEATURES
from regulars.stats.response.trials import Trials
from regulars.stats.uplift import (
    Estimate,
    Heterogeneity,
    UpliftModel,
    cross_fitted,
    even_folds,
    fit,
    heterogeneity,
    qini_interval,
    tells_apart,
)
from regulars.stats.uplift.base_models import Base, base_for, fitted_chance
from regulars.stats.uplift.cross_fitting import FOLDS, held_back
from regulars.stats.uplift.learners import Learner

Array = npt.NDArray[Any]
REACH = 1.959963984540054
# what an audience is chosen by: outside of what was ever assigned nothing is known
AUDIENCE = ("days_since_last_order", "order_count", "net_amount_365")
EDGES = (0.5, 99.5)  # percentiles of those assigned
BLOCK = 100_000
PART_OF_ARM = 40
NOTHING_TO_FIND = (
    "The data does not tell whom a message changes more than others: everyone's uplift is the "
    "average effect."
)


@dataclass(frozen=True)
class Learned:
    """The models, fitted on all, and what is known of them on people they had not seen.

    ``score``, ``expected``: of the people of the trials in their order, held out.
    """

    trials: Trials
    model: UpliftModel
    chance: Any
    score: Array
    expected: Array
    answered: Array
    treatment: Array
    treated_share: Array
    qini: Estimate
    area: Estimate
    differences: Heterogeneity
    ranges: tuple[Array, ...]  # per campaign: 2 x AUDIENCE

    @property
    def tells_apart(self) -> bool:
        """Whether the data says whom a message changes more than others."""
        return tells_apart(self.qini, self.differences.slope)

    @property
    def part_count(self) -> int:
        """Into how many parts the people can be cut and still be measured in each."""
        smaller = min(self.treatment.sum(), (1 - self.treatment).sum())
        return int(np.clip(smaller // PART_OF_ARM, 2, 10))

    def card(self) -> dict[str, Any]:
        """What model cards show (tables/fit.py)."""
        treated = int(self.treatment.sum())
        measures = {
            "qini": self.qini,
            "heterogeneity": self.differences.slope,
            "average_effect": self.differences.average,
            "auc": self.area,
        }
        return {
            "name": f"{self.model.learner} learner, {self.model.base} models",
            "customer_count": len(self.answered),
            "window": {"since": self.trials.since, "until": self.trials.until},
            "parameters": {"treated_count": treated, "holdout_count": len(self.answered) - treated},
            "held_back": {
                "since": self.trials.since,
                "until": self.trials.until,
                "row_count": len(self.answered),
            },
            "measures": {name: found.as_measure() for name, found in measures.items()},
            "tells_customers_apart": self.tells_apart,
            "finding": "" if self.tells_apart else NOTHING_TO_FIND,
            "campaigns": [
                {
                    "campaign_id": one.campaign_id,
                    "treated_count": one.treated_count,
                    "holdout_count": one.holdout_count,
                    "sample_ratio_p": one.sample_ratio_p,
                }
                for one in self.trials.campaigns
            ],
            "left_out": dict(self.trials.left_out),
        }

    def chances(self, features: Array) -> Array:
        """The chance of each to order within a window when left alone."""
        return _in_blocks(
            features,
            lambda rows: self.chance.predict(np.hstack([rows, np.zeros((len(rows), 1))])),
        )

    def effects(self, features: Array) -> tuple[Array, Array, Array]:
        """The uplift of each with its interval."""
        if not self.tells_apart:
            return self.differences.effects(np.zeros(len(features)), differ=False)
        # beyond the scores that were measured a straight line promises anything
        seen = np.percentile(self.score, EDGES)
        return self.differences.effects(np.clip(_in_blocks(features, self.model.predict), *seen))

    def is_comparable(self, features: Array) -> Array:
        """Whether somebody like each was ever assigned: within a campaign's audience."""
        places = [list(FEATURES).index(name) for name in AUDIENCE]
        seen = features[:, places]
        inside = np.zeros(len(features), dtype=bool)
        for low, high in self.ranges:
            inside |= ((seen >= low) & (seen <= high)).all(axis=1)
        return inside


def learned(trials: Trials, *, learner: Learner, seed: int) -> Learned:
    """Fit and measure. The result depends on the seed and the rows, not on their order."""
    people = trials.people
    features = feature_matrix(people)
    answered = people["has_ordered"].to_numpy().astype(np.float64)
    treatment = people["is_treated"].to_numpy().astype(np.float64)
    campaign = np.asarray(people["campaign_id"].to_pylist())
    shares = {one.campaign_id: one.treated_share for one in trials.campaigns}
    share = np.array([shares[name] for name in campaign])
    fold = even_folds(answered, treatment, FOLDS, seed=seed)
    score = cross_fitted(
        features, answered, treatment, learner=learner, seed=seed, fold=fold, treated_share=share
    )
    base, told = base_for(len(answered)), np.hstack([features, treatment[:, None]])
    as_assigned, expected = _held_back_chances(base, told, answered, fold, seed)
    places = [list(FEATURES).index(name) for name in AUDIENCE]
    return Learned(
        trials,
        fit(features, answered, treatment, learner=learner, seed=seed, treated_share=share),
        fitted_chance(base, told, answered, seed=seed),
        score,
        expected,
        answered,
        treatment,
        share,
        qini_interval(answered, score, treatment, seed=seed),
        area_under_curve(answered, as_assigned),
        heterogeneity(answered, score, treatment, expected, share),
        tuple(
            np.nanpercentile(features[campaign == name][:, places], EDGES, axis=0)
            for name in np.unique(campaign)
        ),
    )


def feature_matrix(rows: pa.Table) -> Array:
    """FEATURES as columns, null as NaN."""
    columns = [rows[name].cast(pa.float64()).to_numpy() for name in FEATURES]
    return np.column_stack(columns) if rows.num_rows else np.empty((0, len(FEATURES)))


def area_under_curve(answered: Array, score: Array) -> Estimate:
    """Chance that one who answered has the higher score, with Hanley and McNeil's interval."""
    from scipy.stats import rankdata

    positive = int(answered.sum())
    negative = len(answered) - positive
    if not positive or not negative:
        return Estimate(np.nan, np.nan, np.nan)
    ranks = rankdata(score)[answered > 0].sum()
    area = float((ranks - positive * (positive + 1) / 2) / (positive * negative))
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (positive - 1) * (one - area**2)
    variance = (variance + (negative - 1) * (two - area**2)) / (positive * negative)
    error = REACH * float(np.sqrt(max(variance, 0.0)))
    return Estimate(area, max(area - error, 0.0), min(area + error, 1.0))


def _held_back_chances(
    base: Base, told: Array, answered: Array, fold: Array, seed: int
) -> tuple[Array, Array]:
    """Chances by models of the other folds: in the arm assigned, and if left alone."""
    alone = told.copy()
    alone[:, -1] = 0.0
    models: dict[int, Any] = {}

    def predicted(of: Array) -> Array:
        def one(rest: Array, mine: Array) -> Array:
            held = int(fold[mine[0]])
            if held not in models:
                models[held] = fitted_chance(base, told[rest], answered[rest], seed=seed)
            return np.asarray(models[held].predict(of[mine]))

        return held_back(fold, one)

    return predicted(told), predicted(alone)


def _in_blocks(features: Array, predict: Any) -> Array:
    """Predictions of many rows, some at a time."""
    starts = range(0, len(features), BLOCK)
    parts = [predict(features[start : start + BLOCK]) for start in starts]
    return np.concatenate(parts) if parts else np.empty(0)
