"""The relative difference of two means, with an interval by the delta method.

With control mean a and treatment mean b, r = b / a - 1 has the variance

    var(b) / (n_b a^2) + var(a) b^2 / (n_a a^4)

and is referred to Student's t with the Welch-Satterthwaite degrees of freedom of the
absolute difference.

Source  Deng, Knoblich & Lu (2018), Applying the Delta Method in Metric Analytics, KDD,
        eq. 3; Satterthwaite (1946), Biometrics Bulletin 2(6).
"""

from dataclasses import dataclass

from regulars.stats.moments import Moments


@dataclass(frozen=True)
class RelativeLift:
    """Relative difference (0.1 = 10% more), its interval and two-sided p-value."""

    lift: float
    low: float
    high: float
    p_value: float


def relative_lift(
    control: Moments, treatment: Moments, *, confidence: float = 0.95
) -> RelativeLift:
    """Treatment over control less one. ValueError where the control's mean is not above 0."""
    from scipy import stats

    if control.mean <= 0:
        raise ValueError("A relative lift needs a control mean above 0.")
    lift = treatment.mean / control.mean - 1
    ratio = treatment.mean / control.mean
    variance = (treatment.squared_error + control.squared_error * ratio * ratio) / control.mean**2
    freedom = welch_degrees_of_freedom(control, treatment)
    half = float(stats.t.ppf((1 + confidence) / 2, freedom)) * variance**0.5
    p_value = 2 * float(stats.t.sf(abs(lift) / variance**0.5, freedom))
    return RelativeLift(lift, lift - half, lift + half, p_value)


def welch_degrees_of_freedom(control: Moments, treatment: Moments) -> float:
    """Welch-Satterthwaite degrees of freedom. ValueError where neither sample varies."""
    a, b = control.squared_error, treatment.squared_error
    if a + b <= 0:
        raise ValueError("Neither sample varies: no test is possible.")
    return (a + b) ** 2 / (a * a / (control.count - 1) + b * b / (treatment.count - 1))
