"""RFM: how recently, how often and for how much each customer bought, scored and grouped.

Reads    orders       one row per order_id
         returns      one row per return_id
Returns  one row per customer_id with at least one order up to as_of
         days_since_last_order int | order_count int | net_amount money less refunds
         recency_score, frequency_score, monetary_score 1..score_count (high is good)
         group_zh, group_en: both namings, by the rules of rfm_groups.toml
Figure   figures/rfm.py
Source   Hughes (1994) Strategic Database Marketing, for the three measures and quintiles;
         Miglautsch (2000) Thoughts on RFM scoring, J. Database Marketing 8(1), for mean and
         fixed cuts; the groups' sources stand in rfm_groups.toml
"""

from collections.abc import Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.errors import ParameterInvalid
from regulars.stats.group_rules import GroupRule, first_match, read_rules
from regulars.stats.periods import until
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.parameters import check_choice, check_whole, rising_numbers
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

RULES_FILE = "rfm_groups.toml"
RULE_VALUES = {
    "chinese": ("is_recent", "is_frequent", "is_high_spending"),
    "english": ("recency", "frequency", "monetary", "value"),
}
MEASURES = ("days_since_last_order", "order_count", "net_amount")

RETURNS = Table(
    name="rfm",
    grain="customer with at least one order",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("first_order_on", "day", "day of the first order", "首次下单日期"),
        Column("last_order_on", "day", "day of the last order", "最近下单日期"),
        Column(
            "days_since_last_order",
            "integer",
            "days from it to as_of",
            "距上次下单天数",
            unit="days",
        ),
        Column("order_count", "integer", "orders up to as_of", "订单数", unit="orders"),
        Column("refund_amount", "money", "refunded up to as_of", "退款金额"),
        Column("net_amount", "money", "paid for goods, less refunds", "净消费金额"),
        Column("average_order_value", "money", "paid per order, before refunds", "客单价"),
        Column("recency_score", "integer", "1 = longest ago, highest = just now", "近度得分"),
        Column("frequency_score", "integer", "1 = fewest orders", "频度得分"),
        Column("monetary_score", "integer", "1 = least money", "额度得分"),
        Column("is_recent", "flag", "fewer days than the shop's mean (or median)", "近期购买"),
        Column("is_frequent", "flag", "more orders than the shop's mean (or median)", "高频购买"),
        Column(
            "is_high_spending", "flag", "more money than the shop's mean (or median)", "高额消费"
        ),
        Column("group_zh", "text", "one of the eight Chinese groups", "RFM 分组（八类）"),
        Column("group_en", "text", "one of the eleven English groups", "RFM 分组（十一类）"),
    ),
)


def rfm(
    orders: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
    cuts: Literal["quantile", "mean", "fixed"] = "quantile",
    score_count: int = 5,
    days_edges: Sequence[float] | str = (30, 60, 120, 240),
    order_count_edges: Sequence[float] | str = (1, 2, 4, 8),
    net_amount_edges: Sequence[float] | str = (100, 300, 1000, 3000),
    high_cut: Literal["mean", "median"] = "mean",
    group_rules: str | None = None,
) -> ir.Table:
    """Score and group every customer.

    ``cuts``: 'quantile' cuts each measure into ``score_count`` equal parts (equal values
    share a score, so parts can be unequal); 'mean' gives 2 above and 1 up to the mean;
    'fixed' cuts at the ``..._edges``, score_count - 1 rising numbers each: a value up to
    the first edge is in the first part. ``high_cut`` decides the flags behind the Chinese
    groups. ``group_rules`` is the path of a file in the shape of rfm_groups.toml.
    Raises ParameterInvalid.
    """
    check_choice("cuts", cuts, ("quantile", "mean", "fixed"))
    check_choice("high_cut", high_cut, ("mean", "median"))
    check_whole("score_count", score_count, 2, 10)
    rules = _group_rules(group_rules)
    customers = _measures(orders, returns, as_of)
    if cuts == "fixed":
        given = (days_edges, order_count_edges, net_amount_edges)
        names = ("days_edges", "order_count_edges", "net_amount_edges")
        edges = [rising_numbers(n, v, score_count - 1) for n, v in zip(names, given, strict=True)]
        scored = _with_summary(customers, score_count, high_cut)
        scored = _scored(scored, {m: list(e) for m, e in zip(MEASURES, edges, strict=True)})
    elif cuts == "mean":
        score_count = 2
        scored = _with_summary(customers, score_count, high_cut)
        scored = _scored(scored, {m: [scored[f"mean_{m}"]] for m in MEASURES})
    else:
        scored = _with_summary(customers, score_count, high_cut)
        parts = range(score_count - 1)
        scored = _scored(scored, {m: [scored[f"edges_{m}"][i] for i in parts] for m in MEASURES})
    return shaped(_grouped(scored, rules, score_count), RETURNS).order_by("customer_id")


def _measures(orders: ir.Table, returns: ir.Table, as_of: date) -> ir.Table:
    """One row per customer: dates, counts and money up to as_of."""
    orders = orders.filter(until(orders.ordered_at, as_of), orders.customer_id.notnull())
    bought = orders.group_by("customer_id").aggregate(
        first_order_on=orders.ordered_at.min().date(),
        last_order_on=orders.ordered_at.max().date(),
        order_count=orders.count(),
        paid_amount=orders.net_amount.sum(),
    )
    returns = returns.filter(until(returns.returned_at, as_of))
    buyer = orders.select("order_id", buyer_id="customer_id")
    returns = returns.left_join(buyer, "order_id")
    returns = returns.mutate(returned_by=ibis.coalesce(returns.customer_id, returns.buyer_id))
    refunded = returns.group_by("returned_by").aggregate(refunded=returns.refund_amount.sum())
    rows = bought.left_join(refunded, bought.customer_id == refunded.returned_by)
    rows = rows.mutate(refund_amount=rows.refunded.fill_null(0))
    return rows.mutate(
        days_since_last_order=ibis.literal(as_of).delta(rows.last_order_on, unit="day"),
        net_amount=rows.paid_amount - rows.refund_amount,
        average_order_value=rows.paid_amount / rows.order_count,
    )


