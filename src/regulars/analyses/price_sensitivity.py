"""Price sensitivity: by how much more or less is sold when a product's price changes.

Reads    orders, order_lines, products, prices, promotions, inventory, customers
Returns  one row per (category, product_id, by_value); product_id null is the category as a whole,
         by_value null all customers
         elasticity: % more pieces for 1% more price; drawn to the category's by how little is
         known of the product; _low, _high (95%) | own_elasticity of the product alone, its error
         own_weight 0-1 of the product's own | response: elastic, inelastic or unclear
         reason instead of an elasticity | what it rests on: pieces, days, weeks, prices
Figure   figures/price_sensitivity.py
Source   Poisson pseudo-maximum-likelihood with fixed effects (Santos Silva & Tenreyro 2006):
         stats/price_response; drawing together (DerSimonian & Laird 1986, Efron & Morris 1975):
         stats/partial_pooling.py
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.stats.price_response import asked
from regulars.stats.price_response.asked import Window
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

Array = npt.NDArray[Any]
Group = Literal["is_member", "gender", "city", "region", "income_band", "acquisition_channel"]
LEAST_PIECES, LEAST_DAYS = 50, 20  # sold in the window, before a product is looked at
LEAST_WEEKS = 3.0  # of equal weight in which the price varied
MOST_GROUPS = 8
TOO_FEW = "too few sales"
NO_VARIATION = "insufficient price variation"

RETURNS = Table(
    name="price_sensitivity",
    grain="(category, product or the category as a whole, group of customers or all)",
    key=("category", "product_id", "by_value"),
    columns=(
        Column("category", "text", "category of the product", "品类"),
        Column("product_id", "text", "product; null = the category", "商品编码", nullable=True),
        Column("product_name", "text", "its name", "商品名称", nullable=True),
        Column("by_value", "text", "group of customers; null = all", "客群", nullable=True),
        Column(
            "elasticity",
            "number",
            "% more pieces for 1% more price; drawn to the category's where little is known",
            "价格弹性",
            nullable=True,
        ),
        Column("elasticity_low", "number", "lower end of its 95% interval", "下限", nullable=True),
        Column("elasticity_high", "number", "upper end of it", "上限", nullable=True),
        Column(
            "response",
            "text",
            "elastic: surely below -1; inelastic: surely above; unclear: neither",
            "敏感类型",
            nullable=True,
        ),
        Column(
            "own_elasticity",
            "number",
            "of its own sales alone",
            "单品弹性（未合并）",
            nullable=True,
        ),
        Column("own_error", "number", "standard error of it", "单品标准误", nullable=True),
        Column(
            "own_weight",
            "number",
            "0-1: how much of its own is believed, the rest is the category's",
            "单品权重",
            nullable=True,
        ),
        Column("reason", "text", "why there is no elasticity", "无结果原因", nullable=True),
        Column(
            "product_count", "integer", "products with an elasticity of their own", "估计商品数"
        ),
        Column("piece_count", "number", "pieces sold in the window", "销量", unit="pieces"),
        Column("sold_day_count", "integer", "days with a sale", "有销售天数", unit="days"),
        Column(
            "price_week_count",
            "number",
            "weeks of equal weight in which the price varied",
            "价格变动周数",
            unit="weeks",
            nullable=True,
        ),
        Column("net_amount", "money", "paid for it in the window", "实付金额"),
    ),
)


def price_sensitivity(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    prices: ir.Table,
    promotions: ir.Table,
    inventory: ir.Table,
    customers: ir.Table,
    *,
    as_of: date,
    by: Group | None = None,
    weeks: int = 104,
    greatest_error: float = 1.0,
    store: str | None = None,
) -> Fit:
    """The elasticity of every product sold in the last ``weeks`` weeks.

    ``by``: also for each group of customers told apart by a fact of theirs (at most eight, the
    largest). ``greatest_error``: a standard error above it means insufficient price variation:
    with 1, the 95% interval is wider than -2 to +2 around the figure and cannot tell a product
    that ignores its price from one that lives by it. ``store``: within one store, for
    shops whose stores have prices of their own. Raises ParameterInvalid; making it,
    NothingToAnalyse.
    """
    check_whole("weeks", weeks, 8, 520)
    check_number("greatest_error", greatest_error, 0.01, 10)
    window = Window(as_of - timedelta(days=7 * weeks - 1), as_of)
    lines = asked.sold_lines(orders, order_lines, window, store)
    found = asked.product_rows(lines, products, LEAST_DAYS, LEAST_PIECES)
    numbers = asked.numbered(found)
    asks = {
        "found": found.order_by("product_id"),
        "days": asked.day_rows(lines, numbers),
        "offers": asked.offer_rows(promotions, numbers, window),
        "lists": asked.list_rows(prices, numbers, window),
        "outs": asked.out_rows(inventory, lines, numbers, window),
    }
    if by is not None:
        facts = customers.select("customer_id", group_name=customers[by].cast("string"))
        asks["groups"] = asked.group_rows(lines, numbers, facts)
    return Fit(asks, partial(_made, window=window, greatest_error=greatest_error))


@dataclass(frozen=True)
class _Products:
    """Those with enough sales, in the order of their numbers; and all that were sold."""

    found: pa.Table
    enough: Array
    categories: list[str]
    category: Array  # number of the category, by row of found


def _made(
    found: pa.Table,
    days: pa.Table,
    offers: pa.Table,
    lists: pa.Table,
    outs: pa.Table,
    groups: pa.Table | None = None,
    *,
    window: Window,
    greatest_error: float,
) -> Fitted:
    if not found.num_rows:
        raise NothingToAnalyse(
            f"Price sensitivity needs products with {LEAST_PIECES} pieces sold on {LEAST_DAYS} "
            f"days; nothing was sold from {window.since} to {window.last_on}."
        )
    from regulars.stats.price_response.demand import responses
    from regulars.stats.price_response.shelf import pieces_on, shelf_of

    shop = _products(found)
    columns: dict[str, list[Any]] = {column.name: [] for column in RETURNS.columns}
    model: dict[str, Any] = {}
    if not shop.enough.any():
        _add(columns, shop, None, {})
        return Fitted(arrow_rows(columns, RETURNS), {"reason": TOO_FEW})
    sales = asked.sales_of(days)
    shelf = shelf_of(sales, asked.known_of(offers, lists, outs), int(shop.enough.sum()))
    category = shop.category[shop.enough]
    for name, pieces in _groups(shelf, sales, groups, pieces_on):
        response = responses(shelf, pieces, category, window.day_count)
        judged = _judged(response, category, len(shop.categories), greatest_error)
        if name is None:
            model = _model(response, judged, window)
        _add(columns, shop, name, judged, None if name is None else _sums(shelf, pieces))
    return Fitted(arrow_rows(columns, RETURNS), model)


def _groups(
    shelf: Any, sales: Any, groups: pa.Table | None, pieces_on: Any
) -> Iterator[tuple[str | None, Array]]:
    """All customers, then each group that is large enough, with the pieces they bought."""
    from regulars.stats.price_response.shelf import Sales

    yield None, pieces_on(shelf, sales)
    if groups is None:
        return
    for name, rows in asked.group_pieces(groups, LEAST_PIECES, MOST_GROUPS).items():
        number, day, milli = (rows[key].to_numpy() for key in ("number", "day", "milli"))
        yield name, pieces_on(shelf, Sales(number, day, milli, day, day))


def _sums(shelf: Any, pieces: Array) -> tuple[Array, Array]:
    """Pieces and days with a sale, by product."""
    starts = shelf.starts[:-1]
    sold = np.add.reduceat(pieces.astype(np.float64), starts)
    return sold, np.add.reduceat((pieces > 0).astype(np.int64), starts)


def _products(found: pa.Table) -> _Products:
    names = [str(name) for name in found["category"].to_pylist()]
    categories = sorted(set(names))
    place = {name: number for number, name in enumerate(categories)}
    return _Products(
        found,
        found["is_enough"].to_numpy(zero_copy_only=False),
        categories,
        np.array([place[name] for name in names], dtype=np.int64),
    )


def _judged(
    response: Any, category: Array, category_count: int, greatest_error: float
) -> dict[str, Any]:
    """By product: the elasticity drawn to its category's where it can be told; by category too."""
    from regulars.stats.partial_pooling import pooled
    from regulars.stats.price_response.demand import STEEPEST

    own, error = response.elasticity, response.error
    is_told = (
        (error <= greatest_error)
        & (response.week_count >= LEAST_WEEKS)
        & (np.abs(np.nan_to_num(own, nan=99.0)) < STEEPEST)
    )
    judged: dict[str, Any] = {"is_told": is_told, "own": own, "error": error}
    judged["weeks"] = response.week_count
    if is_told.any():
        judged["pooled"] = pooled(own[is_told], error[is_told], category[is_told], category_count)
    return judged


