"""What the canonical tables are called on a page."""

from regulars.backoffice.charts import language
from regulars.tables.text import Text

TABLE_LABELS: dict[str, Text] = {
    "customers": Text("Customers", "顾客"),
    "identifiers": Text("Identifiers", "顾客标识"),
    "products": Text("Products", "商品"),
    "stores": Text("Stores", "门店"),
    "orders": Text("Orders", "订单"),
    "order_lines": Text("Order lines", "订单明细"),
    "returns": Text("Returns", "退货"),
    "adjustments": Text("Adjustments", "账目调整"),
    "events": Text("Events", "行为事件"),
    "feedback": Text("Feedback", "评价与反馈"),
    "campaigns": Text("Campaigns", "活动"),
    "exposures": Text("Exposures", "活动触达"),
    "promotions": Text("Promotions", "促销"),
    "coupon_uses": Text("Coupon uses", "用券记录"),
    "points_entries": Text("Points entries", "积分流水"),
    "tier_changes": Text("Tier changes", "等级变动"),
    "inventory": Text("Inventory", "库存"),
    "prices": Text("Prices", "价格"),
    "competitor_prices": Text("Competitor prices", "竞品价格"),
    "signals": Text("Signals", "外部信号"),
    "marketing_costs": Text("Marketing costs", "营销费用"),
}


def table_label(name: str) -> str:
    """The table's label in the reader's language; its name where there is none."""
    label = TABLE_LABELS.get(name)
    return label.in_language(language()) if label else name
