"""The effect of one campaign on one metric: difference and relative lift, with intervals.

An interval on the outcome after CUPED: the part that spending before the campaign
foretells is taken out, which leaves the mean where it is and makes the interval narrower.

Arms of like size are compared by Welch's test. A holdout much smaller than the treated arm
is not: spending is so skewed that a small arm without a big spender shows both too low a
mean and too little spread, and Welch's interval, which takes that spread at its word,
misses the truth two or three times too often, always to the campaign's advantage
(tests/authority/test_simulated_truth.py). There the spread is that of both arms together,
as it is when a message moves some customers and leaves the rest alone.

Source  Deng, Xu, Kohavi & Walker (2013), Improving the Sensitivity of Online Controlled
        Experiments by Utilizing Pre-Experiment Data, WSDM, eq. 4 and 5; Student (1908),
        The Probable Error of a Mean, Biometrika 6(1); computed by tea-tasting.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from regulars.effects.unavailable import Unavailable
from regulars.stats.moments import Moments
from regulars.stats.relative_lift import RelativeLift, relative_lift

if TYPE_CHECKING:
    from tea_tasting.aggr import Aggregates

LEAST_ARM = 30
LOPSIDED = 2  # from this ratio of the arms on
OUTCOME, PRIOR = "outcome", "prior"


@dataclass(frozen=True)
class Arm:
    """One arm's sufficient statistics: the outcome, the same before (prior), their covariance."""

    outcome: Moments
    prior: Moments
    covariance: float

    @property
    def count(self) -> int:
        return self.outcome.count

    def aggregates(self, level: float = 0.0) -> "Aggregates":
        """As tea-tasting wants them, outcomes counted from ``-level``."""
        from tea_tasting.aggr import Aggregates

        return Aggregates(
            count_=self.count,
            mean_={OUTCOME: self.outcome.mean + level, PRIOR: self.prior.mean},
            var_={OUTCOME: self.outcome.variance, PRIOR: self.prior.variance},
            cov_={(OUTCOME, PRIOR): self.covariance},
        )


@dataclass(frozen=True)
class Lift:
    """Treated less holdout, per customer; ``relative`` is None where the holdout's mean is not > 0.

    ``variance_reduction``: the share of the variance that CUPED took away, up to 1; a hair
    below 0 where earlier behaviour foretells nothing. ``method``: welch, or pooled where the
    arms are lopsided, each with ``+cuped`` where anybody did anything before.
    """

    treated_mean: float
    holdout_mean: float
    effect: float
    low: float
    high: float
    standard_error: float
    p_value: float
    relative: RelativeLift | None
    variance_reduction: float
    method: str


def lift(holdout: Arm, treated: Arm, *, confidence: float = 0.95) -> Lift | Unavailable:
    """The lift between two arms, or why there is none: too_few_customers, zero_variance."""
    from tea_tasting.metrics import Mean

    if min(holdout.count, treated.count) < LEAST_ARM:
        return Unavailable("too_few_customers")
    if not holdout.outcome.variance + treated.outcome.variance > 0:
        return Unavailable("zero_variance")
    small, large = sorted((holdout.count, treated.count))
    is_lopsided = large >= LOPSIDED * small
    before, after = _adjusted(holdout, treated)
    if is_lopsided:
        before, after = _with_common_variance(before, after)
    squared_error = before.squared_error + after.squared_error
    if not squared_error > 0:
        return Unavailable("zero_variance")
    # The difference does not depend on the level, but tea-tasting's own relative interval
    # overflows where the holdout's mean is near 0: lift both means well away from it.
    level = abs(holdout.outcome.mean) + 2 * abs(before.mean) + 100 * squared_error**0.5
    metric = Mean(OUTCOME, PRIOR, confidence_level=confidence, equal_var=is_lopsided)
    found = metric.analyze_aggregates(holdout.aggregates(level), treated.aggregates(level))
    return Lift(
        treated_mean=after.mean,
        holdout_mean=before.mean,
        effect=found.effect_size,
        low=found.effect_size_ci_lower,
        high=found.effect_size_ci_upper,
        standard_error=squared_error**0.5,
        p_value=found.pvalue,
        relative=relative_lift(before, after, confidence=confidence) if before.mean > 0 else None,
        variance_reduction=_variance_reduction(holdout, treated, before, after),
        method=_method(holdout, treated, is_lopsided),
    )


def _adjusted(holdout: Arm, treated: Arm) -> tuple[Moments, Moments]:
    """Both arms' outcomes less what their past foretold (CUPED), around the common past mean."""
    total = holdout.aggregates() + treated.aggregates()
    prior_variance = total.var(PRIOR)
    slope = total.cov(OUTCOME, PRIOR) / prior_variance if prior_variance > 0 else 0.0

    def adjusted(arm: Arm) -> Moments:
        variance = (
            arm.outcome.variance + slope * slope * arm.prior.variance - 2 * slope * arm.covariance
        )
        mean = arm.outcome.mean - slope * (arm.prior.mean - total.mean(PRIOR))
        return Moments(arm.count, mean, max(variance, 0.0))

    return adjusted(holdout), adjusted(treated)


def _with_common_variance(left: Moments, right: Moments) -> tuple[Moments, Moments]:
    """Both with the variance of both together, around their own means."""
    freedom = left.count + right.count - 2
    common = ((left.count - 1) * left.variance + (right.count - 1) * right.variance) / freedom
    return replace(left, variance=common), replace(right, variance=common)


def _variance_reduction(holdout: Arm, treated: Arm, before: Moments, after: Moments) -> float:
    """What CUPED took from the arms' variances, weighted by their sizes."""
    raw = holdout.count * holdout.outcome.variance + treated.count * treated.outcome.variance
    return 1 - (before.count * before.variance + after.count * after.variance) / raw


def _method(holdout: Arm, treated: Arm, is_lopsided: bool) -> str:
    name = "pooled" if is_lopsided else "welch"
    return f"{name}+cuped" if holdout.prior.variance + treated.prior.variance > 0 else name
