"""What the models know of each customer, from orders and returns, as lazy tables.

Orders of one local day count as one purchase, as in the papers: who pays twice at the till did
not come back. The money is what was paid for goods (``net_amount``), less what was refunded on
the same orders up to the day that is known.
"""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.errors import ParameterInvalid
from regulars.stats.buying.histories import Floats, Histories, Whole, histories
from regulars.stats.periods import until

DAYS = {"day": 1, "week": 7}  # by unit


@dataclass(frozen=True)
class Window:
    """First orders from ``since`` (None: ever), what is known up to ``until``; both days count."""

    since: date | None
    until: date

    @classmethod
    def given(cls, since: date | None, ended: date | None, as_of: date) -> "Window":
        """ParameterInvalid where the days do not follow one another, or lie after as_of."""
        last = as_of if ended is None else ended
        if last > as_of:
            raise ParameterInvalid(
                f"Parameter until cannot be {last}: nothing is known after {as_of} (as_of)."
            )
        if since is not None and since > last:
            raise ParameterInvalid(f"Parameter since cannot be {since}: it lies after {last}.")
        return cls(since, last)


def purchase_days(
    orders: ir.Table, returns: ir.Table, last_on: date, cut: date | None = None
) -> ir.Table:
    """One row per (customer_id, bought_on) up to ``last_on``: order_count, amount.

    With a ``cut`` refunds booked after it do not lessen what was paid up to it.
    """
    orders = orders.filter(until(orders.ordered_at, last_on), orders.customer_id.notnull())
    back = returns.filter(until(returns.returned_at, last_on), returns.order_id.notnull())
    early = until(back.returned_at, cut or last_on)
    back = back.group_by("order_id").aggregate(
        refunded=back.refund_amount.sum(),
        refunded_early=back.refund_amount.sum(where=early).fill_null(0),
    )
    paid = orders.select("order_id", "customer_id", "ordered_at", "net_amount")
    rows = paid.left_join(back, "order_id")
    is_early = until(rows.ordered_at, cut or last_on)
    refunded = ibis.ifelse(is_early, rows.refunded_early, rows.refunded).fill_null(0)
    rows = rows.mutate(bought_on=rows.ordered_at.date(), amount=rows.net_amount - refunded)
    return rows.group_by("customer_id", "bought_on").aggregate(
        order_count=rows.count(), amount=rows.amount.sum()
    )


def buyers(days: ir.Table, window: Window, cut: date | None = None) -> ir.Table:
    """One row per customer whose first purchase lies in the window, by customer_id.

    first_on | bought_count purchase days | order_count | span_days, age_days | total_amount,
    repeat_amount float. With a ``cut`` all of that is known only up to it, and later_count,
    later_amount are the purchase days and the money after it.
    """
    last_on = window.until if cut is None else cut
    first_on = days.bought_on.min().over(ibis.window(group_by=days.customer_id))
    rows = days.mutate(first_on=first_on)
    began = rows.first_on <= ibis.literal(last_on)
    rows = rows.filter(began if window.since is None else began & (rows.first_on >= window.since))
    early = rows.bought_on <= ibis.literal(last_on)
    found = rows.group_by("customer_id").aggregate(
        first_on=rows.first_on.min(),
        bought_count=early.sum(),
        order_count=rows.order_count.sum(where=early),
        last_on=rows.bought_on.max(where=early),
        total_amount=rows.amount.sum(where=early).cast("float64"),
        repeat_amount=rows.amount.sum(where=early & (rows.bought_on > rows.first_on))
        .cast("float64")
        .fill_null(0.0),
        later_count=(~early).sum(),
        later_amount=rows.amount.sum(where=~early).cast("float64").fill_null(0.0),
    )
    found = found.mutate(
        span_days=found.last_on.delta(found.first_on, unit="day"),
        age_days=ibis.literal(last_on).delta(found.first_on, unit="day"),
    )
    return found.drop("last_on").order_by("customer_id")


@dataclass(frozen=True)
class Buyers:
    """The rows of ``buyers`` as the models want them: unique histories, and whose is which."""

    rows: pa.Table
    known: Histories
    number: Whole  # for each customer, of the history

    @classmethod
    def of(cls, rows: pa.Table, unit: str) -> "Buyers":
        rows = rows.combine_chunks()
        length = DAYS[unit]
        span, age = (column(rows, name) / length for name in ("span_days", "age_days"))
        known, number = histories(column(rows, "bought_count") - 1, span, age)
        return cls(rows, known, number)

    def column(self, name: str) -> Floats:
        """A column of numbers, by customer."""
        return column(self.rows, name)

    @property
    def repeat_count(self) -> Floats:
        return self.known.repeat_order_count[self.number]

    @property
    def repeat_mean(self) -> Floats:
        """The mean of the repeat purchases, NaN without one; one below 0 is 0."""
        x = self.repeat_count
        mean = np.maximum(self.column("repeat_amount"), 0) / np.maximum(x, 1)
        return np.asarray(np.where(x > 0, mean, np.nan))

    @property
    def repeater_count(self) -> int:
        return int(self.known.weight[self.known.repeat_order_count > 0].sum())


def column(rows: pa.Table, name: str) -> Floats:
    """A column of numbers of Arrow rows."""
    return np.asarray(rows[name].to_numpy(), dtype=np.float64)
