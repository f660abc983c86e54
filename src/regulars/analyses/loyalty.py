"""Loyalty: heavy or light spend against loyalty to brands, and the share of the wallet (estimate).

Reads    orders, order_lines, products, returns
         customers    birth_on, gender, region, is_member: who is alike
Returns  one row per customer_id with an order in the window
         net_amount less refunds | is_heavy | loyalty_score 0 = as by chance, 1 = always the same
         brand, drawn to the shop's where repeats are few | is_loyal, null without enough repeats
         loyalty_group_en, _zh: one of four, or not judged
         wallet_amount what a customer like this spends here at most (conditional 90th
         percentile) | share_of_wallet = net_amount / the larger of both, an ESTIMATE, with the
         shares at the 85th and 95th percentile as _high and _low
Figure   figures/loyalty.py
Source   heavy half: Twedt (1964) How important to marketing strategy is the "heavy user"?, J.
         Marketing 28(1), 71-72; loyalty: stats/brand_repeats.py; wallet as a conditional high
         quantile: Perlich, Rosset, Lawrence & Zadrozny (2007) High-quantile modeling for customer
         wallet estimation, KDD 2007, 977-985
"""

from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.stats.brand_repeats import brand_repeats
from regulars.stats.local_times import with_local_time
from regulars.stats.periods import until
from regulars.stats.wallet import FEWEST, wallet
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

GROUPS = (
    Text("Light, switching", "轻度·低忠诚"),
    Text("Light, loyal", "轻度·高忠诚"),
    Text("Heavy, switching", "重度·低忠诚"),
    Text("Heavy, loyal", "重度·高忠诚"),
    Text("Light, not judged", "轻度·暂不判断"),
    Text("Heavy, not judged", "重度·暂不判断"),
)

RETURNS = Table(
    name="loyalty",
    grain="customer with an order in the window",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("order_count", "integer", "orders in the window", "订单数", unit="orders"),
        Column("net_amount", "money", "paid in the window, less refunds", "净消费金额"),
        Column("is_heavy", "flag", "more than the shop's heavy_quantile", "重度消费"),
        Column(
            "repeat_count",
            "integer",
            "purchases for a need bought before",
            "复购次数",
            unit="purchases",
        ),
        Column(
            "brand_share",
            "number",
            "of each need's spend on their largest brand of it",
            "首选品牌占比",
            nullable=True,
        ),
        Column(
            "loyalty_score",
            "number",
            "0 = brands as by chance, 1 = always the same; drawn to the shop's mean",
            "品牌忠诚分",
            nullable=True,
        ),
        Column("loyalty_low", "number", "lower end of its 95% interval", "下限", nullable=True),
        Column("loyalty_high", "number", "upper end of it", "上限", nullable=True),
        Column(
            "is_loyal",
            "flag",
            "above the shop's mean; null with too few repeats",
            "高忠诚",
            nullable=True,
        ),
        Column(
            "loyalty_group_en", "text", "heavy or light, loyal or switching", "忠诚分组（英文）"
        ),
        Column("loyalty_group_zh", "text", "the same in Chinese", "忠诚分组"),
        Column(
            "wallet_amount",
            "money",
            "estimate: nine in ten customers alike spend less",
            "钱包规模（估计）",
            nullable=True,
        ),
        Column(
            "share_of_wallet",
            "number",
            "estimate: net amount / the larger of it and the wallet",
            "钱包份额（估计）",
            nullable=True,
        ),
        Column(
            "share_of_wallet_low",
            "number",
            "the estimate with the 95th percentile",
            "钱包份额下限",
            nullable=True,
        ),
        Column(
            "share_of_wallet_high",
            "number",
            "the estimate with the 85th percentile",
            "钱包份额上限",
            nullable=True,
        ),
    ),
)


def loyalty(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    customers: ir.Table,
    *,
    as_of: date,
    window_days: int = 365,
    heavy_quantile: float = 0.5,
    min_repeats: int = 5,
    seed: int = 1,
) -> Fit:
    """The group and the wallet of every customer, from the last ``window_days``.

    Heavy: more than the ``heavy_quantile`` of customers spend. Loyal: a score above the shop's
    mean, of those with ``min_repeats`` or more. The wallet needs 200 customers; with fewer it
    is null. Raises ParameterInvalid; NothingToAnalyse where nobody bought.
    """
    check_whole("window_days", window_days, 28, 3650)
    check_number("heavy_quantile", heavy_quantile, 0, 1)
    check_whole("min_repeats", min_repeats, 1, 1000)
    check_whole("seed", seed, 0)
    since = as_of - timedelta(days=window_days - 1)
    bought = _orders(orders, since, as_of)
    people = _spend(bought, returns, orders, since, as_of)
    people = people.left_join(brand_repeats(_lines(bought, order_lines, products)), "customer_id")
    people = people.drop("customer_id_right")
    people = _beside_facts(people, customers, as_of, since)

    def make(people: pa.Table) -> Fitted:
        return _made(people.sort_by("customer_id"), as_of, heavy_quantile, min_repeats, seed)

    return Fit({"people": people}, make)


