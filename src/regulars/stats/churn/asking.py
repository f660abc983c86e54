"""What a question about leaving asks of the tables, round by round, until it is fitted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from regulars.stats.churn.choosing import Chosen, choose, prepared
from regulars.stats.churn.panel import Days, everybody, panel_days, sampled, training_panel
from regulars.stats.periods import until
from regulars.tables.fit import Fit, Fitted
from regulars.tables.parameters import check_whole

TABLES = ("orders", "order_lines", "products", "returns")


@dataclass(frozen=True)
class Leaving:
    """What is fitted, and on whom it can be asked.

    ``today`` are the sampled customers on as_of who are not lost yet; ``everyone`` all
    customers, where asked for; else the sampled ones.
    """

    chosen: Chosen
    today: pa.Table
    everyone: pa.Table


def leaving(
    tables: Sequence[ir.Table],
    finish: Callable[[Leaving], Fitted],
    *,
    as_of: date,
    horizon_days: int,
    customer_sample: int,
    seed: int,
    with_everyone: bool = False,
) -> Fit:
    """First how long orders are known, then the panel and who is asked about, then the answer."""
    check_whole("horizon_days", horizon_days, 14, 365)
    check_whole("customer_sample", customer_sample, 500, 200_000)
    check_whole("seed", seed, 0)
    orders = tables[0]
    known = orders.filter(until(orders.ordered_at, as_of), orders.customer_id.notnull())
    first = known.aggregate(first_on=known.ordered_at.min().date())

    def ask(first: pa.Table) -> Fit:
        days = panel_days(first["first_on"][0].as_py(), as_of, horizon_days)
        sample = sampled(orders, as_of, customer_sample, seed)
        asks = {"panel": training_panel(tables, sample, days)}
        if with_everyone:
            asks["everyone"] = everybody(tables, sample, days)
        return Fit(asks, lambda **rows: finish(_fitted(days, seed, **rows)))

    return Fit({"first": first}, ask)


def _fitted(days: Days, seed: int, panel: pa.Table, everyone: pa.Table | None = None) -> Leaving:
    panel = prepared(panel)
    today = panel.filter(pc.equal(panel["as_of_on"], pa.scalar(days.as_of, pa.date32())))
    chosen = choose(panel, days, seed)
    everyone = (today if everyone is None else everyone).sort_by("customer_id")
    return Leaving(chosen, today.filter(pc.invert(today["is_lost"])), everyone)