def _add(
    columns: dict[str, list[Any]],
    shop: _Products,
    group: str | None,
    judged: dict[str, Any],
    sums: tuple[Array, Array] | None = None,
) -> None:
    """The rows of one group of customers: products, then categories. ``sums``: what they bought."""
    size = len(shop.category)
    full = {
        name: np.full(size, np.nan)
        for name in ("elasticity", "drawn_error", "own", "own_error", "weight", "weeks")
    }
    is_told = np.zeros(size, dtype=bool)
    pieces = shop.found["milli"].to_numpy() / 1000
    days = shop.found["sold_day_count"].to_numpy()
    if sums is not None:
        pieces, days = pieces.copy(), days.copy()
        pieces[:], days[:] = 0.0, 0
        pieces[shop.enough], days[shop.enough] = sums
    if judged:
        enough = np.flatnonzero(shop.enough)
        told = enough[judged["is_told"]]
        is_told[told] = True
        full["weeks"][enough] = judged["weeks"]
        full["own"][told] = judged["own"][judged["is_told"]]
        full["own_error"][told] = judged["error"][judged["is_told"]]
        if len(told):
            full["elasticity"][told] = judged["pooled"].estimates
            full["drawn_error"][told] = judged["pooled"].errors
            full["weight"][told] = judged["pooled"].weights
    is_few = ~shop.enough | (pieces < LEAST_PIECES)
    reason = np.where(is_told, "", np.where(is_few, TOO_FEW, NO_VARIATION))
    amounts = shop.found["amount"].to_pylist()
    rows = {
        "category": [shop.categories[number] for number in shop.category],
        "product_id": shop.found["product_id"].to_pylist(),
        "product_name": shop.found["product_name"].to_pylist(),
        "own_elasticity": full["own"],
        "own_error": full["own_error"],
        "own_weight": full["weight"],
        "product_count": is_told.astype(np.int64),
        "piece_count": pieces,
        "sold_day_count": days,
        "price_week_count": full["weeks"],
        "net_amount": amounts,
        **_interval(full["elasticity"], full["drawn_error"], reason),
    }
    _append(columns, rows, group, size)
    wholes = _category_rows(shop, judged, is_told, pieces, days, amounts)
    _append(columns, wholes, group, len(shop.categories))


