"""Category audience: who buys a category mainly, each trait against the shop.

Reads    orders, order_lines, products
         customers    gender, birth_on, city, region, income_band, occupation,
                      acquisition_channel, is_member
Returns  one row per (category, fact, level)
         customer_count, known_count: the category's mainly-buyers at that level, and with the
         fact known | category_share, shop_share 0-1 of those whose fact is known
         index = 100 x category_share / shop_share, _low, _high (95%)
         p_value (exact, hypergeometric, two-sided), q_value over all levels of the category
         (Benjamini-Hochberg), is_significant at 5%
Figure   figures/category_audience.py
Source   index against the shop: the index number of market research, 100 = average; interval:
         Wilson's, for a sample of a finite population; Benjamini & Hochberg (1995), J. Royal
         Statistical Society B 57, 289-300
"""

import itertools
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.errors import NothingToAnalyse, among
from regulars.stats.finite_index import index_against_whole
from regulars.stats.periods import until
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

FACTS = ("gender", "age_band", "city", "region", "income_band", "occupation",
         "acquisition_channel", "is_member", "main_channel", "spend_third")  # fmt: skip
AGE_EDGES = (18, 25, 35, 45, 55, 65)
HALF = 0.5
MOST_LEVELS = 30

RETURNS = Table(
    name="category_audience",
    grain="(category, fact, level)",
    key=("category", "fact", "level"),
    columns=(
        Column("category", "text", "the category", "品类"),
        Column("fact", "text", "what is known of the customers", "特征"),
        Column("level", "text", "its value", "取值"),
        Column("buyer_count", "integer", "who buy the category mainly", "主力顾客数"),
        Column("customer_count", "integer", "of these at the level", "该取值顾客数"),
        Column("known_count", "integer", "of these with the fact known", "特征已知顾客数"),
        Column("shop_count", "integer", "the shop's customers at the level", "全店该取值顾客数"),
        Column("category_share", "number", "of those with the fact known", "品类占比"),
        Column("shop_share", "number", "the same in the whole shop", "全店占比"),
        Column("index", "number", "100 x the one / the other", "指数"),
        Column("index_low", "number", "lower end of its 95% interval", "下限"),
        Column("index_high", "number", "upper end of it", "上限"),
        Column("p_value", "number", "exact, two-sided", "p 值"),
        Column("q_value", "number", "over all levels of the category", "q 值"),
        Column("is_significant", "flag", "q_value below 5%", "是否显著"),
    ),
)


def category_audience(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    customers: ir.Table,
    *,
    as_of: date,
    category: str | None = None,
    category_level: int = 1,
    window_days: int = 365,
    times: float = 2.0,
    min_purchases: int = 2,
    top: int = 8,
) -> Fit:
    """Who buys each category mainly, against all customers of the window.

    Mainly: ``min_purchases`` order lines or more in it, and of the customer's spend at least
    ``times`` the share that the category has of the shop's, or half. ``category`` is a path or
    its beginning ('food/dairy'); by default the ``top`` categories of ``category_level`` by
    spend. Age bands by the age at as_of. Raises ParameterInvalid, NothingToAnalyse.
    """
    check_whole("category_level", category_level, 1, 9)
    check_whole("window_days", window_days, 1, 3650)
    check_number("times", times, 1, 1000)
    check_whole("min_purchases", min_purchases, 1, 1000)
    check_whole("top", top, 1, 100)
    since = as_of - timedelta(days=window_days - 1)
    bought = orders.filter(
        until(orders.ordered_at, as_of),
        orders.ordered_at >= ibis.literal(since),
        orders.customer_id.notnull(),
    )
    level = category_level if category is None else len(category.strip("/").split("/"))
    spent = _spent(bought, order_lines, products, level)
    wanted = None if category is None else category.strip("/")
    facts = _facts(customers, bought, as_of)
    counts = _counts(_mainly(spent, wanted, times, min_purchases, top), facts)

    def make(counts: pa.Table, names: pa.Table) -> Fitted:
        existing = [str(name) for name in names["category"].to_pylist()]
        if not existing:
            raise NothingToAnalyse(
                f"An audience needs customers who bought; there are none with a product from "
                f"{since.isoformat()} to {as_of.isoformat()}."
            )
        if wanted is not None and wanted not in existing:
            raise NothingToAnalyse(
                f"Nobody bought category '{wanted}' up to {as_of.isoformat()}. "
                f"{among(wanted, existing, 'Categories')}"
            )
        return Fitted(_rows(counts))

    return Fit({"counts": counts, "names": spent.select("category").distinct()}, make)


