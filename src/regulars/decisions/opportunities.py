"""What a finder proposes: the result table opportunities, one row per (kind, customer)."""

from regulars.tables.schema import Column, Table

OPPORTUNITIES = Table(
    name="opportunities",
    grain="(kind, customer)",
    key=("kind", "customer_id"),
    columns=(
        Column("kind", "text", "the finder: win_back, second_order ...", "机会类型"),
        Column("customer_id", "text", "to whom", "顾客编号"),
        Column("why", "json", "the figures behind it, by name", "依据"),
        Column("recommended_on", "day", "when to act", "建议日期"),
        Column("expires_on", "day", "last day on which it makes sense", "失效日期"),
        Column("discount_share", "number", "offer that the expectation supposes, 0-1", "优惠力度"),
        Column(
            "response_baseline",
            "number",
            "chance of an order within the window without any message, 0-1",
            "自然购买率",
        ),
        Column(
            "expected_uplift", "number", "further chance of an order with the message", "预期提升"
        ),
        Column(
            "expected_incremental_margin_amount",
            "money",
            "expected margin more than without, less discount and message",
            "预期增量毛利",
        ),
        Column("expected_basis", "text", "measured or assumed", "预期依据"),
        Column("basis_detail", "json", "the campaigns measured, or the assumption", "依据说明"),
    ),
)
