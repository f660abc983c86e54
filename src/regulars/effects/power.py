"""Before sending: what effect could this audience and holdout show at all?

The spread is the audience's own: what each of them spent in each window of the past year.
(Whoever is chosen for having stayed away spent nothing in the last window; a year of
windows shows what they spend when they do come.) CUPED is left out, which errs on the
side of caution.

Source  Cohen (1988), Statistical Power Analysis, 2nd ed., section 2.4; solved by tea-tasting.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis.expr.types as ir

from regulars.effects.amount import amount_text
from regulars.effects.lift import LEAST_ARM, OUTCOME
from regulars.effects.unavailable import Unavailable
from regulars.tables.text import Text

POWER, ALPHA = 0.8, 0.05
PAST_DAYS = 365
SHARES = tuple(percent / 100 for percent in range(5, 55, 5))


@dataclass(frozen=True)
class Power:
    """What can be seen with an audience of ``customer_count`` and this holdout.

    ``detectable_effect``: the smallest true margin effect per customer found in four of
    five such campaigns. ``recommended_holdout_share``: the smallest share that would find
    the ``expected_effect``; None where none does, or nothing is expected.
    """

    customer_count: int
    holdout_share: float
    mean: float
    detectable_effect: float
    expected_effect: float | None
    recommended_holdout_share: float | None

    @property
    def is_enough(self) -> bool:
        """Whether the expected effect would be found."""
        return self.expected_effect is not None and self.expected_effect >= self.detectable_effect

    def sentence(self, currency_sign: str = "") -> Text:
        """What the reader should know before sending."""
        return _sentence(self, currency_sign)


def past_spending(
    candidates: ir.Table,
    moved: ir.Table,
    *,
    as_of: date,
    window_days: int,
    metric: str = "margin_amount",
) -> ir.Table:
    """One lazy row: customer_count, mean and variance of ``metric`` per customer and window.

    ``candidates`` holds customer_id once each, ``moved`` is the table of ``movements``.
    """
    window_count = max(1, PAST_DAYS // window_days)
    first = as_of - timedelta(days=window_count * window_days - 1)
    happened_on = moved.happened_at.date()
    past = moved.filter(happened_on >= first, happened_on <= as_of)
    past = past.semi_join(candidates, "customer_id")
    day = past.happened_at.date().delta(first, unit="day")
    windows = past.mutate(window_no=(day / window_days).floor()).group_by(
        "customer_id", "window_no"
    )
    sums = windows.aggregate(spent=lambda t: t[metric].sum())
    totals = sums.aggregate(
        total=sums.spent.sum().fill_null(0.0),
        squares=(sums.spent * sums.spent).sum().fill_null(0.0),
    )
    counted = totals.cross_join(candidates.aggregate(customer_count=candidates.count()))
    # customers without spending in a window are zeros in it: in the count, not in the sums
    observed = (counted.customer_count * window_count).cast("float64")
    mean = counted.total / observed.nullif(0)
    return counted.select(
        customer_count=counted.customer_count,
        mean=mean,
        variance=counted.squares / observed.nullif(0) - mean * mean,
    )


def power(
    *,
    customer_count: int,
    mean: float | None,
    variance: float | None,
    holdout_share: float,
    expected_effect: float | None = None,
) -> Power | Unavailable:
    """The power of a campaign, from the row of ``past_spending``.

    ``expected_effect`` per customer is what the opportunities expect (margin before message
    cost). Unavailable: no_holdout, too_few_customers, zero_variance.
    """
    if not 0 < holdout_share < 1:
        return Unavailable("no_holdout")
    if customer_count * min(holdout_share, 1 - holdout_share) < LEAST_ARM:
        return Unavailable("too_few_customers")
    if mean is None or variance is None or not variance > 0:
        return Unavailable("zero_variance")
    return Power(
        customer_count=customer_count,
        holdout_share=holdout_share,
        mean=mean,
        detectable_effect=detectable_effect(customer_count, variance, holdout_share),
        expected_effect=expected_effect,
        recommended_holdout_share=_recommended(customer_count, variance, expected_effect),
    )


def detectable_effect(customer_count: int, variance: float, holdout_share: float) -> float:
    """The effect per customer found with 80% power at 5%, two-sided."""
    from tea_tasting.aggr import Aggregates
    from tea_tasting.metrics import Mean

    # normal, not t: scipy's noncentral t is NaN for many large samples, and arms of 30 and
    # more differ by a hair
    ratio = (1 - holdout_share) / holdout_share
    metric = Mean(OUTCOME, alpha=ALPHA, power=POWER, ratio=ratio, use_t=False)
    # mean 1: only tea-tasting's relative figure, which is not used, depends on it
    sample = Aggregates(customer_count, mean_={OUTCOME: 1.0}, var_={OUTCOME: variance})
    return float(metric.solve_power_from_aggregates(sample, "effect_size")[0].effect_size)


def _recommended(customer_count: int, variance: float, expected: float | None) -> float | None:
    """The smallest holdout that would show the expected effect."""
    if expected is None or expected <= 0:
        return None
    for share in SHARES:
        is_large = customer_count * share >= LEAST_ARM
        if is_large and detectable_effect(customer_count, variance, share) <= expected:
            return share
    return None


def _sentence(plan: Power, currency_sign: str) -> Text:
    held = f"{100 * plan.holdout_share:.0f}%"
    least = amount_text(plan.detectable_effect, currency_sign)
    begins = Text(
        f"With {plan.customer_count:,} customers and {held} held out, a margin effect of "
        f"{least} per customer or more would be found in 4 of 5 cases.",
        f"共{plan.customer_count:,}位顾客、保留{held}对照，人均毛利增量达到"
        f"{least}以上时，五次中有四次能够测出。",
    )
    if plan.expected_effect is None:
        return begins
    expected = amount_text(plan.expected_effect, currency_sign)
    if plan.is_enough:
        ends = Text(f"Expected: {expected}. That is enough.", f"预期{expected}，足以测出。")
    elif plan.recommended_holdout_share is not None:
        share = f"{100 * plan.recommended_holdout_share:.0f}%"
        ends = Text(
            f"Expected: {expected}. Hold out {share} to see it.",
            f"预期{expected}，建议保留{share}对照方能测出。",
        )
    else:
        ends = Text(
            f"Expected: {expected}. The audience is too small to see it with any holdout; the "
            "result will count when pooled with other campaigns of the kind.",
            f"预期{expected}，受众过少，任何对照比例都难以测出；结果将与同类活动合并后使用。",
        )
    return Text(f"{begins.en} {ends.en}", begins.zh + ends.zh)