def _category_rows(
    shop: _Products,
    judged: dict[str, Any],
    is_told: Array,
    pieces: Array,
    days: Array,
    amounts: list[Any],
) -> dict[str, Any]:
    count = len(shop.categories)
    told = np.bincount(shop.category[is_told], minlength=count)
    means, errors = np.full(count, np.nan), np.full(count, np.nan)
    if told.any():
        has = told > 0
        means[has], errors[has] = (
            judged["pooled"].group_means[has],
            judged["pooled"].group_errors[has],
        )
    enough = np.bincount(shop.category[shop.enough], minlength=count)
    reason = np.where(told > 0, "", np.where(enough > 0, NO_VARIATION, TOO_FEW))
    most_days = np.zeros(count, dtype=np.int64)
    np.maximum.at(most_days, shop.category, days)
    paid: list[Any] = [0] * count
    for number, amount in zip(shop.category, amounts, strict=True):
        paid[number] += amount
    nothing = [None] * count
    return {
        "category": shop.categories,
        **dict.fromkeys(("product_id", "product_name", "own_elasticity", "own_error"), nothing),
        **dict.fromkeys(("own_weight", "price_week_count"), nothing),
        "product_count": told,
        "piece_count": np.bincount(shop.category, pieces, count),
        "sold_day_count": most_days,
        "net_amount": paid,
        **_interval(means, errors, reason),
    }


def _interval(values: Array, errors: Array, reason: Array) -> dict[str, Any]:
    low, high = values - 1.96 * errors, values + 1.96 * errors
    response = np.where(high < -1, "elastic", np.where(low > -1, "inelastic", "unclear"))
    has = np.isfinite(values)
    return {
        "elasticity": values,
        "elasticity_low": low,
        "elasticity_high": high,
        "response": [text if known else None for text, known in zip(response, has, strict=True)],
        "reason": [text or None for text in reason.tolist()],
    }


def _append(
    columns: dict[str, list[Any]], rows: dict[str, Any], group: str | None, size: int
) -> None:
    for name, values in {**rows, "by_value": [group] * size}.items():
        columns[name].extend(values)


def _model(response: Any, judged: dict[str, Any], window: Window) -> dict[str, Any]:
    """What a model card says."""
    from regulars.tables.fit import deciles

    drawn = judged.get("pooled")
    told = {} if drawn is None else {
        "mean_elasticity": drawn.mean,
        "spread_within_categories": drawn.inside**0.5,
        "spread_between_categories": drawn.across**0.5,
    }  # fmt: skip
    return {
        "name": "Poisson pseudo-maximum-likelihood with fixed effects, partially pooled",
        "window": {"since": window.since, "until": window.last_on},
        "parameters": {
            "product_count": int(judged["is_told"].sum()),
            "dispersion": response.dispersion,
            "display_effect": response.effects.display,
            "rounds": response.effects.rounds,
            **told,
        },
        "scores": deciles([] if drawn is None else drawn.estimates),
    }


ANALYSIS = Analysis(
    title=Text("Price sensitivity", "价格敏感度"),
    question=Text(
        "By how much more or less is sold when a product's price changes?",
        "商品价格变动时，销量会随之增减多少？",
    ),
    reads=(
        "orders",
        "order_lines",
        "products",
        "prices",
        "promotions",
        "inventory",
        "customers",
    ),
    returns=RETURNS,
    compute=price_sensitivity,
    is_fitted=True,
)
