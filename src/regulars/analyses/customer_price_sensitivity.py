"""Customers' price sensitivity: who buys at offers more than what the shelves had explains.

Reads    orders, order_lines, products
Returns  one row per customer_id with a judged purchase: a line of an order without a coupon
         judged_count | offer_count, _share bought below the regular price | expected_offer_share
         of all who bought the same categories in the same weeks
         extra_elasticity: by how much more (above 0) or less demand answers price than the shop's
         average buyer's, in units of elasticity; _low, _high (95%); drawn to 0 where it is unsure
         price_sensitivity_score 0-1: how sure it is that it is above 0; 0.5 = nothing known
         price_sensitivity: sensitive, average or insensitive (sure by 80%), else not_sure
Figure   figures/customer_price_sensitivity.py
Source   exponential tilt: purchases among the prices of a category's week are those of the
         average buyer times exp(extra x depth), the score and information of which are sums over
         purchases (Cox & Hinkley 1974, Theoretical Statistics, section 4.8); spread of customers
         by moments, as in Efron & Morris (1975), J. American Statistical Association 70, 311-319
"""

from datetime import date, timedelta
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.stats.periods import until
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

Array = npt.NDArray[Any]
CLASSES = ("insensitive", "average", "sensitive", "not_sure")
MILLIONTH = 1_000_000
LEAST_DEPTH = 0.03  # below the regular price, in logarithms, for a line to count as at an offer
NEAR = 0.25  # of an elasticity: surely nearer to the average than that is average

RETURNS = Table(
    name="customer_price_sensitivity",
    grain="customer with a judged purchase",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column(
            "judged_count", "integer", "lines bought without a coupon", "可判断购买数", unit="lines"
        ),
        Column(
            "offer_count",
            "integer",
            "of them below the regular price",
            "优惠价购买数",
            unit="lines",
        ),
        Column("offer_share", "number", "of the judged lines", "优惠价购买占比"),
        Column(
            "expected_offer_share",
            "number",
            "of all who bought the same categories in the same weeks",
            "同期同类预期占比",
        ),
        Column(
            "extra_elasticity",
            "number",
            "how much more demand answers price than the average buyer's; drawn to 0",
            "额外价格弹性",
        ),
        Column("extra_elasticity_low", "number", "lower end of its 95% interval", "下限"),
        Column("extra_elasticity_high", "number", "upper end of it", "上限"),
        Column(
            "price_sensitivity_score",
            "number",
            "0-1: how sure it is that the customer is more sensitive than average",
            "价格敏感得分",
        ),
        Column(
            "price_sensitivity",
            "text",
            "sensitive, average, insensitive or not_sure",
            "价格敏感类型",
        ),
    ),
)


def customer_price_sensitivity(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    weeks: int = 104,
    sureness: float = 0.8,
) -> Fit:
    """Every customer against those who bought the same categories in the same weeks.

    ``sureness``: how sure it must be that a customer is on one side of the average to be called
    sensitive or insensitive; as sure that the difference is below a quarter of an elasticity
    to be called average. Raises ParameterInvalid; making it, NothingToAnalyse.
    """
    check_whole("weeks", weeks, 8, 520)
    check_number("sureness", sureness, 0.5, 1)
    since = as_of - timedelta(days=7 * weeks - 1)
    lines = _judged_lines(orders, order_lines, products, since, as_of)
    return Fit(
        {"customers": _scores(lines)}, partial(_made, since=since, as_of=as_of, sureness=sureness)
    )


