"""Numbers as people read them: currency signs, thousands separators, percentages, dates."""

from datetime import date
from decimal import Decimal

from regulars.tables.text import Text

Number = int | float | Decimal
SIGNS = {
    "CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "KRW": "₩", "INR": "₹",
    "HKD": "HK$", "TWD": "NT$", "SGD": "S$", "AUD": "A$", "CAD": "C$", "THB": "฿", "VND": "₫",
}  # fmt: skip
WEEKDAYS = (
    Text("Mon", "周一"),
    Text("Tue", "周二"),
    Text("Wed", "周三"),
    Text("Thu", "周四"),
    Text("Fri", "周五"),
    Text("Sat", "周六"),
    Text("Sun", "周日"),
)
NOTHING = Text("There is nothing to show yet.", "暂无可显示的内容。")
UNKNOWN = "–"
DIMENSIONS = {
    "store": Text("Stores", "门店"),
    "channel": Text("Channels", "渠道"),
    "category": Text("Categories", "品类"),
}
LEADING = Text("{dimension}: {name}", "{dimension}：{name}")
MEMBERS = {
    "unknown": Text("not stated", "未注明"),
    "not_on_lines": Text("not on order lines", "未计入订单明细"),
    "other": Text("other", "其他"),
    "store": Text("store", "门店"),
    "web": Text("web shop", "网店"),
    "app": Text("app", "App"),
    "mini_program": Text("mini program", "小程序"),
    "marketplace": Text("marketplace", "电商平台"),
    # where visits come from
    "direct": Text("direct", "直接访问"),
    "search": Text("search", "搜索"),
    "referral": Text("referral", "外部链接"),
    "social": Text("social", "社交媒体"),
    "organic": Text("organic", "自然流量"),
    "wechat": Text("WeChat", "微信"),
    "short_video": Text("short video", "短视频"),
    "email": Text("email", "邮件"),
    "sms": Text("SMS", "短信"),
    # categories that a source names with one English word
    "food": Text("food", "食品"),
    "home": Text("home", "家居"),
    "care": Text("care", "个护"),
    "baby": Text("baby", "母婴"),
    "pet": Text("pet", "宠物"),
    "appliances": Text("appliances", "家电"),
    "female": Text("female", "女"),
    "male": Text("male", "男"),
}

# standard events; what a sender calls otherwise keeps its name
EVENTS_ZH = {
    "Products Searched": "搜索", "Product List Viewed": "浏览列表", "Product Viewed": "查看商品",
    "Product Added": "加入购物车", "Product Removed": "移出购物车", "Cart Viewed": "查看购物车",
    "Checkout Started": "开始结算", "Coupon Entered": "输入优惠券", "Coupon Applied": "优惠券生效",
    "Order Completed": "完成订单", "Order Delivered": "订单送达", "Order Refunded": "订单退款",
    "Product Reviewed": "评价商品", "Page Viewed": "浏览页面", "Store Entered": "进店",
    "Zone Entered": "进入区域", "Zone Left": "离开区域", "Store Left": "离店",
    "Product Picked Up": "拿起商品", "Service Contacted": "联系客服", "Post Liked": "点赞",
    "Post Shared": "分享", "Post Commented": "评论", "Activity Joined": "参加活动",
    "Survey Answered": "填写问卷", "Ticket Opened": "提交工单", "Complaint Made": "投诉",
}  # fmt: skip
# properties of events; others keep their name
PROPERTIES: dict[str, Text] = {
    "session_id": Text("Session", "会话"),
    "order_id": Text("Order", "订单"),
    "channel": Text("Channel", "渠道"),
    "store_id": Text("Store", "门店"),
    "product_id": Text("Product", "商品"),
    "category": Text("Category", "品类"),
    "brand": Text("Brand", "品牌"),
    "purpose": Text("Purpose", "用途"),
    "query": Text("Search words", "搜索词"),
    "page": Text("Page", "页面"),
    "zone": Text("Zone of a store", "门店区域"),
    "dwell_seconds": Text("Seconds stayed", "停留秒数"),
    "value_amount": Text("Amount", "金额"),
    "campaign_id": Text("Campaign", "活动"),
    "coupon_id": Text("Coupon", "优惠券"),
    "source": Text("Source", "来源"),
    "results_count": Text("Results found", "搜索结果数"),
    "event_name": Text("Event", "事件"),
    "event_category": Text("Category of the event", "事件品类"),
    "price": Text("Price", "价格"),
    "quantity": Text("Quantity", "数量"),
    "total": Text("Total", "合计"),
    "rating": Text("Rating", "评分"),
    "topic": Text("Topic", "主题"),
    "delivery_days": Text("Days to deliver", "送达天数"),
    "promised_days": Text("Days promised", "承诺送达天数"),
    "value": Text("Value", "取值"),
}


def sign(currency: str) -> str:
    """The currency's sign, else its code and a space."""
    return SIGNS.get(currency, f"{currency} ")


def money(amount: Number | None, currency: str) -> str:
    """1234.5 CNY -> ¥1,235; under 100 with its cents; null -> –."""
    if amount is None:
        return UNKNOWN
    size = abs(float(amount))
    minus = "−" if amount < 0 else ""
    return f"{minus}{sign(currency)}{size:,.{0 if size >= 100 else 2}f}"


def count(number: Number | None) -> str:
    """12345 -> 12,345; fractions to one place."""
    if number is None:
        return UNKNOWN
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def rate(value: Number | None, digits: int = 1) -> str:
    """0.1234 -> 12.3%."""
    return UNKNOWN if value is None else f"{value:.{digits}%}".replace("-", "−")


POINTS = Text(" points", "个百分点")


def change(value: Number | None) -> str:
    """A relative change with its sign: +12.3%, −4.0%."""
    return UNKNOWN if value is None else f"{value:+.1%}".replace("-", "−")


def points(value: Number | None, language: str) -> str:
    """A difference of two rates with its sign: +1.2 points, −0.4个百分点."""
    if value is None:
        return UNKNOWN
    unit = POINTS.in_language(language)
    return f"{100 * value:+.1f}{unit}".replace("-", "−")


def amount_of(value: Number | None, unit: str, currency: str) -> str:
    """A figure in its unit: money, rate, count or number."""
    if unit == "money":
        return money(value, currency)
    return rate(value) if unit == "rate" else count(value)


def month(day: date) -> str:
    """2026-09."""
    return f"{day:%Y-%m}"


def span(started_on: date, ended_on: date) -> str:
    """The days of a period: one day as itself, more as first – last."""
    if started_on == ended_on:
        return started_on.isoformat()
    return f"{started_on.isoformat()} – {ended_on.isoformat()}"


def member(name: str, language: str) -> str:
    """A store, channel or category by name; the product's own words for what is unnamed."""
    return MEMBERS[name].in_language(language) if name in MEMBERS else name


def leading(dimension: str, name: str, language: str) -> str:
    """The member that leads a dimension, said with the dimension: Channels: web shop."""
    return LEADING.in_language(language).format(
        dimension=DIMENSIONS[dimension].in_language(language), name=member(name, language)
    )


def weekday(number: int, language: str) -> str:
    """1 -> Mon or 周一."""
    return WEEKDAYS[number - 1].in_language(language)


def event(name: str, language: str) -> str:
    """An event's name as the reader says it; one that is not standard stays as it is."""
    return EVENTS_ZH.get(name, name) if language.startswith("zh") else name


def property_name(name: str, language: str) -> str:
    """A property of events as the reader says it; one that is not known in its own words."""
    known = PROPERTIES.get(name)
    return known.in_language(language) if known else name.replace("_", " ")
