"""Purchase habits: when, how often, where and what each customer buys, and when next is due.

Reads    orders       one row per order_id
         order_lines  one row per (order_id, line_no)
         products     one row per product_id
Returns  one row per customer_id with at least one order up to as_of
         preferred_hour_band, _weekday, _channel, _store_id; top_category (most order lines)
         mean_gap_days between days with orders | expected_gap_days, shrunk to the shop's
         expected_next_order_on | overdue_ratio = days since / expected gap
         frequency_class one_time, occasional or frequent
Figure   figures/purchase_habits.py
Source   shrinkage by credibility n / (n + k): Bühlmann (1967) Experience rating and
         credibility, ASTIN Bulletin 4(3), 199-207
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import until
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

HOUR_BANDS = ((0, 6), (6, 9), (9, 12), (12, 14), (14, 18), (18, 22), (22, 24))
WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
FEWEST_FREQUENT = 3

RETURNS = Table(
    name="purchase_habits",
    grain="customer with at least one order",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("order_count", "integer", "orders up to as_of", "订单数", unit="orders"),
        Column(
            "recent_order_count", "integer", "orders in the window", "近期订单数", unit="orders"
        ),
        Column("preferred_hour_band", "text", "hours of most orders, 18:00-22:00", "偏好时段"),
        Column("preferred_weekday", "integer", "1 = Monday ... 7 = Sunday", "偏好星期"),
        Column("preferred_channel", "text", "channel of most orders", "偏好渠道"),
        Column("preferred_store_id", "text", "store of most orders", "偏好门店", nullable=True),
        Column("top_category", "text", "category of most order lines", "最常购品类", nullable=True),
        Column("discount_share", "number", "discounts of gross amount", "折扣占比", nullable=True),
        Column("days_since_last_order", "integer", "to as_of", "距上次下单天数", unit="days"),
        Column(
            "mean_gap_days",
            "number",
            "mean days between days with orders; null with one such day",
            "平均购买间隔",
            unit="days",
            nullable=True,
        ),
        Column(
            "expected_gap_days",
            "number",
            "own mean gap, drawn to the shop's median where orders are few",
            "预期购买间隔",
            unit="days",
            nullable=True,
        ),
        Column(
            "expected_next_order_on", "day", "last order + that gap", "预计下次购买", nullable=True
        ),
        Column(
            "overdue_ratio",
            "number",
            "days since the last order / expected gap; above 1 is late",
            "超期倍数",
            nullable=True,
        ),
        Column("frequency_class", "text", "one_time, occasional or frequent", "购买频次类型"),
    ),
)


def purchase_habits(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    window_days: int = 365,
    frequent_order_count: int | None = None,
    frequent_quantile: float = 0.75,
    shrinkage_gaps: float = 2.0,
    category_level: int = 1,
) -> ir.Table:
    """The habits of every customer.

    one_time: a single order ever. frequent: at least ``frequent_order_count`` orders in the
    last ``window_days``; by default the ``frequent_quantile`` of those who ordered at least
    twice in it, and never under 3. occasional: the rest. ``shrinkage_gaps``: how many gaps
    the shop's median weighs against the customer's own. Equal counts go to the earlier
    hour or weekday; to the larger spend, then the first by name, elsewhere.
    Raises ParameterInvalid.
    """
    check_whole("window_days", window_days, 1, 3650)
    check_whole("category_level", category_level, 1, 9)
    check_number("frequent_quantile", frequent_quantile, 0, 1)
    check_number("shrinkage_gaps", shrinkage_gaps, 0, 1000)
    if frequent_order_count is not None:
        check_whole("frequent_order_count", frequent_order_count, 2)
    orders = orders.filter(until(orders.ordered_at, as_of), orders.customer_id.notnull())
    people = _counted(_days(orders), as_of, window_days)
    shop = _shop_habits(people, frequent_quantile)
    people = _expectations(people.cross_join(shop), as_of, shrinkage_gaps)
    people = _classed(people, frequent_order_count)
    bought = _categories(orders, order_lines, products, category_level)
    for rows, column, named in (
        (orders, "channel", "preferred_channel"),
        (orders, "store_id", "preferred_store_id"),
        (bought, "category", "top_category"),
    ):
        people = people.left_join(_favourite(rows, column, named), "customer_id")
        people = people.drop("customer_id_right")
    return shaped(people, RETURNS).order_by("customer_id")


def _days(orders: ir.Table) -> ir.Table:
    """One row per customer and day with orders: counts by hour band and by weekday."""
    hour = orders.ordered_at.hour()
    bands = {
        f"band_{first}": orders.count(where=(hour >= first) & (hour < end))
        for first, end in HOUR_BANDS
    }
    return orders.group_by("customer_id", ordered_on=orders.ordered_at.date()).aggregate(
        order_count=orders.count(),
        gross_amount=orders.gross_amount.sum(),
        discount_amount=orders.discount_amount.sum(),
        **bands,
    )


def _counted(days: ir.Table, as_of: date, window_days: int) -> ir.Table:
    """One row per customer: dates, counts, and the hour band and weekday of most orders."""
    opened_on = as_of - timedelta(days=window_days - 1)
    weekday = days.ordered_on.day_of_week.index() + 1
    bands = {f"band_{first}": days[f"band_{first}"].sum() for first, _ in HOUR_BANDS}
    weekdays = {f"weekday_{w}": days.order_count.sum(where=weekday == w) for w in WEEKDAYS}
    people = days.group_by("customer_id").aggregate(
        first_order_on=days.ordered_on.min(),
        last_order_on=days.ordered_on.max(),
        gap_count=days.count() - 1,
        order_count=days.order_count.sum(),
        recent_order_count=days.order_count.sum(where=days.ordered_on >= opened_on).fill_null(0),
        gross_amount=days.gross_amount.sum().cast("float64"),
        discount_amount=days.discount_amount.sum().cast("float64"),
        **bands,
        **weekdays,
    )
    span = people.last_order_on.delta(people.first_order_on, unit="day")
    return people.mutate(
        preferred_hour_band=_most(
            people, {f"band_{a}": f"{a:02d}:00-{b:02d}:00" for a, b in HOUR_BANDS}
        ),
        preferred_weekday=_most(people, {f"weekday_{w}": w for w in WEEKDAYS}),
        discount_share=people.discount_amount / people.gross_amount.nullif(0.0),
        mean_gap_days=span / people.gap_count.nullif(0),
    )


def _most(people: ir.Table, labels: dict[str, str] | dict[str, int]) -> ir.Value:
    """The label of the column with the greatest count; the first of equals."""
    counts = {name: people[name].fill_null(0) for name in labels}
    greatest = ibis.greatest(*counts.values())
    return ibis.cases(*((counts[name] == greatest, label) for name, label in labels.items()))


def _shop_habits(people: ir.Table, frequent_quantile: float) -> ir.Table:
    """The shop's own figures, one row: its median gap, and what counts as frequent in it."""
    recent = people.recent_order_count
    return people.aggregate(
        shop_gap_days=people.mean_gap_days.quantile(0.5),
        shop_frequent_count=recent.cast("float64").quantile(frequent_quantile, where=recent >= 2),
    )


