"""What each customer will still bring: a model of orders, the spend per order, and both together.

Everything about orders is worked out once per unique history and then taken to the customers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.errors import NothingToAnalyse
from regulars.stats.buying import gamma_gamma
from regulars.stats.buying.histories import Floats
from regulars.stats.buying.maximum import Maximum
from regulars.stats.buying.models import MODELS, Model
from regulars.stats.buying.order_counts import OrderCounts, order_counts
from regulars.stats.buying.purchase_days import Buyers
from regulars.stats.buying.spend_intervals import spend_quantiles
from regulars.stats.buying.uncertainty import cubature_points, is_bounded, probability_interval

FEWEST_REPEATERS = 30
LEVELS = (0.025, 0.975)
NOTABLE = 0.3  # a correlation from which the spend model's assumption is said to fail
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(6)


@dataclass(frozen=True)
class Ordering:
    """A fitted model of orders. Its answers are by history."""

    model: Model
    found: Maximum
    buyers: Buyers

    def alive(self) -> Floats:
        return self.model.alive(self.found.parameters, self.buyers.known)

    def alive_interval(self) -> tuple[Floats, Floats]:
        known = self.buyers.known
        return probability_interval(lambda at: self.model.alive(at, known), self.found)

    def expected(self, horizon: float) -> Floats:
        return self.model.expected_orders(self.found.parameters, self.buyers.known, horizon)

    def discounted(self, horizon: float, rate: float) -> Floats:
        """Expected orders, each worth less by the continuous ``rate`` per unit of time.

        By parts: e^(-rate h) E(h) + rate times the integral of e^(-rate t) E(t) over the horizon.
        """
        whole = self.expected(horizon)
        if rate == 0:
            return whole
        total = np.exp(-rate * horizon) * whole
        for node, weight in zip(_NODES, _NODE_WEIGHTS, strict=True):
            time = horizon * (1 + node) / 2
            total += rate * weight * horizon / 2 * np.exp(-rate * time) * self.expected(time)
        return total

    def counts(self, horizon: float) -> OrderCounts:
        """The distribution of the orders to come, the parameters' uncertainty in it."""
        points = cubature_points(self.found)
        model, known = self.model, self.buyers.known
        return order_counts(model.alive, model.counts, points, known, horizon, LEVELS)

    @property
    def is_bounded(self) -> bool:
        return is_bounded(self.found)

    def described(self) -> dict[str, Any]:
        """For the model's card."""
        names = self.model.parameter_names
        found = self.found
        said: dict[str, Any] = {
            "name": self.model.name,
            "parameters": dict(zip(names, found.parameters, strict=True)),
            "standard_errors": dict(zip(names, found.standard_errors, strict=True)),
            "log_likelihood": found.log_likelihood,
            "customer_count": self.buyers.known.customer_count,
            "repeat_customer_count": self.buyers.repeater_count,
            "history_count": len(self.buyers.known),
            "is_bounded": self.is_bounded,
        }
        if not self.is_bounded:
            said["remark"] = (
                "The data does not bound every parameter: intervals are left out, and what is "
                "expected is rough."
            )
        return said


@dataclass(frozen=True)
class Spend:
    """The spend per order: fitted, or ``found`` is None and ``remark`` says why not."""

    found: Maximum | None
    correlation: float
    customer_count: int
    remark: str | None

    @property
    def is_known(self) -> bool:
        """Whether there is a mean spend to expect (q above 1)."""
        return self.found is not None and float(self.found.parameters[1]) > 1

    def per_order(self, buyers: Buyers) -> Floats:
        """What a coming order of each customer is worth; NaN where it is not known."""
        if self.found is None:
            return np.full(len(buyers.number), np.nan)
        return gamma_gamma.expected_amount(
            self.found.parameters, buyers.repeat_count, buyers.repeat_mean
        )

    def interval(self, buyers: Buyers, counts: OrderCounts) -> list[Floats]:
        """Lower and upper end of each customer's spend within the horizon of ``counts``."""
        if self.found is None or not self.is_known:
            return [np.full(len(buyers.number), np.nan)] * 2
        at = self.found.parameters
        scale = at[2] + buyers.repeat_count * np.nan_to_num(buyers.repeat_mean)
        known = buyers.known.repeat_order_count
        units = spend_quantiles(at, known, counts, LEVELS)
        return [unit[buyers.number] * scale for unit in units]

    def described(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "name": "gamma_gamma",
            "customer_count": self.customer_count,
            "order_count_correlation": self.correlation,
            "is_assumption_met": self.remark is None,
        }
        if self.found is not None:
            names = gamma_gamma.NAMES
            said["parameters"] = dict(zip(names, self.found.parameters, strict=True))
            said["standard_errors"] = dict(zip(names, self.found.standard_errors, strict=True))
            said["log_likelihood"] = self.found.log_likelihood
        return said | ({"remark": self.remark} if self.remark else {})


def ordering(name: str, buyers: Buyers, until: object) -> Ordering:
    """The model of that name, fitted; NothingToAnalyse with too few who came back."""
    if buyers.repeater_count < FEWEST_REPEATERS:
        raise NothingToAnalyse(
            f"A model of coming orders needs {FEWEST_REPEATERS} customers with a purchase on a "
            f"second day; there are {buyers.repeater_count:,} up to {until}."
        )
    model = MODELS[name]
    return Ordering(model, model.fit(buyers.known), buyers)


def spend(buyers: Buyers) -> Spend:
    """Gamma-Gamma on the repeat purchases, as the paper fits it."""
    orders, means = buyers.repeat_count, buyers.repeat_mean
    has_value = (orders > 0) & (np.nan_to_num(means) > 0)
    orders, means = orders[has_value], means[has_value]
    if len(orders) < FEWEST_REPEATERS:
        reason = (
            f"The spend per order needs {FEWEST_REPEATERS} customers who paid on a second day; "
            f"there are {len(orders):,}."
        )
        return Spend(None, np.nan, len(orders), reason)
    if means.min() == means.max():
        reason = "Everybody's repeat orders have the same mean: there is nothing to fit a spend on."
        return Spend(None, np.nan, len(orders), reason)
    varies = orders.min() < orders.max()
    correlation = float(np.corrcoef(orders, means)[0, 1]) if varies else np.nan
    found = gamma_gamma.fit(gamma_gamma.spending(orders, means))
    return Spend(found, correlation, len(orders), _remark(found, correlation))


def _remark(found: Maximum, correlation: float) -> str | None:
    """What speaks against the spend model, if anything does."""
    if abs(correlation) > NOTABLE:
        return (
            f"Mean spend goes with the number of orders (correlation {correlation:.2f}), which "
            "the spend model takes as independent: expected amounts are biased for who orders "
            "very often or very seldom."
        )
    if found.parameters[1] <= 1:
        return "Spend is spread so widely that its mean has no bound: no amount is expected."
    return None if is_bounded(found) else "The data does not bound the spend's parameters."
