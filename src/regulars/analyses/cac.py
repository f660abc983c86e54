"""Customer acquisition cost: what a new customer cost, by channel, campaign and month, against
what he brought and will bring, and after how many days the cost was back.

Reads    orders          one row per order_id
         order_lines     one row per (order_id, line_no): its cost, for the margin
         products        one row per product_id: its cost where the line has none
         returns         one row per return_id
         customers       one row per customer_id: what brought each
         marketing_costs one row per (channel, campaign_id, on_date)
         campaigns       one row per campaign_id: names, and fixed costs of those that brought
Returns  one row per (dimension, member_name): all, channel, campaign, cohort (month)
         new_customer_count | cost_amount | cac_amount; _low, _high: 95%
         brought_amount, expected_amount per new customer: so far, and within the horizon (MBG/NBD
         and Gamma-Gamma, as in clv) | clv_amount both | clv_to_cac | payback_days; payback
Figure   figures/cac.py
Source   Farris, Bendle, Pfeifer & Reibstein (2010) Marketing Metrics, 2nd ed., 5.2 (CAC against
         CLV). Payback: stats/payback.py (Nelson 2003); intervals: stats/event_counts.py
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.errors import NothingToAnalyse
from regulars.stats.acquisition import Costs, Counted, Group
from regulars.stats.buying.histories import Floats
from regulars.stats.buying.purchase_days import Buyers, Window, buyers, purchase_days
from regulars.stats.event_counts import poisson_intervals
from regulars.stats.payback import payback_day
from regulars.stats.periods import until as known_until
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.parameters import check_choice, check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

DIMENSIONS = ("all", "channel", "campaign", "cohort")
# what members' files and clerks call a channel that costs are booked under in English
SAME_CHANNEL = {
    "门店": "store", "实体店": "store", "线下": "store", "微信": "wechat", "小程序": "mini_program",
    "短视频": "short_video", "抖音": "short_video", "搜索": "search", "搜索引擎": "search",
    "转介绍": "referral", "老带新": "referral", "自然流量": "organic", "邮件": "email",
    "短信": "sms", "社交媒体": "social",
}  # fmt: skip

RETURNS = Table(
    name="cac",
    grain="dimension and its member",
    key=("dimension", "member_name"),
    columns=(
        Column("dimension", "text", "all, channel, campaign or cohort", "维度"),
        Column(
            "member_name",
            "text",
            "channel, campaign or month; null: none is stated",
            "成员",
            nullable=True,
        ),
        Column(
            "new_customer_count",
            "integer",
            "customers whose first order lies in the window",
            "新客数",
            unit="customers",
        ),
        Column(
            "cost_amount", "money", "spent in the window; null: no cost is known", "获客费用",
            nullable=True,
        ),
        Column(
            "cac_amount", "money", "cost per new customer", "获客成本（CAC）", nullable=True
        ),
        Column("cac_low", "money", "lower end of its 95% interval", "下限", nullable=True),
        Column("cac_high", "money", "upper end of it", "上限", nullable=True),
        Column("value_kind", "text", "what value is counted in: margin or net_amount", "价值口径"),
        Column(
            "brought_amount", "money", "value per new customer so far", "人均已贡献", nullable=True
        ),
        Column(
            "expected_amount",
            "money",
            "value expected per new customer within the horizon",
            "人均预期贡献",
            nullable=True,
        ),
        Column("clv_amount", "money", "brought and expected together", "人均 CLV", nullable=True),
        Column("clv_to_cac", "number", "of that, per money of cost", "CLV/CAC", nullable=True),
        Column(
            "payback_days",
            "integer",
            "days after the first order until the mean value reached the cost",
            "回本天数",
            unit="days",
            nullable=True,
        ),
        Column(
            "payback",
            "text",
            "reached, not_yet, no_cost, no_customers or not_stated (by which member)",
            "回本状态",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The options, the window's first day known."""

    window: Window
    as_of: date
    horizon_days: int
    value: str
    margin_rate: float | None