def _expectations(people: ir.Table, as_of: date, shrinkage_gaps: float) -> ir.Table:
    weight = people.gap_count + shrinkage_gaps
    own = people.gap_count * people.mean_gap_days.fill_null(0.0)
    drawn = (own + shrinkage_gaps * people.shop_gap_days) / weight.nullif(0.0)
    # a shop where nobody ever came back has no gap to expect
    rows = people.mutate(
        expected_gap_days=drawn,
        days_since_last_order=ibis.literal(as_of).delta(people.last_order_on, unit="day"),
    )
    whole_days = rows.expected_gap_days.round().cast("int64")
    return rows.mutate(
        expected_next_order_on=rows.last_order_on + whole_days.as_interval("D"),
        overdue_ratio=rows.days_since_last_order / rows.expected_gap_days.nullif(0.0),
    )


def _classed(people: ir.Table, frequent_order_count: int | None) -> ir.Table:
    own = ibis.greatest(people.shop_frequent_count, FEWEST_FREQUENT).fill_null(FEWEST_FREQUENT)
    least = own if frequent_order_count is None else ibis.literal(frequent_order_count)
    return people.mutate(
        frequency_class=ibis.cases(
            (people.order_count == 1, "one_time"),
            (people.recent_order_count >= least, "frequent"),
            else_="occasional",
        )
    )


