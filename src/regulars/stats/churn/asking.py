"""What a question about leaving asks of the tables, round by round, until it is fitted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from regulars.stats.churn.choosing import Chosen, choose, prepared
from regulars.stats.churn.panel import Days, everybodys_limits, panel_days, sampled, training_panel
from regulars.stats.customer_features import customer_features
from regulars.stats.periods import until
from regulars.tables.fit import Fit, Fitted
from regulars.tables.parameters import check_whole
from regulars.tables.sharing import once

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
            # apart from the limits: lookalikes and responses ask for the same features
            asks["features"] = customer_features(*tables, day=as_of)
            asks["limits"] = everybodys_limits(orders, sample, days)
        return Fit(asks, lambda **rows: finish(_fitted(days, seed, **rows)))

    return Fit({"first": first}, ask)


def _fitted(
    days: Days,
    seed: int,
    panel: pa.Table,
    features: pa.Table | None = None,
    limits: pa.Table | None = None,
) -> Leaving:
    chosen, today = once(_learnt, {"panel": panel}, days=days, seed=seed)
    everyone = today
    if features is not None and limits is not None:
        everyone = features.join(limits, "customer_id", join_type="inner")
    still = today.filter(pc.invert(today["is_lost"]))
    return Leaving(chosen, still, everyone.sort_by("customer_id"))


def _learnt(panel: pa.Table, *, days: Days, seed: int) -> tuple[Chosen, pa.Table]:
    """The fitted methods, and the panel's rows of as_of."""
    panel = prepared(panel)
    today = panel.filter(pc.equal(panel["as_of_on"], pa.scalar(days.as_of, pa.date32())))
    return choose(panel, days, seed), today