def _orders(orders: ir.Table, since: date, as_of: date) -> ir.Table:
    return orders.filter(
        until(orders.ordered_at, as_of),
        orders.ordered_at >= ibis.literal(since),
        orders.customer_id.notnull(),
    )


def _spend(
    bought: ir.Table, returns: ir.Table, orders: ir.Table, since: date, as_of: date
) -> ir.Table:
    """One row per customer: orders, first day and net amount of the window."""
    days = with_local_time(bought.select("customer_id", "ordered_at", "net_amount"), "ordered_at")
    people = days.group_by("customer_id").aggregate(
        order_count=days.count(), first_on=days.local_on.min(), paid=days.net_amount.sum()
    )
    back = returns.filter(
        until(returns.returned_at, as_of), returns.returned_at >= ibis.literal(since)
    )
    back = back.left_join(orders.select("order_id", buyer_id="customer_id"), "order_id")
    back = back.mutate(returned_by=ibis.coalesce(back.customer_id, back.buyer_id))
    back = back.group_by("returned_by").aggregate(refunded=back.refund_amount.sum())
    people = people.left_join(back, people.customer_id == back.returned_by)
    return people.select(
        "customer_id", "order_count", "first_on",
        net_amount=people.paid - people.refunded.fill_null(0),
    )  # fmt: skip


def _lines(bought: ir.Table, order_lines: ir.Table, products: ir.Table) -> ir.Table:
    goods = products.select(
        "product_id",
        need=ibis.coalesce(products.purpose, products.category),
        brand=ibis.coalesce(products.brand, products.product_id),
    )
    lines = order_lines.select("order_id", "product_id", "net_amount")
    lines = lines.inner_join(bought.select("order_id", "customer_id"), "order_id")
    return lines.inner_join(goods, "product_id")


def _beside_facts(people: ir.Table, customers: ir.Table, as_of: date, since: date) -> ir.Table:
    """Who the customer is: what the wallet may depend on."""
    joined = customers.filter(customers.joined_at.isnull() | until(customers.joined_at, as_of))
    facts = joined.select("customer_id", "birth_on", "gender", "region", "is_member")
    rows = people.left_join(facts, "customer_id").drop("customer_id_right")
    today = ibis.literal(as_of)
    return rows.mutate(
        known_days=today.delta(ibis.greatest(rows.first_on, ibis.literal(since)), unit="day"),
        age_years=today.delta(rows.birth_on, unit="day") / 365.25,
        is_member=rows.is_member.fill_null(False).cast("int64"),
    )


def _made(people: pa.Table, as_of: date, cut: float, fewest: int, seed: int) -> Fitted:
    if not people.num_rows:
        raise NothingToAnalyse(
            f"Loyalty needs a customer with an order in the window; there is none up to "
            f"{as_of.isoformat()}."
        )
    columns: dict[str, Any] = {name: people[name] for name in ("customer_id", "order_count")}
    amount = people["net_amount"].cast(pa.float64()).to_numpy()
    heavy = amount > np.quantile(amount, cut)
    repeats = _numbers(people, "repeat_count").astype(np.int64)
    columns |= {
        "net_amount": people["net_amount"],
        "is_heavy": heavy,
        "repeat_count": repeats,
        "brand_share": people["brand_share"],
    }
    scores = _scores(people)
    judged = repeats >= fewest
    loyal = judged & (scores["loyalty_score"] > scores.pop("mean"))
    group = np.where(judged, 2 * heavy + loyal, 4 + heavy)
    columns |= {
        **{name: np.where(repeats > 0, score, np.nan) for name, score in scores.items()},
        "is_loyal": pa.array(loyal, mask=~judged),
        "loyalty_group_en": pa.array([text.en for text in GROUPS]).take(pa.array(group)),
        "loyalty_group_zh": pa.array([text.zh for text in GROUPS]).take(pa.array(group)),
    }
    found = wallet(people, amount, seed=seed)
    columns |= found.columns
    model = {
        "name": "conditional 85th, 90th and 95th percentile of spend (LightGBM)",
        "customer_count": people.num_rows,
        "measures": found.measures,
        "scores": deciles(found.columns["share_of_wallet"]),
    }
    if people.num_rows < FEWEST:
        model["reason"] = f"A wallet needs {FEWEST} customers; there are {people.num_rows}."
    return Fitted(arrow_rows(columns, RETURNS), model)