def cac(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    customers: ir.Table,
    marketing_costs: ir.Table,
    campaigns: ir.Table,
    *,
    as_of: date,
    since: date | None = None,
    until: date | None = None,
    horizon_days: int = 365,
    value: Literal["margin", "net_amount"] = "margin",
    margin_rate: float | None = None,
) -> Fit:
    """Costs and new customers of the days from ``since`` (the first with a cost) to ``until``
    (as_of), and their value up to as_of and ``horizon_days`` after it.

    New: the first order in the data lies in the window, so the data must begin well before it.
    ``value`` margin: the net amount times ``margin_rate``, or, left open, times what the lines
    with a known cost keep (shop-wide); where no cost is known, the net amount, and value_kind
    says so. A channel is written in one way before costs and customers are put together
    (微信 is wechat). A campaign's own fixed cost counts where it brought customers. Costs
    without customers and customers without costs have rows of their own. Raises
    ParameterInvalid; NothingToAnalyse where nothing was ever spent and nobody's source is known.
    """
    check_choice("value", value, ("margin", "net_amount"))
    check_whole("horizon_days", horizon_days, 1, 3650)
    if margin_rate is not None:
        check_number("margin_rate", margin_rate, 0, 1)
    window = Window.given(since, until, as_of)
    spent = marketing_costs.filter(known_until(marketing_costs.on_date, window.until))
    spent = spent.group_by("channel", "campaign_id", "on_date").aggregate(
        cost=spent.cost_amount.sum().cast("float64")
    )
    named = campaigns.select(
        "campaign_id",
        "campaign_name",
        started_on=campaigns.started_at.date(),
        cost=campaigns.cost_amount.cast("float64"),
    )
    days = purchase_days(orders, returns, as_of)
    people = buyers(days, Window(None, as_of)).left_join(_sources(customers), "customer_id")
    people = people.drop("customer_id_right").order_by("customer_id")

    def make(spent: pa.Table, campaigns: pa.Table) -> Fit:
        first = since or _first_day(spent, window.until)
        asks = {"people": people, "margin": _kept(orders, order_lines, products, as_of)}
        asks["bought"] = _bought(days, people, first, window.until)
        asked = Asked(Window(first, window.until), as_of, horizon_days, value, margin_rate)
        return Fit(asks, lambda **found: _compared(asked, spent, campaigns, **found))

    return Fit({"spent": spent, "campaigns": named.order_by("campaign_id")}, make)


def _first_day(spent: pa.Table, last_on: date) -> date:
    """The first day with a cost; NothingToAnalyse without one."""
    if not spent.num_rows:
        raise NothingToAnalyse(
            f"Nothing was spent on winning customers up to {last_on}: marketing_costs has no "
            "rows. Import what was spent by channel and day: regulars import FILE."
        )
    first: date = pc.min(spent["on_date"]).as_py()
    return first


def _sources(customers: ir.Table) -> ir.Table:
    """Per customer: channel and campaign that brought him, the channel written in one way."""
    given = customers.acquisition_channel.strip().lower()
    known = [(given == name, same) for name, same in SAME_CHANNEL.items()]
    return customers.select(
        "customer_id",
        channel=ibis.cases(*known, else_=given).nullif(""),
        campaign=customers.acquisition_campaign_id,
    )


def _bought(days: ir.Table, people: ir.Table, first: date, last: date) -> ir.Table:
    """What new customers brought by age: a row per (channel, campaign, cohort, day)."""
    new = people.filter(people.first_on >= ibis.literal(first), known_until(people.first_on, last))
    new = new.select("customer_id", "first_on", "channel", "campaign")
    rows = days.join(new, "customer_id")
    rows = rows.mutate(
        cohort=rows.first_on.strftime("%Y-%m"), day=rows.bought_on.delta(rows.first_on, unit="day")
    )
    return rows.group_by("channel", "campaign", "cohort", "day").aggregate(
        amount=rows.amount.sum().cast("float64")
    )


def _kept(orders: ir.Table, order_lines: ir.Table, products: ir.Table, as_of: date) -> ir.Table:
    """One row: what lines with a known cost were sold for, and what they cost."""
    dated = orders.filter(known_until(orders.ordered_at, as_of)).select("order_id")
    costs = products.select("product_id", product_cost="unit_cost")
    lines = order_lines.inner_join(dated, "order_id").left_join(costs, "product_id")
    cost = ibis.coalesce(lines.unit_cost, lines.product_cost).cast("float64") * lines.quantity
    cost = cost.cast("decimal(18, 4)")  # sums of floats differ with the order of the rows
    return lines.aggregate(
        sold=lines.net_amount.sum(where=cost.notnull()).cast("float64"),
        cost=cost.sum().cast("float64"),
    )