def _spent(bought: ir.Table, order_lines: ir.Table, products: ir.Table, level: int) -> ir.Table:
    """One row per customer and category: lines and spend."""
    path = products.category.split("/")[:level].join("/")
    lines = order_lines.select("order_id", "product_id", "net_amount")
    lines = lines.inner_join(bought.select("order_id", "customer_id"), "order_id")
    lines = lines.inner_join(products.select("product_id", category=path), "product_id")
    return lines.group_by("customer_id", "category").aggregate(
        line_count=lines.count(), net_amount=ibis.greatest(lines.net_amount.sum(), 0)
    )


def _mainly(spent: ir.Table, wanted: str | None, times: float, fewest: int, top: int) -> ir.Table:
    """One row per customer and category that they buy mainly; and category null for everyone."""
    shop = spent.group_by("category").aggregate(category_amount=spent.net_amount.sum())
    shop = shop.mutate(
        shop_share=shop.category_amount.cast("float64")
        / shop.category_amount.sum().over(ibis.window()).cast("float64").nullif(0.0),
        place=ibis.row_number().over(
            ibis.window(order_by=[shop.category_amount.desc(), shop.category])
        ),
    )
    shop = shop.filter(shop.place < top if wanted is None else shop.category == wanted)
    whole = spent.group_by("customer_id").aggregate(
        whole_amount=spent.net_amount.sum(), whole_count=spent.line_count.sum()
    )
    rows = spent.inner_join(shop.select("category", "shop_share"), "category")
    rows = rows.inner_join(whole, "customer_id")
    share = rows.net_amount.cast("float64") / rows.whole_amount.cast("float64").nullif(0.0)
    least = ibis.least(times * rows.shop_share, HALF)
    mainly = rows.filter(rows.line_count >= fewest, share >= least)
    everyone = whole.filter(whole.whole_count >= fewest)
    return mainly.select("customer_id", "category").union(
        everyone.select("customer_id", category=ibis.null("string"))
    )


def _facts(customers: ir.Table, bought: ir.Table, as_of: date) -> ir.Table:
    """One row per customer with an order: every fact as text, null where it is not known."""
    people = _by_main_channel(bought)
    third = ibis.ntile(3).over(ibis.window(order_by=[people.net_amount, people.customer_id]))
    people = people.mutate(spend_third=(third + 1).cast("string"))
    known = customers.filter(customers.joined_at.isnull() | until(customers.joined_at, as_of))
    age = _age(known.birth_on, as_of)
    bands = [(age < AGE_EDGES[0], f"0-{AGE_EDGES[0] - 1}")]
    bands += [((age < high), f"{low}-{high - 1}") for low, high in itertools.pairwise(AGE_EDGES)]
    known = known.mutate(
        age_band=ibis.cases((age.isnull(), ibis.null("string")), *bands, else_=f"{AGE_EDGES[-1]}+"),
        is_member=ibis.ifelse(known.is_member, "yes", "no"),
    )
    own = [name for name in FACTS if name not in ("main_channel", "spend_third")]
    rows = people.left_join(known.select("customer_id", *own), "customer_id")
    return rows.select("customer_id", *FACTS)