def _judged_lines(
    orders: ir.Table, order_lines: ir.Table, products: ir.Table, since: date, as_of: date
) -> ir.Table:
    """Lines without a coupon: category, week, and how far below the regular price (1e-4)."""
    placed = orders.filter(
        until(orders.ordered_at, as_of),
        orders.ordered_at >= ibis.literal(since),
        orders.coupon_codes.length() == 0,
    )
    day = placed.ordered_at.date().delta(ibis.literal(since), unit="day")
    placed = placed.select("order_id", "customer_id", week=day // 7)
    lines = order_lines.filter(
        order_lines.quantity > 0, order_lines.net_amount > 0, order_lines.unit_price > 0
    )
    lines = lines.inner_join(placed, "order_id").left_join(products, "product_id")
    full = (lines.unit_price * lines.quantity).cast("float64")
    depth = (full / lines.net_amount.cast("float64")).ln()
    return lines.select(
        "customer_id",
        "week",
        category=ibis.coalesce(lines.category, ibis.literal("unknown")),
        depth=ibis.greatest((depth * 10_000).round().cast("int64"), 0),
    )


def _scores(lines: ir.Table) -> ir.Table:
    """Per customer: lines, those at offers, what was to be expected, score and information.

    Sums are of whole numbers (millionths), so that they are the same in whatever order.
    """
    is_offer = (lines.depth >= LEAST_DEPTH * 10_000).cast("int64")
    cell = lines.group_by("category", "week").aggregate(
        size=lines.count(),
        total=lines.depth.sum(),
        squares=(lines.depth * lines.depth).sum(),
        offers=is_offer.sum(),
    )
    mean = cell.total / cell.size / 10_000
    cell = cell.select(
        "category",
        "week",
        cell_mean=mean,
        cell_variance=ibis.greatest(cell.squares / cell.size / 1e8 - mean * mean, 0.0),
        cell_offers=cell.offers / cell.size,
    )
    known = lines.filter(lines.customer_id.notnull()).inner_join(cell, ["category", "week"])

    def whole(value: ir.NumericValue) -> ir.IntegerValue:
        return (value * MILLIONTH).round().cast("int64").sum()

    return (
        known.group_by("customer_id")
        .aggregate(
            judged=known.count(),
            offers=(known.depth >= LEAST_DEPTH * 10_000).cast("int64").sum(),
            expected=whole(known.cell_offers),
            score=whole(known.depth / 10_000 - known.cell_mean),
            information=whole(known.cell_variance),
        )
        .order_by("customer_id")
    )


def _made(customers: pa.Table, *, since: date, as_of: date, sureness: float) -> Fitted:
    if not customers.num_rows:
        raise NothingToAnalyse(
            "Customers' price sensitivity needs purchases of known customers without a coupon; "
            f"there are none from {since} to {as_of}."
        )
    from scipy.stats import norm

    judged = customers["judged"].to_numpy()
    score, information, expected = (
        customers[name].to_numpy() / MILLIONTH for name in ("score", "information", "expected")
    )
    spread = _spread(score, information)
    mean, error = posterior(score, information, spread)
    above = norm.cdf(mean / np.maximum(error, 1e-12)) if spread > 0 else np.full(len(mean), 0.5)
    near = norm.cdf((NEAR - mean) / np.maximum(error, 1e-12)) - norm.cdf(
        (-NEAR - mean) / np.maximum(error, 1e-12)
    )
    kind = np.where(above >= sureness, 2, np.where(above <= 1 - sureness, 0, 3))
    kind = (
        np.where((kind == 3) & (near >= sureness), 1, kind) if spread > 0 else np.full(len(mean), 3)
    )
    offers = customers["offers"].to_numpy()
    columns = {
        "customer_id": customers["customer_id"],
        "judged_count": judged,
        "offer_count": offers,
        "offer_share": offers / judged,
        "expected_offer_share": expected / judged,
        "extra_elasticity": mean,
        "extra_elasticity_low": mean - 1.96 * error,
        "extra_elasticity_high": mean + 1.96 * error,
        "price_sensitivity_score": above,
        "price_sensitivity": pa.array(CLASSES).take(pa.array(kind, pa.int64())),
    }
    model = {
        "name": "exponential tilt, drawn to the average buyer",
        "customer_count": len(judged),
        "window": {"since": since, "until": as_of},
        "parameters": {"spread_of_customers": spread, "judged_count": int(judged.sum())},
        "scores": deciles(above),
    }
    return Fitted(arrow_rows(columns, RETURNS), model)


def _spread(score: Array, information: Array) -> float:
    """How customers' elasticities differ (standard deviation), from how far their scores do.

    Of a customer, E[score^2] = information + information^2 spread^2.
    """
    weight = float((information**2).sum())
    extra = float((score**2 - information).sum())
    return max(extra / weight, 0.0) ** 0.5 if weight > 0 else 0.0


def posterior(score: Array, information: Array, spread: float) -> tuple[Array, Array]:
    """Mean and error of each customer's extra elasticity, drawn to 0."""
    if spread <= 0:
        return np.zeros(len(score)), np.zeros(len(score))
    precision = information + 1 / spread**2
    return score / precision, precision**-0.5


ANALYSIS = Analysis(
    title=Text("Customers' price sensitivity", "顾客价格敏感度"),
    question=Text(
        "Who buys at offers more, or less, than what was on offer explains?",
        "谁比同期同类的其他顾客更常（或更少）按优惠价购买？",
    ),
    reads=("orders", "order_lines", "products"),
    returns=RETURNS,
    compute=customer_price_sensitivity,
    is_fitted=True,
    traits=(
        Trait(
            "price_sensitivity",
            "text",
            Text("Price sensitivity", "价格敏感类型"),
            Text(
                "sensitive, average or insensitive against buyers of the same goods in the same "
                "weeks, where it is sure by 80%; else not_sure",
                "与同期同类商品的其他买家相比：敏感、一般或不敏感（八成把握以上），否则为不确定",
            ),
        ),
        Trait(
            "price_sensitivity_score",
            "number",
            Text("Price sensitivity score", "价格敏感得分"),
            Text(
                "0-1: how sure it is that the customer answers prices more than the average buyer; "
                "0.5 = nothing known",
                "0–1：该顾客比平均买家更看重价格的把握；0.5 表示无从判断",
            ),
        ),
        Trait(
            "offer_purchase_share",
            "number",
            Text("Bought at offers", "优惠价购买占比"),
            Text(
                "share of the lines bought without a coupon that were below the regular price",
                "未使用优惠券的购买中，低于原价的占比",
            ),
            column="offer_share",
        ),
        Trait(
            "price_judged_count",
            "integer",
            Text("Purchases judged for price sensitivity", "价格敏感度依据的购买数"),
            Text("lines bought without a coupon", "未使用优惠券的购买明细数"),
            unit="lines",
            column="judged_count",
        ),
    ),
)
