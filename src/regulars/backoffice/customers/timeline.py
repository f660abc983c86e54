"""Everything that is known to have happened with one customer, as one lazy table in time."""

from collections.abc import Callable, Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from regulars.backoffice.scope import Scope

MONEY = dt.Decimal(18, 4)
COLUMNS: dict[str, dt.DataType] = {
    "happened_at": dt.Timestamp(timezone="UTC", scale=6),
    "kind": dt.string,
    "what": dt.string,  # the event's name, the points' kind, the new tier ...
    "reference": dt.string,  # order, campaign or coupon
    "channel": dt.string,
    "store_id": dt.string,
    "product_id": dt.string,
    "amount": MONEY,
    "number": dt.float64,  # rating, points or pieces
    "note": dt.string,
}


def timeline(scope: Scope, customer_id: str, kinds: Sequence[str] = ()) -> ir.Table:
    """One row per thing that happened, newest first; ``kinds`` (empty = all) of KINDS."""
    chosen = [KINDS[kind] for kind in kinds if kind in KINDS] or list(KINDS.values())
    parts = [part(scope, customer_id) for part in chosen]
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return rows.order_by(ibis.desc("happened_at"), "kind", "reference")


def _entries(rows: ir.Table, kind: str, **given: ir.Value) -> ir.Table:
    """The rows under the timeline's columns; what a kind does not have is null."""
    columns = {
        name: given[name].cast(type_) if name in given else ibis.null(type_)
        for name, type_ in COLUMNS.items()
    }
    columns["kind"] = ibis.literal(kind)
    return rows.select(**columns)


def _of(scope: Scope, table: str, customer_id: str) -> ir.Table:
    rows = scope[table]
    return rows.filter(rows.customer_id == customer_id)


def _orders(scope: Scope, customer_id: str) -> ir.Table:
    rows = _of(scope, "orders", customer_id)
    return _entries(
        rows,
        "order",
        happened_at=rows.ordered_at,
        reference=rows.order_id,
        channel=rows.channel,
        store_id=rows.store_id,
        amount=rows.net_amount,
    )


def _returns(scope: Scope, customer_id: str) -> ir.Table:
    orders = _of(scope, "orders", customer_id).select("order_id", buyer_id="customer_id")
    rows = scope["returns"].left_join(orders, "order_id").drop("order_id_right")
    rows = rows.filter(ibis.coalesce(rows.customer_id, rows.buyer_id) == customer_id)
    return _entries(
        rows,
        "return",
        happened_at=rows.returned_at,
        reference=rows.order_id,
        product_id=rows.product_id,
        amount=rows.refund_amount,
        number=rows.quantity,
        note=rows.reason,
    )


def _events(scope: Scope, customer_id: str) -> ir.Table:
    rows = _of(scope, "events", customer_id)
    return _entries(
        rows,
        "event",
        happened_at=rows.occurred_at,
        what=rows.event_name,
        channel=rows.channel,
        store_id=rows.store_id,
        product_id=rows.product_id,
        amount=rows.value_amount,
        note=ibis.coalesce(rows.query, rows.zone, rows.page),
    )


def _feedback(scope: Scope, customer_id: str) -> ir.Table:
    rows = _of(scope, "feedback", customer_id)
    return _entries(
        rows,
        "feedback",
        happened_at=rows.created_at,
        what=rows.channel,
        reference=rows.order_id,
        product_id=rows.product_id,
        number=ibis.coalesce(rows.rating, rows.nps),
        note=rows.text,
    )


def _messages(scope: Scope, customer_id: str) -> ir.Table:
    rows = _of(scope, "exposures", customer_id)
    state = ibis.cases(
        (rows.unsubscribed_at.notnull(), "unsubscribed"),
        (rows.clicked_at.notnull(), "clicked"),
        (rows.opened_at.notnull(), "opened"),
        (rows.delivered_at.notnull(), "delivered"),
        (rows.sent_at.notnull(), "sent"),
        (rows.arm == "holdout", "holdout"),
        else_="not sent",
    )
    return _entries(
        rows,
        "message",
        happened_at=ibis.coalesce(rows.sent_at, rows.assigned_at),
        what=state,
        reference=rows.campaign_id,
        channel=rows.channel,
        amount=rows.cost_amount,
        note=rows.not_sent_reason,
    )


def _points(scope: Scope, customer_id: str) -> ir.Table:
    rows = _of(scope, "points_entries", customer_id)
    return _entries(
        rows,
        "points",
        happened_at=rows.occurred_at,
        what=rows.entry_kind,
        reference=rows.order_id,
        number=rows.points,
    )


def _tiers(scope: Scope, customer_id: str) -> ir.Table:
    rows = _of(scope, "tier_changes", customer_id)
    return _entries(
        rows, "tier", happened_at=rows.changed_at, what=rows.to_tier, note=rows.from_tier
    )


def _coupons(scope: Scope, customer_id: str) -> ir.Table:
    rows = _of(scope, "coupon_uses", customer_id)
    return _entries(
        rows,
        "coupon",
        happened_at=rows.redeemed_at,
        what=rows.coupon_code,
        reference=rows.order_id,
        amount=rows.discount_amount,
    )


KINDS: dict[str, Callable[[Scope, str], ir.Table]] = {
    "order": _orders,
    "return": _returns,
    "event": _events,
    "feedback": _feedback,
    "message": _messages,
    "points": _points,
    "tier": _tiers,
    "coupon": _coupons,
}