def _with_summary(customers: ir.Table, score_count: int, high_cut: str) -> ir.Table:
    """Every customer beside the shop's own cuts: one row of figures, joined to all."""
    points = [part / score_count for part in range(1, score_count)]
    figures: dict[str, ir.Value] = {}
    for measure in MEASURES:
        values = customers[measure].cast("float64")
        figures[f"edges_{measure}"] = values.quantile(points)
        figures[f"mean_{measure}"] = values.mean()
        figures[f"high_{measure}"] = values.mean() if high_cut == "mean" else values.quantile(0.5)
    return customers.cross_join(customers.aggregate(**figures))


def _scored(rows: ir.Table, edges: dict[str, list[ir.NumericValue] | list[float]]) -> ir.Table:
    """The three scores: 1 plus how many edges a value lies above; for days, the other way."""
    above = {
        measure: sum((rows[measure] > edge).cast("int64") for edge in edges[measure])
        for measure in MEASURES
    }
    return rows.mutate(
        recency_score=len(edges[MEASURES[0]]) + 1 - above["days_since_last_order"],
        frequency_score=1 + above["order_count"],
        monetary_score=1 + above["net_amount"],
        is_recent=rows.days_since_last_order <= rows.high_days_since_last_order,
        is_frequent=rows.order_count > rows.high_order_count,
        is_high_spending=rows.net_amount > rows.high_net_amount,
    )


def _grouped(rows: ir.Table, rules: dict[str, tuple[GroupRule, ...]], score_count: int) -> ir.Table:
    """Both namings; scores stretched onto 1 to 5 for the English rules."""
    stretch = 4 / (score_count - 1)
    scores = {
        name: 1 + (rows[f"{name}_score"] - 1) * stretch
        for name in ("recency", "frequency", "monetary")
    }
    scores["value"] = (scores["frequency"] + scores["monetary"]) / 2
    flags = {name: rows[name] for name in RULE_VALUES["chinese"]}
    return rows.mutate(
        group_zh=first_match(rules["chinese"], flags),
        group_en=first_match(rules["english"], scores),
    )


def _group_rules(path: str | None) -> dict[str, tuple[GroupRule, ...]]:
    if path is None:
        text = resources.files(__package__).joinpath(RULES_FILE).read_text(encoding="utf-8")
        return read_rules(text, RULES_FILE, RULE_VALUES)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ParameterInvalid(
            f"Parameter group_rules: {path} cannot be read as UTF-8 text. "
            f"Give the path of a file in the shape of {RULES_FILE}."
        ) from None
    return read_rules(text, path, RULE_VALUES)


TRAITS = (
    Trait(
        "rfm_group_zh",
        "text",
        Text("RFM group (eight)", "RFM 分组（八类）"),
        Text(
            "recency, frequency and money each against the shop's mean",
            "近度、频度、额度与全店均值比较得出的八类",
        ),
        column="group_zh",
    ),
    Trait(
        "rfm_group_en",
        "text",
        Text("RFM group (eleven)", "RFM 分组（十一类）"),
        Text("from the three scores, best to lost", "由三项得分得出，从最佳到流失共十一类"),
        column="group_en",
    ),
    Trait(
        "recency_score",
        "integer",
        Text("Recency score", "近度得分"),
        Text("high = bought lately", "越高表示越近期购买"),
    ),
    Trait(
        "frequency_score",
        "integer",
        Text("Frequency score", "频度得分"),
        Text("high = many orders", "越高表示订单越多"),
    ),
    Trait(
        "monetary_score",
        "integer",
        Text("Monetary score", "额度得分"),
        Text("high = much money", "越高表示消费越多"),
    ),
    Trait(
        "days_since_last_order",
        "integer",
        Text("Days since last order", "距上次下单天数"),
        Text("days from the last order to the day of the analysis", "从最近一次下单到分析日的天数"),
        unit="days",
    ),
    Trait(
        "order_count",
        "integer",
        Text("Orders", "订单数"),
        Text("orders so far", "累计订单数"),
        unit="orders",
    ),
    Trait(
        "total_net_amount",
        "money",
        Text("Total spend", "累计净消费"),
        Text("paid for goods so far, less refunds", "累计实付金额减去退款"),
        column="net_amount",
    ),
    Trait(
        "total_refund_amount",
        "money",
        Text("Total refunds", "累计退款"),
        Text("refunded so far", "累计退款金额"),
        column="refund_amount",
    ),
    Trait(
        "average_order_value",
        "money",
        Text("Average order value", "客单价"),
        Text("paid per order, before refunds", "平均每单实付金额（退款前）"),
    ),
    Trait(
        "first_order_on",
        "day",
        Text("First order", "首次下单"),
        Text("day of the first order", "首次下单的日期"),
    ),
    Trait(
        "last_order_on",
        "day",
        Text("Last order", "最近下单"),
        Text("day of the last order", "最近一次下单的日期"),
    ),
)

ANALYSIS = Analysis(
    title=Text("RFM", "RFM 客户分层"),
    question=Text(
        "Who is worth what, how recently and how often did they buy?",
        "每位顾客最近何时购买、多久购买一次、消费多少？",
    ),
    reads=("orders", "returns"),
    returns=RETURNS,
    compute=rfm,
    traits=TRAITS,
)
