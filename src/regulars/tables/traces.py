"""What people did and what they said."""

from regulars.tables.schema import Column, Table

EVENTS = Table(
    name="events",
    grain="thing that a person did",
    key=("event_id",),
    columns=(
        Column("event_id", "text", "unique id given by the sender", "事件编号"),
        Column("customer_id", "text", "who, where known", "顾客编号", nullable=True),
        Column("anonymous_id", "text", "device or cookie", "匿名编号", nullable=True),
        Column("session_id", "text", "visit, where the sender names it", "会话编号", nullable=True),
        Column("event_name", "text", "Segment e-commerce name, or one of ours", "事件"),
        Column("occurred_at", "moment", "when it happened", "发生时间"),
        Column("received_at", "moment", "when it reached us", "接收时间"),
        Column("channel", "text", "web, app, store, pos, wifi, camera, service or social", "渠道"),
        Column("store_id", "text", "store", "门店编号", nullable=True),
        Column("product_id", "text", "product", "商品编码", nullable=True),
        Column("query", "text", "what was searched", "搜索词", nullable=True),
        Column("page", "text", "path or screen", "页面", nullable=True),
        Column("zone", "text", "zone within the store", "区域", nullable=True),
        Column("dwell_seconds", "number", "time spent", "停留", unit="s", nullable=True),
        Column("value_amount", "money", "money on the event", "金额", nullable=True),
        Column("campaign_id", "text", "campaign that led here", "活动编号", nullable=True),
        Column("properties", "json", "everything else the sender said", "属性", default="'{}'"),
    ),
)

EVENT_NAMES = (
    "Products Searched",
    "Product List Viewed",
    "Product Viewed",
    "Product Added",
    "Product Removed",
    "Cart Viewed",
    "Checkout Started",
    "Coupon Entered",
    "Coupon Applied",
    "Order Completed",
    "Order Refunded",
    "Product Reviewed",
    "Page Viewed",
    "Store Entered",
    "Zone Entered",
    "Zone Left",
    "Store Left",
    "Product Picked Up",
    "Service Contacted",
    "Post Liked",
    "Post Shared",
    "Post Commented",
    "Activity Joined",
)

FEEDBACK = Table(
    name="feedback",
    grain="thing that a person said",
    key=("feedback_id",),
    columns=(
        Column("feedback_id", "text", "the piece of feedback", "反馈编号"),
        Column("customer_id", "text", "who, where known", "顾客编号", nullable=True),
        Column("product_id", "text", "about which product", "商品编码", nullable=True),
        Column("order_id", "text", "about which order", "订单号", nullable=True),
        Column("batch_no", "text", "about which production batch", "批次", nullable=True),
        Column("store_id", "text", "about which store", "门店编号", nullable=True),
        Column("channel", "text", "review, survey, ticket, complaint or social", "渠道"),
        Column("rating", "integer", "stars, 1 to 5", "评分", nullable=True),
        Column("nps", "integer", "would recommend, 0 to 10", "推荐分", nullable=True),
        Column("text", "text", "what was said", "内容", nullable=True),
        Column("created_at", "moment", "when", "时间"),
        Column("language", "text", "zh, en ...", "语言", nullable=True),
    ),
)