def _compared(
    asked: Asked,
    spent: pa.Table,
    campaigns: pa.Table,
    people: pa.Table,
    margin: pa.Table,
    bought: pa.Table,
) -> Fitted:
    """All dimensions' rows, and what the value rests on."""
    if not people.num_rows:
        raise NothingToAnalyse(f"There is no order of a known customer up to {asked.as_of}.")
    value_kind, rate = _value(asked, margin)
    worth, said = _worth(people, asked)
    costs = Costs.of(spent, campaigns, people, asked.window)
    is_new = _within(people["first_on"], asked.window)
    new = people.filter(pa.array(is_new))
    counted = Counted(new, worth[is_new] * rate, bought, rate, asked.as_of)
    rows = []
    for dimension in DIMENSIONS:
        by_member = counted.by(dimension)
        cost_of = costs.by(dimension)
        for member in sorted({*by_member, *cost_of}, key=lambda name: (name is None, name or "")):
            here = by_member.get(member, counted.nobody)
            rows.append(_row(dimension, member, cost_of.get(member), here, value_kind))
    columns = {c.name: [row[c.name] for row in rows] for c in RETURNS.columns}
    return Fitted(
        arrow_rows(columns, RETURNS),
        said | {
            "window": {"since": asked.window.since, "until": asked.window.until},
            "new_customer_count": new.num_rows,
            "value_kind": value_kind,
            "margin_rate": rate if value_kind == "margin" else None,
            "horizon_days": asked.horizon_days,
        },
    )  # fmt: skip


def _value(asked: Asked, margin: pa.Table) -> tuple[str, float]:
    """What value is counted in, and its share of the net amount."""
    if asked.value == "net_amount":
        return "net_amount", 1.0
    if asked.margin_rate is not None:
        return "margin", asked.margin_rate
    sold, cost = (margin[name][0].as_py() for name in ("sold", "cost"))
    return ("margin", 1 - cost / sold) if sold and cost is not None else ("net_amount", 1.0)


def _worth(people: pa.Table, asked: Asked) -> tuple[Floats, dict[str, Any]]:
    """Net spend expected of each customer within the horizon (NaN where nothing can be fitted)."""
    from regulars.stats.buying.valuing import ordering, spend

    known = Buyers.of(people, "day")
    try:
        orders = ordering("mbg_nbd", known, asked.as_of)
    except NothingToAnalyse as why:
        return np.full(people.num_rows, np.nan), {"reason": str(why)}
    amounts = spend(known)
    expected = orders.expected(float(asked.horizon_days))[known.number]
    return expected * amounts.per_order(known), orders.described() | {"spend": amounts.described()}


def _within(days: Any, window: Window) -> np.ndarray:
    """Which days lie in the window."""
    given = days.to_numpy().astype("datetime64[D]")
    return np.asarray(
        (given >= np.datetime64(window.since)) & (given <= np.datetime64(window.until))
    )


def _row(
    dimension: str, member: str | None, cost: float | None, here: Group, value_kind: str
) -> dict[str, Any]:
    """One row of the answer."""
    count = here.customer_count
    is_stated = member is not None or dimension == "all"
    cac = low = high = payback = None
    state = "no_cost" if cost is None else "no_customers"
    if not is_stated:
        state = "not_stated"
    elif cost is not None and count:
        fewest, most = (float(end) for end in poisson_intervals(count))
        cac, low, high = cost / count, cost / most, cost / fewest
        payback = payback_day(here.brought, here.watched, cac)
        state = "not_yet" if payback is None else "reached"
    so_far = here.brought_amount / count if count else None
    coming = here.expected_amount / count if count else None
    clv = None if so_far is None or coming is None else so_far + coming
    return {
        "dimension": dimension,
        "member_name": member,
        "new_customer_count": count,
        "cost_amount": _money(cost),
        "cac_amount": _money(cac),
        "cac_low": _money(low),
        "cac_high": _money(high),
        "value_kind": value_kind,
        "brought_amount": _money(so_far),
        "expected_amount": _money(coming),
        "clv_amount": _money(clv),
        "clv_to_cac": clv / cac if clv is not None and cac and np.isfinite(clv) else None,
        "payback_days": payback,
        "payback": state,
    }


def _money(value: float | None) -> Decimal | None:
    return None if value is None or not np.isfinite(value) else Decimal(repr(float(value)))


ANALYSIS = Analysis(
    title=Text("Acquisition cost", "获客成本"),
    question=Text(
        "What did each channel's customers cost, and when is the cost back?",
        "各渠道的新客成本是多少，多久能回本？",
    ),
    reads=(
        "orders", "order_lines", "products", "returns", "customers", "marketing_costs", "campaigns",
    ),
    returns=RETURNS,
    compute=cac,
    is_fitted=True,
)  # fmt: skip
