"""Persona axes: where each kind of customer lies on every axis, against the shop.

Reads    orders, order_lines, products: as `personas`
Returns  one row per (persona, axis), and per axis one of the shop (is_shop)
         customer_count, customer_share | purchase_count | mean_level and its spread between
         customers, in the axis' own unit | index = 100 x mean_level / the shop's
         lean, in standard deviations between customers, _low, _high: the middle 80% of customers
         stability 0-1 of the number of kinds | persona_count
Figure   figures/persona_axes.py
Source   stats/personas
"""

from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.stats.personas.asking import PersonaOptions, asked
from regulars.stats.personas.axes import AXES
from regulars.stats.personas.model import NOBODY, Personas, measures
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

SHOP = Text("The shop", "全店")

RETURNS = Table(
    name="persona_axes",
    grain="(persona, axis)",
    key=("persona_en", "axis"),
    columns=(
        Column("persona_en", "text", "the kind of customers, in English", "画像（英文）"),
        Column("persona_zh", "text", "the same in Chinese", "画像"),
        Column("axis", "text", "discount, price, novelty or variety", "维度"),
        Column("is_shop", "flag", "true for all customers judged", "是否全店"),
        Column("customer_count", "integer", "customers of the kind", "顾客数", unit="customers"),
        Column("customer_share", "number", "of all customers judged", "顾客占比"),
        Column("purchase_count", "integer", "their order lines", "购买数", unit="lines"),
        Column("mean_level", "number", "their mean, in the axis' own unit", "均值"),
        Column("level_spread", "number", "its standard deviation between them", "标准差"),
        Column("index", "number", "100 x mean / the shop's mean", "指数", nullable=True),
        Column("lean", "number", "mean in standard deviations between customers; 0 = shop", "倾向"),
        Column("lean_low", "number", "10% of them lie below", "倾向下限"),
        Column("lean_high", "number", "10% of them lie above", "倾向上限"),
        Column(
            "stability",
            "number",
            "mean adjusted Rand index over bootstrap samples; 1 = found again alike",
            "稳定性",
        ),
        Column("persona_count", "integer", "how many kinds there are", "画像数"),
    ),
)


def persona_axes(
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
    """The profile of every persona; options as of `personas`.

    Raises ParameterInvalid, and NothingToAnalyse with fewer than 60 customers to judge.
    """
    options = PersonaOptions(
        window_days, new_days, min_purchases, kinds, sureness, persona_rules, seed
    )
    return asked((orders, order_lines, products), as_of, options, _made)


def _made(people: pa.Table, found: Personas, then: date, as_of: date, options: Any) -> Fitted:
    judged = found.persona != NOBODY
    groups = [(SHOP, judged, True)]
    groups += [(name, found.persona == kind, False) for kind, name in enumerate(found.names)]
    levels = found.levels
    rows: list[dict[str, Any]] = []
    for name, mine, is_shop in groups:
        if not mine.any():
            continue
        for place, axis in enumerate(AXES):
            whole = float(levels[judged, place].mean())
            lean = found.leans[mine, place]
            low, high = np.quantile(lean, [0.1, 0.9])
            rows.append(
                {
                    "persona_en": name.en,
                    "persona_zh": name.zh,
                    "axis": axis,
                    "is_shop": is_shop,
                    "customer_count": int(mine.sum()),
                    "customer_share": float(mine.sum() / judged.sum()),
                    "purchase_count": int(found.sums["purchase_count"][mine].sum()),
                    "mean_level": float(levels[mine, place].mean()),
                    "level_spread": float(levels[mine, place].std()),
                    "index": 100 * (float(levels[mine, place].mean()) / whole) if whole else np.nan,
                    "lean": float(lean.mean()),
                    "lean_low": float(low),
                    "lean_high": float(high),
                    "stability": found.clusters.stability[len(found.names)],
                    "persona_count": len(found.names),
                }
            )
    columns = {name: [row[name] for row in rows] for name in RETURNS.column_names}
    model = {"customer_count": int(judged.sum()), **measures(found)}
    return Fitted(arrow_rows(columns, RETURNS), model)


ANALYSIS = Analysis(
    title=Text("Persona axes", "画像维度"),
    question=Text(
        "In what do the personas differ, and by how much?",
        "各类画像在哪些方面不同，相差多少？",
    ),
    reads=("orders", "order_lines", "products"),
    returns=RETURNS,
    compute=persona_axes,
    is_fitted=True,
)