def _categories(
    orders: ir.Table, order_lines: ir.Table, products: ir.Table, level: int
) -> ir.Table:
    """One row per order line: whose it is, and the category."""
    path = products.category.split("/")[:level].join("/")
    lines = order_lines.select("order_id", "product_id", "net_amount")
    lines = lines.inner_join(orders.select("order_id", "customer_id"), "order_id")
    lines = lines.left_join(products.select("product_id", category=path), "product_id")
    return lines.select("customer_id", "category", "net_amount")


def _favourite(rows: ir.Table, column: str, named: str) -> ir.Table:
    """Per customer the value of most rows; then of most money; then the first by name."""
    rows = rows.filter(rows[column].notnull())
    counts = rows.group_by("customer_id", column).aggregate(
        row_count=rows.count(), net_amount=rows.net_amount.sum()
    )
    order = [counts.row_count.desc(), counts.net_amount.desc(), counts[column]]
    ranked = counts.mutate(
        place=ibis.row_number().over(ibis.window(group_by=counts.customer_id, order_by=order))
    )
    return ranked.filter(ranked.place == 0).select("customer_id", **{named: ranked[column]})


TRAITS = (
    Trait(
        "preferred_hour_band",
        "text",
        Text("Preferred hours", "偏好时段"),
        Text("hours of the day of most orders", "下单最多的时段"),
    ),
    Trait(
        "preferred_weekday",
        "integer",
        Text("Preferred weekday", "偏好星期"),
        Text("1 = Monday ... 7 = Sunday: day of most orders", "下单最多的星期，1 为周一，7 为周日"),
    ),
    Trait(
        "preferred_channel",
        "text",
        Text("Preferred channel", "偏好渠道"),
        Text("channel of most orders", "下单最多的渠道"),
    ),
    Trait(
        "preferred_store_id",
        "text",
        Text("Preferred store", "偏好门店"),
        Text("store of most orders", "下单最多的门店"),
    ),
    Trait(
        "top_category",
        "text",
        Text("Top category", "最常购品类"),
        Text("category of most order lines", "购买次数最多的品类（按订单明细）"),
    ),
    Trait(
        "discount_share",
        "number",
        Text("Discount share", "折扣占比"),
        Text(
            "discounts of the amount before discounts, 0 to 1", "优惠金额占原价金额的比例，0 到 1"
        ),
    ),
    Trait(
        "mean_gap_days",
        "number",
        Text("Mean gap", "平均购买间隔"),
        Text("mean days between days with orders", "两次购买日之间的平均天数"),
        unit="days",
    ),
    Trait(
        "expected_gap_days",
        "number",
        Text("Expected gap", "预期购买间隔"),
        Text(
            "own mean gap, drawn to the shop's median where orders are few",
            "本人平均间隔；订单少时向全店中位数靠拢",
        ),
        unit="days",
    ),
    Trait(
        "expected_next_order_on",
        "day",
        Text("Next order expected", "预计下次购买"),
        Text("last order plus the expected gap (estimate)", "最近下单日加预期间隔（估计值）"),
    ),
    Trait(
        "overdue_ratio",
        "number",
        Text("Overdue ratio", "超期倍数"),
        Text(
            "days since the last order / expected gap: above 1 is later than usual (estimate)",
            "距上次下单天数除以预期间隔，大于 1 表示比平时晚（估计值）",
        ),
    ),
    Trait(
        "frequency_class",
        "text",
        Text("Buyer type", "购买频次类型"),
        Text("one_time, occasional or frequent", "一次性、偶尔或高频"),
    ),
)

ANALYSIS = Analysis(
    title=Text("Purchase habits", "购买习惯"),
    question=Text(
        "When, how often, where and what does each customer buy?",
        "每位顾客在何时、多久一次、在哪里、购买什么？",
    ),
    reads=("orders", "order_lines", "products"),
    returns=RETURNS,
    compute=purchase_habits,
    traits=TRAITS,
)
