"""What everyone assigned to a campaign did, by arm: sums in the engine, numbers out.

Reads    exposures, campaigns, and the movements of movements.py
Returns  arm_statistics: one row per (campaign_id, is_treated) with counts, costs, the
         window, and per metric mean, variance, mean and variance before, and covariance

Who counts, and within which window: stats/campaign_windows.py. What the customer did in the
days before the window is the covariate.
"""

import ibis
import ibis.expr.types as ir

from regulars.stats.campaign_windows import HOLDOUT, assigned
from regulars.tables.text import Text

__all__ = ["HOLDOUT", "METRICS", "arm_statistics", "assigned", "outcomes"]

METRICS: dict[str, Text] = {
    "buyer_rate": Text("Share who bought", "购买率"),
    "order_count": Text("Orders per customer", "人均订单数"),
    "net_amount": Text("Revenue less refunds per customer", "人均净收入"),
    "margin_amount": Text("Margin per customer", "人均毛利"),
}
SUMS = ("net_amount", "margin_amount", "uncosted_amount", "order_count")


def outcomes(people: ir.Table, moved: ir.Table, *, covariate_days: int = 365) -> ir.Table:
    """Per assigned customer: the sums of SUMS in the window and, as ``prior_...``, before it.

    ``people`` is the table of ``assigned``, ``moved`` the one of ``movements``.
    """
    reach = ibis.interval(days=covariate_days)
    pairs = people.select("campaign_id", "customer_id", "from_at", "until_at").join(
        moved,
        [
            "customer_id",
            moved.happened_at >= people.from_at - reach,
            moved.happened_at < people.until_at,
        ],
    )
    is_within = pairs.happened_at >= pairs.from_at
    sums = {name: pairs[name].sum(where=is_within) for name in SUMS}
    sums |= {f"prior_{name}": pairs[name].sum(where=~is_within) for name in SUMS}
    done = pairs.group_by("campaign_id", "customer_id").aggregate(**sums)
    joined = people.left_join(done, ["campaign_id", "customer_id"])
    return joined.select(
        *people.columns, **{name: joined[name].fill_null(0.0) for name in sums}
    ).mutate(
        buyer_rate=lambda t: (t.order_count > 0).cast("float64"),
        prior_buyer_rate=lambda t: (t.prior_order_count > 0).cast("float64"),
    )


def arm_statistics(
    exposures: ir.Table,
    campaigns: ir.Table,
    moved: ir.Table,
    *,
    window_days: int = 30,
    covariate_days: int = 365,
) -> ir.Table:
    """The sufficient statistics of every campaign's two arms: treated and holdout.

    Executed once (``.to_pyarrow()``), they are all that ``campaign_effects`` needs.
    """
    people = assigned(exposures, campaigns, window_days=window_days)
    rows = outcomes(people, moved, covariate_days=covariate_days)
    sums = rows.group_by("campaign_id", "is_treated").aggregate(
        customer_count=rows.count(),
        sent_count=rows.is_sent.sum(),
        message_cost=rows.message_cost.sum(),
        from_on=rows.from_at.min().date(),
        # the end itself is no longer in the window: its last day may be the one before
        until_on=(rows.until_at.max() - ibis.interval(microseconds=1)).date(),
        net_total=rows.net_amount.sum(),
        uncosted_total=rows.uncosted_amount.sum(),
        **_moments(rows),
    )
    described = campaigns.select(
        "campaign_id",
        "campaign_name",
        "kind",
        fixed_cost=campaigns.cost_amount.cast("float64").fill_null(0.0),
        holdout_share=campaigns.offer.cast("json")["holdout_share"].float,
    )
    return sums.left_join(described, "campaign_id").drop("campaign_id_right")


def _moments(rows: ir.Table) -> dict[str, ir.Value]:
    columns: dict[str, ir.Value] = {}
    for metric in METRICS:
        outcome, prior = rows[metric], rows[f"prior_{metric}"]
        columns[f"{metric}_mean"] = outcome.mean()
        columns[f"{metric}_variance"] = outcome.var(how="sample")
        columns[f"{metric}_prior_mean"] = prior.mean()
        columns[f"{metric}_prior_variance"] = prior.var(how="sample")
        columns[f"{metric}_covariance"] = outcome.cov(prior, how="sample")
    return columns
