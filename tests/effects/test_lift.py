"""The lift of one metric: coverage, CUPED's gain, levels near zero, and when there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regulars.effects.lift import LEAST_ARM, Arm, Lift, lift
from regulars.effects.unavailable import REASONS, Unavailable
from regulars.stats.moments import Moments


def moments(values: np.ndarray) -> Moments:
    return Moments(len(values), float(values.mean()), float(values.var(ddof=1)))


def arm(outcome: np.ndarray, prior: np.ndarray | None = None) -> Arm:
    past = np.zeros(len(outcome)) if prior is None else prior
    return Arm(moments(outcome), moments(past), float(np.cov(outcome, past)[0, 1]))


def found(holdout: Arm, treated: Arm) -> Lift:
    result = lift(holdout, treated)
    assert isinstance(result, Lift)
    return result


def spending(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Shoppers' margin in a month and in the year before: skewed, many zeros, alike by person."""
    rate = rng.gamma(1.5, 0.4, count)

    def spent(exposure: float) -> np.ndarray:
        return rng.poisson(rate * exposure) * rng.gamma(4, 5, count)

    return spent(1.0), spent(12.0)


def test_interval_covers_the_truth_nominally_when_spending_is_skewed() -> None:
    """400 shops, 9:1 arms, a true uplift that differs by customer: 95% within binomial bounds."""
    covered = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        untreated, past = spending(rng, 4000)
        effect = rng.binomial(1, 0.06, 4000) * rng.gamma(4, 5, 4000)
        is_treated = rng.random(4000) >= 0.1
        treated = arm((untreated + effect)[is_treated], past[is_treated])
        lifted = found(arm(untreated[~is_treated], past[~is_treated]), treated)
        covered += lifted.low <= 0.06 * 20 <= lifted.high
    low, high = stats.binom.interval(0.999, 400, 0.95)
    assert low <= covered <= high


def test_variance_falls_by_the_squared_correlation_when_the_past_is_like_the_outcome() -> None:
    rng = np.random.default_rng(5)
    past = rng.normal(50, 10, 40_000)
    outcome = 0.8 * (past - 50) + rng.normal(30, 6, 40_000)
    lifted = found(arm(outcome[:8000], past[:8000]), arm(outcome[8000:] + 1, past[8000:]))
    raw = found(arm(outcome[:8000]), arm(outcome[8000:] + 1))
    correlation = np.corrcoef(past, outcome)[0, 1]
    assert lifted.variance_reduction == pytest.approx(correlation**2, abs=0.02)
    assert lifted.standard_error < 0.65 * raw.standard_error
    assert (lifted.method, raw.method) == ("pooled+cuped", "pooled")
    assert lifted.low < 1 < lifted.high


def test_keeps_the_common_mean_when_adjusted() -> None:
    rng = np.random.default_rng(6)
    untreated, past = spending(rng, 3000)
    lifted = found(arm(untreated[:500], past[:500]), arm(untreated[500:], past[500:]))
    common = (500 * lifted.holdout_mean + 2500 * lifted.treated_mean) / 3000
    assert common == pytest.approx(untreated.mean())
    assert lifted.effect == pytest.approx(lifted.treated_mean - lifted.holdout_mean)


@pytest.mark.parametrize("level", [0.0, 1e-9, -1e-9, -3.0])
def test_interval_is_the_same_and_relative_is_withheld_or_kept_when_the_level_moves(
    level: float,
) -> None:
    """Margin can be near 0 or below it; the difference does not depend on the level."""
    holdout, treated = Moments(50, level, 4.0), Moments(450, level + 0.5, 5.0)
    nothing = Moments(50, 0.0, 0.0), Moments(450, 0.0, 0.0)
    lifted = found(Arm(holdout, nothing[0], 0.0), Arm(treated, nothing[1], 0.0))
    assert lifted.effect == pytest.approx(0.5)
    peer = stats.ttest_ind_from_stats(0.5, 5**0.5, 450, 0, 2, 50)
    assert 0.5 - lifted.low == pytest.approx(lifted.high - 0.5)
    assert lifted.p_value == pytest.approx(peer.pvalue)
    assert (lifted.relative is not None) == (level > 0)


@given(
    st.integers(2, 80), st.integers(2, 80), st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 2.0])
)
@settings(deadline=None)
def test_is_withheld_by_name_exactly_when_it_cannot_be_known(
    held: int, treated: int, held_variance: float, treated_variance: float
) -> None:
    result = lift(
        Arm(Moments(held, 1.0, held_variance), Moments(held, 1.0, 1.0), 0.0),
        Arm(Moments(treated, 1.0, treated_variance), Moments(treated, 1.0, 1.0), 0.0),
    )
    if min(held, treated) < LEAST_ARM:
        assert result == Unavailable("too_few_customers")
    elif held_variance + treated_variance == 0:
        assert result == Unavailable("zero_variance")
    else:
        assert isinstance(result, Lift)
        assert result.low <= result.effect <= result.high


@pytest.mark.parametrize(
    ("held", "method"), [(50, "pooled"), (51, "welch"), (199, "welch"), (200, "pooled")]
)
def test_takes_the_spread_of_both_arms_when_one_is_twice_the_other(held: int, method: str) -> None:
    holdout, treated = Moments(held, 1.0, 4.0), Moments(100, 2.0, 9.0)
    lifted = found(
        Arm(holdout, Moments(held, 0.0, 0.0), 0.0), Arm(treated, Moments(100, 0.0, 0.0), 0.0)
    )
    peer = stats.ttest_ind_from_stats(2, 3, 100, 1, 2, held, equal_var=method == "pooled")
    assert lifted.method == method
    assert lifted.p_value == pytest.approx(peer.pvalue)
    assert lifted.effect / lifted.standard_error == pytest.approx(peer.statistic)


def test_zero_variance_is_named_when_only_the_arms_differ() -> None:
    """Everyone treated bought the same, nobody held out did: no spread to judge by."""
    past = Moments(100, 5.0, 4.0), Moments(100, 5.5, 4.0)
    result = lift(
        Arm(Moments(100, 0.0, 0.0), past[0], 0.0), Arm(Moments(100, 1.0, 0.0), past[1], 0.0)
    )
    assert result == Unavailable("zero_variance")


def test_zero_variance_is_named_when_the_past_explains_everything() -> None:
    past = np.arange(100.0)
    result = lift(arm(past * 2, past), arm(past * 2, past))
    assert result == Unavailable("zero_variance")


@pytest.mark.parametrize("reason", REASONS)
def test_says_why_in_both_languages_when_unavailable(reason: str) -> None:
    text = Unavailable(reason).text
    assert text.en.endswith(".")
    assert text.zh.endswith("。")