def _by_main_channel(bought: ir.Table) -> ir.Table:
    """One row per customer: net_amount, and the channel of most orders, the first of equals."""
    counts = bought.group_by("customer_id", "channel").aggregate(
        order_count=bought.count(), net_amount=bought.net_amount.sum()
    )
    own = ibis.window(group_by=counts.customer_id)
    most = ibis.window(
        group_by=counts.customer_id, order_by=[counts.order_count.desc(), counts.channel]
    )
    rows = counts.mutate(
        net_amount=counts.net_amount.sum().over(own), place=ibis.row_number().over(most)
    )
    return rows.filter(rows.place == 0).select(
        "customer_id", "net_amount", main_channel=rows.channel
    )


def _age(birth_on: ir.DateValue, as_of: date) -> ir.IntegerValue:
    """Whole years on the day."""
    had = (birth_on.month() * 100 + birth_on.day()) <= as_of.month * 100 + as_of.day
    return as_of.year - birth_on.year() - ibis.ifelse(had, 0, 1)


def _counts(mainly: ir.Table, facts: ir.Table) -> ir.Table:
    """Customers by category (null = shop), fact and level (null = not known)."""
    rows = mainly.inner_join(facts, "customer_id")
    named = ibis.array(
        [ibis.struct({"fact": ibis.literal(name), "level": rows[name]}) for name in FACTS]
    )
    long = rows.select("category", one=named.unnest())
    long = long.select("category", fact=long.one["fact"], level=long.one["level"])
    return long.group_by("category", "fact", "level").aggregate(customer_count=long.count())


def _rows(counts: pa.Table) -> pa.Table:
    """The declared rows, levels by how many of the shop's customers they hold."""
    found: dict[tuple[str | None, str], dict[str, int]] = {}
    buyers: dict[str | None, int] = {}
    for row in counts.to_pylist():
        if row["fact"] == FACTS[0]:
            buyers[row["category"]] = buyers.get(row["category"], 0) + row["customer_count"]
        if row["level"] is not None:
            levels = found.setdefault((row["category"], row["fact"]), {})
            levels[row["level"]] = row["customer_count"]
    rows: list[dict[str, Any]] = []
    for category in sorted(name for name in buyers if name is not None):
        rows += _of_category(category, buyers[category], found)
    columns = {name: [row[name] for row in rows] for name in RETURNS.column_names}
    return arrow_rows(columns, RETURNS)


def _of_category(category: str, buyer_count: int, found: dict[Any, Any]) -> list[dict[str, Any]]:
    from scipy.stats import false_discovery_control

    rows = []
    for fact in FACTS:
        shop, mine = found.get((None, fact), {}), found.get((category, fact), {})
        if not mine:
            continue
        whole, known = sum(shop.values()), sum(mine.values())
        largest = [name for _, name in sorted((-held, name) for name, held in shop.items())]
        for level in largest[:MOST_LEVELS]:
            index = index_against_whole(mine.get(level, 0), known, shop[level], whole)
            rows.append(
                {
                    "category": category,
                    "fact": fact,
                    "level": level,
                    "buyer_count": buyer_count,
                    "customer_count": mine.get(level, 0),
                    "known_count": known,
                    "shop_count": shop[level],
                    "category_share": mine.get(level, 0) / known,
                    "shop_share": shop[level] / whole,
                    "index": index.value,
                    "index_low": index.low,
                    "index_high": index.high,
                    "p_value": index.p_value,
                }
            )
    q_values: Any = false_discovery_control([row["p_value"] for row in rows]) if rows else []
    for row, q in zip(rows, np.atleast_1d(q_values), strict=True):
        row |= {"q_value": float(q), "is_significant": bool(q < 0.05)}
    return rows


ANALYSIS = Analysis(
    title=Text("Category audience", "品类人群"),
    question=Text(
        "Who buys a category mainly, and in what do they differ from the whole shop?",
        "谁是某品类的主力顾客，他们与全店顾客有何不同？",
    ),
    reads=("orders", "order_lines", "products", "customers"),
    returns=RETURNS,
    compute=category_audience,
    is_fitted=True,
)
