"""Customers on past days: what was known of each on the day, and whether he then stayed away.

A customer stayed away when no day with an order followed within his own long gap (the quantile
of lifecycle_stages, drawn to the shop's where he has few), at most ``horizon`` days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.errors import NothingToAnalyse
from regulars.stats.customer_features import FEATURES, customer_panel
from regulars.stats.lifecycle_stages import order_days, shop_gaps, with_limits
from regulars.stats.periods import until

SHORTEST_HORIZON = 14
MOST_DAYS = 12  # past days to learn from
HELD_BACK = 2  # of the last labelled days
QUANTILES = (0.9, 0.98)  # of the own gaps: the label's horizon, and who counts as lost


@dataclass(frozen=True)
class Days:
    """The days of a panel: learnt from, held back to judge on, and the day of the question."""

    learnt: tuple[date, ...]
    held_back: tuple[date, ...]
    as_of: date
    horizon: int  # the longest time after a day that decides

    @property
    def past(self) -> tuple[date, ...]:
        return (*self.learnt, *self.held_back)


def panel_days(first_on: date | None, as_of: date, horizon_days: int) -> Days:
    """Days back from as_of, so that what decides about each is over; NothingToAnalyse if too few.

    No day is learnt from whose time to decide reaches into the held-back days. The horizon is
    at most a quarter of the time known, and so much time is known before the first day.
    """
    known = (as_of - first_on).days + 1 if first_on else 0
    horizon = min(horizon_days, known // 4)
    if horizon < SHORTEST_HORIZON:
        raise NothingToAnalyse(
            f"A model of who leaves needs {4 * SHORTEST_HORIZON} days of orders of known "
            f"customers; there are {known} up to {as_of}."
        )
    step = max(7, min(30, horizon // 3))
    last = as_of - timedelta(days=horizon)
    possible = [last - timedelta(days=step * back) for back in range(MOST_DAYS + HELD_BACK + 4)]
    earliest = as_of - timedelta(days=known - 1 - horizon)
    held = possible[:HELD_BACK]
    learnt = [
        day
        for day in possible[HELD_BACK:]
        if day >= earliest and day + timedelta(days=horizon) <= held[-1]
    ]
    return Days(tuple(sorted(learnt[:MOST_DAYS])), tuple(sorted(held)), as_of, horizon)


def sampled(orders: ir.Table, day: date, most: int, seed: int) -> ir.Table:
    """At most so many customers by a salted hash: customer_id, and place from 0 in that order."""
    known = orders.filter(until(orders.ordered_at, day), orders.customer_id.notnull())
    people = known.select("customer_id").distinct()
    digest = (ibis.literal(f"{seed}:") + people.customer_id).hexdigest("md5")
    people = people.mutate(digest=digest).order_by("digest", "customer_id").limit(most)
    place = ibis.row_number().over(order_by=[people.digest, people.customer_id])
    return people.mutate(place=place).select("customer_id", "place")


def training_panel(tables: Sequence[ir.Table], sample: ir.Table, days: Days) -> ir.Table:
    """Sampled customers on every day: key, place, FEATURES, horizon_days, is_lost, stayed_away.

    stayed_away is meaningless on as_of, where nothing has been decided.
    """
    orders, *others = tables
    mine = orders.inner_join(sample, "customer_id")
    every = [*days.past, days.as_of]
    limits = _limits(mine, days.as_of, days.horizon)
    limits = limits.mutate(as_of_on=ibis.array([ibis.literal(day) for day in every]).unnest())
    is_then = (limits.ordered_on <= limits.as_of_on) & (
        limits.next_on.isnull() | (limits.next_on > limits.as_of_on)
    )
    limits = limits.filter(is_then)
    ends = limits.as_of_on + limits.horizon_days.as_interval("D")
    away = limits.as_of_on.delta(limits.ordered_on, unit="day")
    limits = limits.select(
        "customer_id",
        "as_of_on",
        "horizon_days",
        is_lost=away > limits.lost_days,
        stayed_away=limits.next_on.isnull() | (limits.next_on > ends),
    )
    panel = customer_panel(mine.select(orders.columns), *others, days=every)
    rows = panel.inner_join(limits, ["customer_id", "as_of_on"]).inner_join(sample, "customer_id")
    return rows.select(
        "customer_id", "as_of_on", "place", *FEATURES, "horizon_days", "is_lost", "stayed_away"
    )


def everybodys_limits(orders: ir.Table, sample: ir.Table, days: Days) -> ir.Table:
    """Every customer on as_of, measured as the panel's: customer_id, horizon_days, is_lost."""
    shop = shop_gaps(order_days(orders.semi_join(sample, "customer_id"), days.as_of))
    rows = order_days(orders, days.as_of)
    last = _limited(rows.filter(rows.next_on.isnull()), days.horizon, shop)
    away = ibis.literal(days.as_of).delta(last.ordered_on, unit="day")
    return last.select("customer_id", "horizon_days", is_lost=away > last.lost_days)


def _limits(orders: ir.Table, day: date, horizon: int) -> ir.Table:
    rows = order_days(orders, day)
    return _limited(rows, horizon, shop_gaps(rows))


def _limited(rows: ir.Table, horizon: int, shop: ir.Table) -> ir.Table:
    rows = with_limits(rows, *QUANTILES, shop=shop)
    # where nobody ever came back, nobody's own gap is known
    limited = ibis.least(rows.slipping_days, horizon).fill_null(horizon)
    lost = rows.lost_days.fill_null(2 * horizon)
    return rows.mutate(horizon_days=limited, lost_days=lost)
