"""What the member programme did: points and tiers, as it tells the analyses."""

from regulars.tables.schema import Column, Table

POINTS_ENTRIES = Table(
    name="points_entries",
    grain="ledger entry",
    key=("entry_id",),
    columns=(
        Column("entry_id", "text", "the entry", "分录编号"),
        Column("customer_id", "text", "whose account", "顾客编号"),
        Column("entry_kind", "text", "earn, burn, expire, reverse_earn, adjust ...", "分录类型"),
        Column("points", "integer", "signed", "积分", unit="points"),
        Column("occurred_at", "moment", "when", "发生时间"),
        Column("order_id", "text", "order it belongs to", "订单号", nullable=True),
        Column("expires_at", "moment", "when what was earned lapses", "到期时间", nullable=True),
    ),
)

TIER_CHANGES = Table(
    name="tier_changes",
    grain="change",
    key=("customer_id", "changed_at"),
    columns=(
        Column("customer_id", "text", "member", "顾客编号"),
        Column("changed_at", "moment", "when", "变更时间"),
        Column("from_tier", "text", "tier before", "原等级", nullable=True),
        Column("to_tier", "text", "tier after", "新等级"),
        Column("cause", "text", "why", "原因"),
    ),
)
