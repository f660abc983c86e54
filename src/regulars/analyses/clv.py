"""Customer lifetime value: who is still there, how often they will order, and for how much.

Reads    orders       one row per order_id
         returns      one row per return_id
Returns  one row per customer_id with a first order between since and until
         repeat_order_count | purchase_span, customer_age in the unit | is_one_time
         alive_probability; _low, _high: 95%, by what is not known of the parameters
         expected_order_count within the horizon; _low, _high: 95% of what can come
         expected_order_amount per coming order | expected_amount their product, discounted
         where asked for; _low, _high: 95% of what can come
         simple_clv_amount = average_order_value x simple_repurchase_rate x
         simple_lifetime_years: the rule of thumb, beside the models, no part of them
Figure   figures/clv.py
Source   stats/buying: Batislam, Denizel & Filiztekin (2007) MBG/NBD; Fader, Hardie & Lee
         (2005) BG/NBD; Schmittlein, Morrison & Colombo (1987) Pareto/NBD; Fader & Hardie
         (2013) Gamma-Gamma
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.stats.buying.purchase_days import DAYS, Buyers, Window, buyers, purchase_days
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_choice, check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

HELD_BACK_DAYS = 91  # that the model is tried on, where twice as much is known
YEAR = 365.0
MODEL_NAMES = ("mbg_nbd", "bg_nbd", "pareto_nbd")

RETURNS = Table(
    name="clv",
    grain="customer with a first order in the window",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("first_order_on", "day", "day of the first order", "首次下单日期"),
        Column("is_one_time", "flag", "ordered on one day only", "是否仅购一次"),
        Column(
            "repeat_order_count",
            "integer",
            "days with an order after the first",
            "复购次数",
            unit="orders",
        ),
        Column("purchase_span", "number", "first to last order, in the unit", "首末单间隔"),
        Column("customer_age", "number", "first order to until, in the unit", "顾客年龄"),
        Column("alive_probability", "number", "0-1, that the customer still buys here", "活跃概率"),
        Column("alive_low", "number", "lower end of its 95% interval", "活跃下限", nullable=True),
        Column("alive_high", "number", "upper end of it", "活跃上限", nullable=True),
        Column(
            "expected_order_count", "number", "orders expected within the horizon", "预期订单数"
        ),
        Column(
            "order_count_low",
            "number",
            "so few orders or more, with 97.5%",
            "订单数下限",
            nullable=True,
        ),
        Column(
            "order_count_high",
            "number",
            "so many orders or fewer, with 97.5%",
            "订单数上限",
            nullable=True,
        ),
        Column(
            "expected_order_amount",
            "money",
            "expected of each coming order, less refunds",
            "预期单笔金额",
            nullable=True,
        ),
        Column(
            "expected_amount",
            "money",
            "expected within the horizon, less refunds",
            "预期消费金额",
            nullable=True,
        ),
        Column("amount_low", "money", "so much or more, with 97.5%", "金额下限", nullable=True),
        Column("amount_high", "money", "so much or less, with 97.5%", "金额上限", nullable=True),
        Column("average_order_value", "money", "so far, less refunds", "客单价"),
        Column(
            "simple_repurchase_rate",
            "number",
            "simple: repeat orders per year of the customer's age, which counts as one at least",
            "复购率（简单法，次/年）",
        ),
        Column(
            "simple_lifetime_years",
            "number",
            "simple: the shop's mean years from first to last order of who came back",
            "生命周期（简单法，年）",
        ),
        Column(
            "simple_clv_amount",
            "money",
            "simple: order value x repurchase rate x lifetime",
            "简单 CLV（客单价×复购率×生命周期）",
        ),
    ),
)


@dataclass(frozen=True)
class Asked:
    """The options: horizon in units, discount as a continuous rate per unit."""

    model: str
    unit: str
    window: Window
    horizon: float
    discount: float


def clv(
    orders: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
    model: Literal["mbg_nbd", "bg_nbd", "pareto_nbd"] = "mbg_nbd",
    unit: Literal["day", "week"] = "day",
    since: date | None = None,
    until: date | None = None,
    horizon: int | None = None,
    discount_rate: float = 0.0,
) -> Fit:
    """What each customer will still bring after ``until`` (as_of), within ``horizon`` units (a
    year). Customers whose first order lies before ``since`` are left out.

    Orders of one day count as one. Money is net_amount less what was refunded on the same
    orders. ``discount_rate``: per year, what later money is worth less. The simple value:
    客单价 is the customer's own mean per order; 复购率 his repeat orders per year since the
    first, a shorter time counting as a year; 生命周期 the shop's mean time from first to last
    order among those who came back, so far. Who bought once has 0 there. Raises
    ParameterInvalid; NothingToAnalyse where fewer than 30 customers came back.
    """
    check_choice("model", model, MODEL_NAMES)
    check_choice("unit", unit, DAYS)
    window = Window.given(since, until, as_of)
    length = DAYS[unit]
    most = 3650 // length
    usual = round(YEAR / length)
    if horizon is not None:
        check_whole("horizon", horizon, 1, most)
    check_number("discount_rate", discount_rate, 0, 1)
    rate = math.log1p(discount_rate) * length / YEAR
    asked = Asked(model, unit, window, float(horizon or usual), rate)
    known = buyers(purchase_days(orders, returns, window.until), window)

    def make(customers: pa.Table) -> Fitted | Fit:
        found = _valued(customers, asked)
        cut = window.until - timedelta(days=HELD_BACK_DAYS)
        oldest: date = pc.min(found.rows["first_order_on"]).as_py()
        if oldest > cut - timedelta(days=HELD_BACK_DAYS):
            return found
        days = purchase_days(orders, returns, window.until, cut)
        if window.since is not None and window.since > cut:
            return found
        return Fit(
            {"earlier": buyers(days, window, cut)}, lambda earlier: _tried(found, earlier, asked)
        )

    return Fit({"customers": known}, make)


def _valued(customers: pa.Table, asked: Asked) -> Fitted:
    """The answer, its model not yet tried on held-back days."""
    from regulars.stats.buying.valuing import ordering, spend

    people = Buyers.of(customers, asked.unit)
    orders = ordering(asked.model, people, asked.window.until)
    amounts = spend(people)
    number = people.number
    expected = orders.expected(asked.horizon)
    counts = orders.counts(asked.horizon)
    low, high = orders.alive_interval()
    worth = amounts.per_order(people)
    discounted = orders.discounted(asked.horizon, asked.discount)
    ends = amounts.interval(people, counts)
    # the same money later: both ends shrink as the mean does
    shrunk = np.divide(discounted, expected, out=np.ones_like(expected), where=expected > 0)
    is_told = 1.0 if orders.is_bounded else np.nan
    columns = {
        "customer_id": people.rows["customer_id"],
        "first_order_on": people.rows["first_on"],
        "is_one_time": people.repeat_count == 0,
        "repeat_order_count": people.repeat_count.astype(np.int64),
        "purchase_span": people.known.purchase_span[number],
        "customer_age": people.known.customer_age[number],
        "alive_probability": orders.alive()[number],
        "alive_low": low[number],
        "alive_high": high[number],
        "expected_order_count": expected[number],
        "order_count_low": (counts.quantiles[0] * is_told)[number],
        "order_count_high": (counts.quantiles[1] * is_told)[number],
        "expected_order_amount": worth,
        "expected_amount": discounted[number] * worth,
        "amount_low": ends[0] * shrunk[number] * is_told,
        "amount_high": ends[1] * shrunk[number] * is_told,
        **_simple(people, asked.unit),
    }
    scored = columns["expected_amount" if amounts.is_known else "expected_order_count"]
    said = orders.described() | {
        "window": {"since": asked.window.since, "until": asked.window.until},
        "unit": asked.unit,
        "horizon": asked.horizon,
        "one_time_customer_count": int((people.repeat_count == 0).sum()),
        "spend": amounts.described(),
        "money": "net_amount of orders, less what was refunded on them",
        "simple_lifetime_years": float(columns["simple_lifetime_years"][0]),
        "scores": deciles(scored),
    }
    if asked.model == "bg_nbd":
        said["one_time_remark"] = (
            "BG/NBD takes whoever ordered once as alive for certain; MBG/NBD does not."
        )
    return Fitted(arrow_rows(columns, RETURNS), said)


def _simple(people: Buyers, unit: str) -> dict[str, Any]:
    """The rule of thumb, by customer."""
    x = people.repeat_count
    years = people.known.customer_age[people.number] * DAYS[unit] / YEAR
    spans = people.known.purchase_span[people.number][x > 0] * DAYS[unit] / YEAR
    lifetime = np.full(len(x), spans.mean() if len(spans) else 0.0)
    order_value = people.column("total_amount") / people.column("order_count")
    rate = x / np.maximum(years, 1.0)
    return {
        "average_order_value": order_value,
        "simple_repurchase_rate": rate,
        "simple_lifetime_years": lifetime,
        "simple_clv_amount": order_value * rate * lifetime,
    }


def _tried(found: Fitted, earlier: pa.Table, asked: Asked) -> Fitted:
    """The same answer; its model says what one fitted on less made of the held-back days."""
    from regulars.stats.buying.held_back import held_back
    from regulars.stats.buying.valuing import FEWEST_REPEATERS, ordering, spend

    people = Buyers.of(earlier, asked.unit)
    if people.repeater_count < FEWEST_REPEATERS:
        return found
    cut = asked.window.until - timedelta(days=HELD_BACK_DAYS)
    orders = ordering(asked.model, people, cut)
    kept = held_back(orders, spend(people), HELD_BACK_DAYS / DAYS[asked.unit])
    days = {"since": cut + timedelta(days=1), "until": asked.window.until}
    said = {
        "held_back": days | {"row_count": len(people.number)},
        "measures": kept.measures(),
    }
    return Fitted(found.rows, {**found.model, **said})


_PROBABILITY = Text(
    "that the customer still buys here (MBG/NBD)", "顾客仍会在本店购买的概率（MBG/NBD）"
)
TRAITS = (
    Trait("alive_probability", "number", Text("Still a customer", "活跃概率"), _PROBABILITY),
    Trait(
        "alive_probability_low",
        "number",
        Text("Still a customer, at least", "活跃概率下限"),
        Text("lower end of its 95% interval", "活跃概率 95% 区间的下限"),
        column="alive_low",
    ),
    Trait(
        "alive_probability_high",
        "number",
        Text("Still a customer, at most", "活跃概率上限"),
        Text("upper end of its 95% interval", "活跃概率 95% 区间的上限"),
        column="alive_high",
    ),
    Trait(
        "clv_order_count",
        "number",
        Text("Orders expected", "预期订单数"),
        Text("within the next year", "未来一年的预期订单数"),
        unit="orders",
        column="expected_order_count",
    ),
    Trait(
        "clv_order_count_high",
        "number",
        Text("Orders expected, at most", "预期订单数上限"),
        Text("no more within the next year, with 97.5%", "未来一年不超过该数（97.5% 把握）"),
        unit="orders",
        column="order_count_high",
    ),
    Trait(
        "clv_amount",
        "money",
        Text("Lifetime value", "客户生命周期价值"),
        Text("spend expected within the next year, less refunds", "未来一年的预期净消费"),
        column="expected_amount",
    ),
    Trait(
        "clv_amount_low",
        "money",
        Text("Lifetime value, at least", "生命周期价值下限"),
        Text(
            "so much or more within the next year, with 97.5%", "未来一年不低于该数（97.5% 把握）"
        ),
        column="amount_low",
    ),
    Trait(
        "clv_amount_high",
        "money",
        Text("Lifetime value, at most", "生命周期价值上限"),
        Text(
            "so much or less within the next year, with 97.5%", "未来一年不超过该数（97.5% 把握）"
        ),
        column="amount_high",
    ),
    Trait(
        "simple_clv_amount",
        "money",
        Text("Lifetime value, simple", "简单 CLV"),
        Text(
            "order value x repeat orders per year x the shop's mean lifetime",
            "客单价 × 复购率 × 生命周期",
        ),
    ),
)

ANALYSIS = Analysis(
    title=Text("Customer lifetime value", "客户生命周期价值"),
    question=Text(
        "Who is still a customer, and what will each still bring?",
        "谁还会回来，未来还能带来多少？",
    ),
    reads=("orders", "returns"),
    returns=RETURNS,
    compute=clv,
    traits=TRAITS,
    is_fitted=True,
)
