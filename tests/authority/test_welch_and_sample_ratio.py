"""Published figures of Welch's test (absolute and relative) and of the sample-ratio check.

Source  shared/design/reference_figures.md, rows 'Welch test' and 'Sample ratio': the
        figures that GrowthBook's gbstats asserts in its own test-suite.
"""

import pytest

from regulars.effects.lift import Arm, Lift, lift
from regulars.effects.sample_ratio import check_sample_ratio
from regulars.stats.moments import Moments
from regulars.stats.relative_lift import relative_lift
from regulars.stats.sample_ratio import sample_ratio_p_value

CONTROL = Moments.from_sums(3407, 1396.87, 52377.9767)
TREATMENT = Moments.from_sums(3461, 2422.7, 134698.29)


def test_matches_gbstats_welch_relative() -> None:
    found = relative_lift(CONTROL, TREATMENT)
    assert found.lift == pytest.approx(0.70732, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((-0.03526, 1.44989), abs=1e-5)
    assert found.p_value == pytest.approx(0.06191, abs=1e-5)


def test_matches_gbstats_welch_absolute() -> None:
    nothing_before = {"prior": Moments(3407, 0.0, 0.0), "covariance": 0.0}
    found = lift(Arm(CONTROL, **nothing_before), Arm(TREATMENT, **nothing_before))
    assert isinstance(found, Lift)
    assert found.method == "welch"
    assert found.effect == pytest.approx(0.29, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((0.04538, 0.53462), abs=1e-5)
    assert found.p_value == pytest.approx(0.02016, abs=1e-5)
    assert found.relative == relative_lift(CONTROL, TREATMENT)


@pytest.mark.parametrize(
    ("counts", "shares", "p_value"),
    [([1000, 1200], [0.5, 0.5], 2.0079e-5), ([310, 98], [0.7, 0.3], 0.0083883)],
)
def test_matches_gbstats_sample_ratio(
    counts: list[int], shares: list[float], p_value: float
) -> None:
    assert sample_ratio_p_value(counts, shares) == pytest.approx(p_value, abs=1e-7)
    checked = check_sample_ratio(counts[0], counts[1], shares[1])
    assert checked.p_value == pytest.approx(p_value, abs=1e-7)