def _scores(people: pa.Table) -> dict[str, Any]:
    """Each customer's loyalty, drawn to the shop's by how little is known, and its interval."""
    excess, weight, room = (
        _numbers(people, name) / 1e6 for name in ("excess", "information", "chance_room")
    )
    known = weight > 0
    if not known.any():
        none = np.full(people.num_rows, np.nan)
        return {"loyalty_score": none, "loyalty_low": none, "loyalty_high": none, "mean": np.nan}
    w, own = weight[known], excess[known] / weight[known]
    mean = float(excess.sum() / weight.sum())
    # chance gives excess the variance of weight: within is 1 (DerSimonian & Laird 1986)
    between = (w * (own - mean) ** 2).sum() - (len(w) - 1)
    between = max(float(between / max(w.sum() - (w**2).sum() / w.sum(), 1e-12)), 0.0)
    trust = weight * between / (weight * between + 1)
    lean = mean + trust * (np.divide(excess, weight, out=np.zeros_like(excess), where=known) - mean)
    error = 1.96 * np.sqrt(between * (1 - trust))
    # one unit of lean, for the needs that the shop's customers have, as a share of the room
    unit = float(weight.sum() / max(room.sum(), 1e-12))
    return {
        "loyalty_score": np.clip(lean * unit, -1.0, 1.0),
        "loyalty_low": np.clip((lean - error) * unit, -1.0, 1.0),
        "loyalty_high": np.clip((lean + error) * unit, -1.0, 1.0),
        "mean": mean * unit,
    }


def _numbers(people: pa.Table, name: str) -> Any:
    values = people[name].to_numpy().astype(np.float64)
    return np.nan_to_num(values, nan=0.0)


TRAITS = (
    Trait(
        "loyalty_group_en",
        "text",
        Text("Spend and loyalty (English)", "消费与忠诚（英文）"),
        Text("heavy or light spend, loyal or switching brands", "消费轻重与品牌忠诚高低的四分组"),
    ),
    Trait(
        "loyalty_group_zh",
        "text",
        Text("Spend and loyalty", "消费与忠诚"),
        Text("heavy or light spend, loyal or switching brands", "消费轻重与品牌忠诚高低的四分组"),
    ),
    Trait(
        "loyalty_score",
        "number",
        Text("Brand loyalty", "品牌忠诚分"),
        Text(
            "0 = brands as by chance, 1 = always the same brand for a need (estimate)",
            "0 表示品牌选择与随机无异，1 表示同类商品总买同一品牌（估计值）",
        ),
    ),
    Trait(
        "loyalty_repeat_count",
        "integer",
        Text("Repeats judged for loyalty", "忠诚判断依据的复购次数"),
        Text("purchases for a need that was bought before", "为同一用途再次购买的次数"),
        unit="purchases",
        column="repeat_count",
    ),
    Trait(
        "share_of_wallet",
        "number",
        Text("Share of wallet (estimate)", "钱包份额（估计）"),
        Text(
            "spend here against what nine in ten customers alike stay below; an estimate",
            "本店消费相对相似顾客第 90 百分位的比例，仅为估计",
        ),
    ),
    Trait(
        "wallet_amount",
        "money",
        Text("Wallet (estimate)", "钱包规模（估计）"),
        Text(
            "what nine in ten customers alike stay below in a year; an estimate",
            "九成相似顾客一年消费不超过的金额，仅为估计",
        ),
    ),
)

ANALYSIS = Analysis(
    title=Text("Loyalty and share of wallet", "忠诚度与钱包份额"),
    question=Text(
        "Who spends much, who is loyal to brands, and what more could each spend here?",
        "谁消费多、谁忠于品牌，每位顾客还有多少消费潜力？",
    ),
    reads=("orders", "order_lines", "products", "returns", "customers"),
    returns=RETURNS,
    compute=loyalty,
    traits=TRAITS,
    is_fitted=True,
)
