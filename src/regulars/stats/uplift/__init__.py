"""Whom a treatment changes: uplift learners, one Qini coefficient, and what can be said of both.

learners       ``fit(X, y, treatment, learner=...)``: S, T, class transformation, doubly robust
cross_fitting  the uplift of everyone by models that have not seen them
qini           the one Qini coefficient, its curve and its bootstrap interval
heterogeneity  does the predicted difference between people show in their answers?
targeting      effect by tenth, and what approaching the best share would earn
"""

from regulars.stats.uplift.cross_fitting import cross_fitted, even_folds
from regulars.stats.uplift.heterogeneity import Heterogeneity, heterogeneity, tells_apart
from regulars.stats.uplift.learners import LEARNERS, UpliftModel, fit
from regulars.stats.uplift.qini import Estimate, qini, qini_curve, qini_interval
from regulars.stats.uplift.targeting import effect_by_part, targeting_value

__all__ = [
    "LEARNERS",
    "Estimate",
    "Heterogeneity",
    "UpliftModel",
    "cross_fitted",
    "effect_by_part",
    "even_folds",
    "fit",
    "heterogeneity",
    "qini",
    "qini_curve",
    "qini_interval",
    "targeting_value",
    "tells_apart",
]
