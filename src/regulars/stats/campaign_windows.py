"""Who was assigned to a campaign, in which arm, and the window in which each is watched.

The window runs from a customer's assignment to the campaign's end. Everyone assigned counts
in the arm assigned, whether reached or not (intention to treat).
"""

import ibis
import ibis.expr.types as ir

HOLDOUT = "holdout"
WINDOW_DAYS = 30


def assigned(
    exposures: ir.Table, campaigns: ir.Table, *, window_days: int = WINDOW_DAYS
) -> ir.Table:
    """One row per (campaign_id, customer_id) with the window it is measured in.

    Where the campaign does not say when it ends, the window is ``window_days`` long.
    """
    joined = exposures.left_join(
        campaigns.select("campaign_id", "ended_at", fixed_cost=campaigns.cost_amount),
        "campaign_id",
    )
    default_end = joined.assigned_at + ibis.interval(days=window_days)
    return joined.select(
        campaign_id=joined.campaign_id,
        customer_id=joined.customer_id,
        is_treated=joined.arm != HOLDOUT,
        from_at=joined.assigned_at,
        until_at=ibis.coalesce(joined.ended_at, default_end),
        is_sent=joined.sent_at.notnull(),
        message_cost=joined.cost_amount.cast("float64").fill_null(0.0),
    )


def answers(people: ir.Table, orders: ir.Table, returns: ir.Table) -> ir.Table:
    """Per (campaign_id, customer_id) who ordered within the window: net_amount, what was paid
    less what was ever refunded of it, and discount_amount.

    ``people`` is the table of ``assigned``; the other tables hold what is known by now.
    """
    refunded = returns.group_by("order_id").aggregate(refund=returns.refund_amount.sum())
    known = orders.filter(orders.customer_id.notnull()).left_join(refunded, "order_id")
    known = known.select("customer_id", "ordered_at", "net_amount", "discount_amount", "refund")
    pairs = people.select("campaign_id", "customer_id", "from_at", "until_at").join(
        known,
        [
            "customer_id",
            known.ordered_at >= people.from_at,
            known.ordered_at < people.until_at,
        ],
    )
    net = pairs.net_amount.sum() - pairs.refund.fill_null(0).sum()
    return pairs.group_by("campaign_id", "customer_id").aggregate(
        net_amount=net.cast("float64"), discount_amount=pairs.discount_amount.sum().cast("float64")
    )
