"""What a model said of held-back days, against what came: by group, and in a few measures.

Source  Fader, Hardie & Lee (2005) "Counting your customers" the easy way, section 5: tracking
        and conditional expectations; Malthouse & Blattberg (2005) Can we predict customer
        lifetime value? J. of Interactive Marketing 19(1), for the naive model beside it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.stats.buying.histories import Floats, Whole
from regulars.stats.buying.uncertainty import cubature_points
from regulars.stats.buying.valuing import Ordering, Spend
from regulars.stats.proportions import NORMAL_95

PARTS = 10
MOST_REPEATS = 7  # customers with so many repeat orders or more are one group


@dataclass(frozen=True)
class HeldBack:
    """Per customer: orders and money expected of held-back days, what came, and the past rate's.

    ``by_point``: expected orders per history, a row for each likely point of the parameters;
    ``variance`` of a single history's orders.
    """

    expected: Floats
    amount: Floats
    actual: Floats
    actual_amount: Floats
    past_rate: Floats
    by_point: Floats
    variance: Floats
    number: Whole

    def sums(self, group: Whole, size: int) -> dict[str, Any]:
        """Sums by group (0 to size - 1), expected orders with the ends of a 95% interval."""

        def summed(values: Floats) -> Floats:
            return np.asarray(np.bincount(group, values, size), dtype=np.float64)

        expected = summed(self.expected)
        between = np.stack([summed(row[self.number]) for row in self.by_point]).var(axis=0)
        # orders of customers are independent; what is not known of the parameters is shared
        spread = NORMAL_95 * np.sqrt(summed(self.variance[self.number]) + between)
        return {
            "customer_count": np.bincount(group, minlength=size),
            "expected_order_count": expected,
            "expected_low": np.maximum(expected - spread, 0),
            "expected_high": expected + spread,
            "actual_order_count": summed(self.actual).astype(np.int64),
            "past_rate_order_count": summed(self.past_rate),
            "expected_amount": summed(self.amount),
            "actual_amount": summed(self.actual_amount),
        }

    def measures(self) -> dict[str, Any]:
        """How far off in all, per customer, and in the order of customers; the past rate's too."""
        from scipy.stats import rankdata

        whole = {
            name: values[0] for name, values in self.sums(np.zeros_like(self.number), 1).items()
        }
        came = float(whole["actual_order_count"])
        ranks = [rankdata(column) for column in (self.actual, self.expected, self.past_rate)]

        def together(place: int) -> float:
            if any(rank.min() == rank.max() for rank in (ranks[0], ranks[place])):
                return np.nan
            return float(np.corrcoef(ranks[0], ranks[place])[0, 1])

        def off(name: str) -> float:
            return float(whole[name]) / came - 1 if came else np.nan

        return {
            "order_count_error": {
                "value": off("expected_order_count"),
                "low": off("expected_low"),
                "high": off("expected_high"),
            },
            "past_rate_order_count_error": off("past_rate_order_count"),
            "mean_absolute_error": float(np.abs(self.expected - self.actual).mean()),
            "past_rate_mean_absolute_error": float(np.abs(self.past_rate - self.actual).mean()),
            "rank_correlation": together(1),
            "past_rate_rank_correlation": together(2),
            "amount_error": float(whole["expected_amount"] / whole["actual_amount"] - 1)
            if whole["actual_amount"] > 0
            else np.nan,
        }


def held_back(ordering: Ordering, spend: Spend, horizon: float) -> HeldBack:
    """Of rows with later_count and later_amount within the horizon (in the model's unit)."""
    buyers = ordering.buyers
    known, number = buyers.known, buyers.number
    by_history = ordering.expected(horizon)
    counts = ordering.counts(horizon)
    points = cubature_points(ordering.found)
    model = ordering.model
    by_point = np.stack([model.expected_orders(at, known, horizon) for at in points])
    age = np.maximum(known.customer_age, 1.0)
    past = known.repeat_order_count / age * horizon
    expected = by_history[number]
    return HeldBack(
        expected,
        expected * spend.per_order(buyers),
        buyers.column("later_count"),
        buyers.column("later_amount"),
        past[number],
        by_point,
        counts.mean_square - counts.mean**2,
        number,
    )


def parts_of(expected: Floats, count: int = PARTS) -> Whole:
    """The part of each customer, 0 to count - 1, by rising expectation; equal ones by place."""
    order = np.argsort(expected, kind="stable")
    part = np.empty(len(expected), np.int64)
    part[order] = np.arange(len(expected)) * count // max(len(expected), 1)
    return part
