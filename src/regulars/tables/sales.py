"""What was bought, what came back, and which coupons were used."""

from regulars.tables.schema import Column, Table

ORDERS = Table(
    name="orders",
    grain="order",
    key=("order_id",),
    columns=(
        Column("order_id", "text", "the order or receipt number", "订单号"),
        Column("customer_id", "text", "buyer, where known", "顾客编号", nullable=True),
        Column("store_id", "text", "store or front", "门店编号", nullable=True),
        Column("channel", "text", "store, web, app, mini_program or marketplace", "渠道"),
        Column("ordered_at", "moment", "when it was placed", "下单时间"),
        Column("gross_amount", "money", "lines at unit price, before discounts", "原价金额"),
        Column("discount_amount", "money", "all discounts, as a positive amount", "优惠金额"),
        Column("net_amount", "money", "gross less discounts: what was paid for goods", "实付金额"),
        Column("shipping_amount", "money", "delivery charged", "运费", nullable=True),
        Column("tax_amount", "money", "tax charged", "税额", nullable=True),
        Column("campaign_id", "text", "campaign it is ascribed to", "活动编号", nullable=True),
        Column("coupon_codes", "texts", "coupons used", "优惠券", default="[]"),
    ),
)

ORDER_LINES = Table(
    name="order_lines",
    grain="(order, line)",
    key=("order_id", "line_no"),
    columns=(
        Column("order_id", "text", "the order", "订单号"),
        Column("line_no", "integer", "line within the order, from 1", "行号"),
        Column("product_id", "text", "product", "商品编码"),
        Column("quantity", "number", "pieces (or kg), above 0", "数量"),
        Column("unit_price", "money", "price of one before discounts", "单价"),
        Column("discount_amount", "money", "discounts on the line, positive", "优惠金额"),
        Column("net_amount", "money", "quantity x price less discounts", "实付金额"),
        Column("unit_cost", "money", "cost of one at that time", "成本", nullable=True),
        Column("batch_no", "text", "production batch", "批次", nullable=True),
    ),
)

RETURNS = Table(
    name="returns",
    grain="returned line",
    key=("return_id",),
    columns=(
        Column("return_id", "text", "the returned line", "退货单号"),
        Column("order_id", "text", "order it comes from, where known", "订单号", nullable=True),
        Column("line_no", "integer", "line it comes from, where known", "行号", nullable=True),
        Column("customer_id", "text", "who returned it", "顾客编号", nullable=True),
        Column("product_id", "text", "product", "商品编码"),
        Column("returned_at", "moment", "when", "退货时间"),
        Column("quantity", "number", "pieces returned, above 0", "数量"),
        Column("refund_amount", "money", "refunded, positive", "退款金额"),
        Column("reason", "text", "why, as the customer or clerk said", "退货原因", nullable=True),
        Column("batch_no", "text", "production batch", "批次", nullable=True),
    ),
)

ADJUSTMENTS = Table(
    name="adjustments",
    grain="amount on the books that is no sale and no return",
    key=("adjustment_id",),
    columns=(
        Column("adjustment_id", "text", "the entry", "调整编号"),
        Column("order_id", "text", "document it was found in", "订单号", nullable=True),
        Column("customer_id", "text", "customer, where known", "顾客编号", nullable=True),
        Column("adjusted_at", "moment", "when", "时间"),
        Column(
            "kind", "text", "bad_debt, fee, discount, sample, write_off, no_price or manual", "类型"
        ),
        Column("product_id", "text", "code on the row", "商品编码", nullable=True),
        Column("quantity", "number", "signed pieces", "数量", nullable=True),
        Column("amount", "money", "signed: + received, - given", "金额"),
        Column("note", "text", "what the row said", "备注", nullable=True),
    ),
)

COUPON_USES = Table(
    name="coupon_uses",
    grain="redemption",
    key=("coupon_code", "order_id"),
    columns=(
        Column("coupon_code", "text", "code redeemed", "券码"),
        Column("coupon_id", "text", "coupon it is an instance of", "券编号"),
        Column("customer_id", "text", "who redeemed it", "顾客编号", nullable=True),
        Column("order_id", "text", "order it was used on", "订单号"),
        Column("redeemed_at", "moment", "when", "核销时间"),
        Column("discount_amount", "money", "what it took off", "优惠金额"),
        Column("campaign_id", "text", "campaign that gave it", "活动编号", nullable=True),
    ),
)
