"""Personas: what customers go for when they buy, and the kinds of customers that it shows.

Reads    orders       one row per order_id
         order_lines  one row per (order_id, line_no)
         products     one row per product_id
Returns  one row per customer_id with a purchase in the window
         persona_en, persona_zh: null with persona_reason where purchases are too few
         persona_confidence 0.5-1 (chance against the runner-up; less where an earlier persona is
         kept) | runner_up_en, _zh | earlier_en, _zh at the end of the last full quarter
         discount_level, price_level, novelty_level, variety_level 0-1 in their own units,
         and _lean in standard deviations between customers; both drawn to the shop's average
Figure   figures/personas.py
Source   axes, shrinkage, number of kinds: stats/personas; names: stats/personas/personas.toml
"""

from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.stats.personas.asking import PersonaOptions, asked
from regulars.stats.personas.axes import AXES
from regulars.stats.personas.model import NOBODY, Personas, measures
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

MEANINGS = {
    "discount": ("discount of the price before it, 0-1", "优惠金额占原价比例"),
    "price": ("place among the prices paid for the same need, 0-1", "同类购买中的价位（0–1）"),
    "novelty": ("share of products new on sale", "购买新品的比例"),
    "variety": (
        "chance that two purchases of a need differ in brand",
        "同类两次购买品牌不同的概率",
    ),
}
NAMES = {"discount": "优惠", "price": "价位", "novelty": "尝新", "variety": "品牌多样"}


def _axis_columns() -> tuple[Column, ...]:
    levels = [
        Column(f"{axis}_level", "number", f"{en}; for the usual choice", zh, nullable=True)
        for axis, (en, zh) in MEANINGS.items()
    ]
    leans = [
        Column(
            f"{axis}_lean",
            "number",
            "the same in standard deviations between customers; 0 = the shop's average",
            f"{NAMES[axis]}倾向",
            nullable=True,
        )
        for axis in AXES
    ]
    return (*levels, *leans)


RETURNS = Table(
    name="personas",
    grain="customer with a purchase in the window",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("persona_en", "text", "the kind, in English", "画像（英文）", nullable=True),
        Column("persona_zh", "text", "the kind, in Chinese", "画像", nullable=True),
        Column(
            "persona_reason",
            "text",
            "too_few_purchases where there is no persona",
            "无画像的原因",
            nullable=True,
        ),
        Column(
            "persona_confidence",
            "number",
            "chance that the true leaning is nearer to it than to the runner-up",
            "画像可信度",
            nullable=True,
        ),
        Column("runner_up_en", "text", "the next nearest kind", "次选画像（英文）", nullable=True),
        Column("runner_up_zh", "text", "the same in Chinese", "次选画像", nullable=True),
        Column(
            "earlier_en",
            "text",
            "the kind at the end of the last full quarter",
            "上季度末画像（英文）",
            nullable=True,
        ),
        Column("earlier_zh", "text", "the same in Chinese", "上季度末画像", nullable=True),
        Column(
            "purchase_count", "integer", "order lines it rests on", "依据的购买数", unit="lines"
        ),
        *_axis_columns(),
    ),
)


def personas(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    window_days: int = 730,
    new_days: int = 120,
    min_purchases: int = 8,
    kinds: int | None = None,
    sureness: float = 0.7,
    persona_rules: str | None = None,
    seed: int = 1,
) -> Fit:
    """The persona of every customer.

    ``window_days``: up to the end of the last full quarter; what came since counts, too. A
    product is new for ``new_days`` from its launch. ``min_purchases`` order lines make a
    persona. ``kinds``: how many, 2 to 12; by default as many as are stable (3 to 7).
    ``sureness``: with what chance another persona must be nearer to replace an earlier one.
    ``persona_rules``: the path of a file in the shape of personas.toml.
    Raises ParameterInvalid, and NothingToAnalyse with fewer than 60 customers to judge.
    """
    options = PersonaOptions(
        window_days, new_days, min_purchases, kinds, sureness, persona_rules, seed
    )
    return asked((orders, order_lines, products), as_of, options, _made)


def _made(people: pa.Table, found: Personas, then: date, as_of: date, options: Any) -> Fitted:
    has = found.persona != NOBODY
    reason = pa.array(np.where(has, "", "too_few_purchases"), mask=has)
    levels, leans = found.levels, found.leans
    columns: dict[str, Any] = {
        "customer_id": people["customer_id"],
        "persona_reason": reason,
        "persona_confidence": found.confidence,
        "purchase_count": people["purchase_count"],
    }
    for language in ("en", "zh"):
        columns[f"persona_{language}"] = found.name(found.persona, language)
        columns[f"runner_up_{language}"] = found.name(found.runner_up, language)
        columns[f"earlier_{language}"] = found.name(found.persona_then, language)
    for place, axis in enumerate(AXES):
        columns[f"{axis}_level"] = levels[:, place]
        columns[f"{axis}_lean"] = leans[:, place]
    model = {
        "name": "k-means on leans drawn to the shop's average",
        "customer_count": int(has.sum()),
        "window": {"since": then - timedelta(days=options.window_days - 1), "until": then},
        "scores": deciles(found.confidence),
        **measures(found),
    }
    return Fitted(arrow_rows(columns, RETURNS), model)


TRAITS = (
    Trait(
        "persona_en",
        "text",
        Text("Persona (English)", "画像（英文）"),
        Text(
            "what they go for, named by rule; needs eight purchases",
            "按规则命名的购买取向；至少需 8 次购买",
        ),
    ),
    Trait(
        "persona_zh",
        "text",
        Text("Persona", "画像"),
        Text(
            "what they go for, named by rule; needs eight purchases",
            "按规则命名的购买取向；至少需 8 次购买",
        ),
    ),
    Trait(
        "persona_confidence",
        "number",
        Text("Persona, how sure", "画像可信度"),
        Text(
            "chance that they are nearer to it than to the next persona (estimate)",
            "比次选画像更符合该顾客的概率（估计值）",
        ),
    ),
    Trait(
        "discount_level",
        "number",
        Text("Leaning to offers", "优惠偏好"),
        Text(
            "discount they take of the price, for the usual choice of offers, 0-1 (estimate)",
            "在一般优惠力度下享受的优惠占原价比例，0–1（估计值）",
        ),
    ),
    Trait(
        "price_level",
        "number",
        Text("Price level", "价位偏好"),
        Text(
            "place of what they buy among the prices paid for the same need, 0-1 (estimate)",
            "所购商品在同类成交价中的位置，0–1（估计值）",
        ),
    ),
    Trait(
        "novelty_level",
        "number",
        Text("Leaning to new products", "尝新偏好"),
        Text(
            "share of new products they buy, for the usual choice of them, 0-1 (estimate)",
            "在一般新品供给下购买新品的比例，0–1（估计值）",
        ),
    ),
    Trait(
        "variety_level",
        "number",
        Text("Variety of brands", "品牌多样性"),
        Text(
            "chance that two purchases of the same need differ in brand, 0-1 (estimate)",
            "同类商品两次购买品牌不同的概率，0–1（估计值）",
        ),
    ),
)

ANALYSIS = Analysis(
    title=Text("Personas", "顾客画像"),
    question=Text(
        "What do customers go for when they buy: offers, quality, new things, their brand?",
        "顾客购买时看重什么：优惠、品质、新品，还是认定的品牌？",
    ),
    reads=("orders", "order_lines", "products"),
    returns=RETURNS,
    compute=personas,
    traits=TRAITS,
    is_fitted=True,
)
