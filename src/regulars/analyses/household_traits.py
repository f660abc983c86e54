"""Household traits: family, pets, a baby's age, diet and budget, as purchases and customers tell.

Reads    orders, order_lines, products, customers
Returns  one row per customer_id with an order or with words of their own
         <trait>_score 0-1: how sure it is, 1 or 0 where the customer said so, null without a
         purchase or word that tells of it | baby_age_months now, with its interval
         price_tier_score 0-1: where in its category's prices the customer buys, drawn to the
         shop's mean; budget_level low, middle, high or not_sure
         likely_traits of all rules, at least ``sure`` | said_traits, denied_traits | evidence_count
Figure   figures/household_traits.py
Source   rules: stats/household/household_rules.toml, or the shop's own; strength against the base
         rate: stats/household/strength.py; ages: stats/household/child_age.py; the price tier's
         shrinkage: stats/credibility.py
"""

from datetime import date
from functools import partial
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.stats.household import evidence
from regulars.stats.household.judged import AFFIRMED, DENIED, Judged, asks, judged
from regulars.stats.household.rules import HouseholdRules, rules_of
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.parameters import check_number
from regulars.tables.schema import Column, Table
from regulars.tables.sharing import once
from regulars.tables.text import Text

Array = npt.NDArray[Any]
# traits with a column of their own; rules may declare others, which likely_traits names
STANDARD = {
    "baby": Text("Baby", "家有婴幼儿"),
    "family_with_children": Text("Family with children", "有孩家庭"),
    "pet_cat": Text("Cat", "养猫"),
    "pet_dog": Text("Dog", "养狗"),
    "cooks_at_home": Text("Cooks at home", "常在家做饭"),
    "diet_vegetarian": Text("Vegetarian diet", "素食"),
    "diet_low_sugar": Text("Low-sugar diet", "低糖饮食"),
    "diet_organic": Text("Organic food", "偏好有机食品"),
    "diet_lactose_free": Text("Lactose-free diet", "无乳糖饮食"),
}
LEVELS = ("low", "middle", "high", "not_sure")
BUDGET_SURE, BUDGET_APART = 0.8, 0.5  # as of the decision style: sure, and half a deviation off

RETURNS = Table(
    name="household_traits",
    grain="customer with an order or with words of their own",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        *(
            Column(
                f"{name}_score",
                "number",
                f"{label.en}: how sure, 0-1; 1 or 0 where it was said",
                f"{label.zh}（把握）",
                nullable=True,
            )
            for name, label in STANDARD.items()
        ),
        Column("baby_age_months", "number", "the baby's age now", "宝宝月龄", unit="months",
               nullable=True),
        Column("baby_age_low", "number", "lower end of it", "月龄下限", nullable=True),
        Column("baby_age_high", "number", "upper end of it", "月龄上限", nullable=True),
        Column(
            "price_tier_score",
            "number",
            "0-1: cheapest to dearest of a category, drawn to the shop's mean",
            "价位得分",
            nullable=True,
        ),
        Column("price_tier_low", "number", "lower end of its 95% interval", "下限", nullable=True),
        Column("price_tier_high", "number", "upper end of it", "上限", nullable=True),
        Column("budget_level", "text", "low, middle, high or not_sure", "预算档次"),
        Column("likely_traits", "text", "all that is sure enough, by name", "可能的家庭特征"),
        Column("said_traits", "text", "of them what the customer said", "本人确认的特征"),
        Column("denied_traits", "text", "what the customer said is not so", "本人否认的特征"),
        Column("evidence_count", "integer", "orders that tell of a trait, added up", "证据订单数",
               unit="orders"),
    ),
)  # fmt: skip


def household_traits(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    customers: ir.Table,
    *,
    as_of: date,
    rules: str | None = None,
    sure: float = 0.7,
) -> Fit:
    """What each household is like.

    ``rules``: the path of a file in the shape of household_rules.toml. ``sure``: from which
    score on a trait is among the likely ones. Raises ParameterInvalid; making it,
    NothingToAnalyse.
    """
    check_number("sure", sure, 0.01, 1)
    read = rules_of(rules)
    tables = asks(orders, order_lines, products, customers, as_of=as_of, rules=read)
    people = evidence.people(orders, customers, as_of)
    placed = evidence.orders_of(orders, people, as_of)
    tables["tiers"] = evidence.price_tiers(placed, order_lines, products)
    return Fit(tables, partial(_made, as_of=as_of, rules=read, sure=sure))


def _made(
    *, as_of: date, rules: HouseholdRules, sure: float, tiers: pa.Table, **tables: pa.Table
) -> Fitted:
    if not tables["people"].num_rows:
        raise NothingToAnalyse(
            "Household traits need orders of known customers or what customers say of themselves; "
            f"there are none up to {as_of}."
        )
    found = once(judged, tables, as_of=as_of, rules=rules)
    size = len(found.ids)
    columns: dict[str, Any] = {"customer_id": found.ids, **_scores(found, rules, size)}
    columns |= _budget(tiers, size)
    names = [trait.name for trait in rules.traits]
    likely, said, denied = found.score >= sure, found.said == AFFIRMED, found.said == DENIED
    columns["likely_traits"] = _listed(found, likely, names, size)
    columns["said_traits"] = _listed(found, said, names, size)
    columns["denied_traits"] = _listed(found, denied, names, size)
    columns["evidence_count"] = np.bincount(found.household, found.evidence_count, size).astype(
        np.int64
    )
    model = {
        "name": "two groups of households, empirical Bayes",
        "customer_count": size,
        "window": {"until": as_of},
        "parameters": {
            f"{what}_{name}": value
            for name, one in found.models.items()
            for what, value in one.items()
        },
    }
    return Fitted(arrow_rows(columns, RETURNS), model)


def _scores(found: Judged, rules: HouseholdRules, size: int) -> dict[str, Any]:
    """The standard traits' columns; null where nothing tells of one."""
    columns: dict[str, Any] = {}
    places = {trait.name: place for place, trait in enumerate(rules.traits)}
    ages = {name: np.full(size, np.nan) for name in ("months", "low", "high")}
    for name in STANDARD:
        score = np.full(size, np.nan)
        here = found.trait == places.get(name, -1)
        score[found.household[here]] = found.score[here]
        columns[f"{name}_score"] = score
        if name == "baby":
            for part, values in zip(
                ages, (found.months, found.months_low, found.months_high), strict=True
            ):
                ages[part][found.household[here]] = values[here]
    # the age of a baby that nobody believes in is no age
    unlikely = ~(columns["baby_score"] > 0)
    for part, values in ages.items():
        columns[f"baby_age_{part}"] = np.where(unlikely, np.nan, values)
    return columns


def _listed(found: Judged, which: Array, names: list[str], size: int) -> Any:
    """The names of those traits, by household, joined by commas; rows are by trait."""
    texts = np.full(size, "", dtype=object)
    for place, name in enumerate(names):
        here = found.household[which & (found.trait == place)]
        texts[here] = [f"{text}, {name}" if text else name for text in texts[here]]
    return pa.array(texts, pa.string())


def _budget(tiers: pa.Table, size: int) -> dict[str, Any]:
    """Where in its categories' prices each customer buys, and what that makes the budget."""
    from scipy.stats import norm

    from regulars.stats.credibility import credibility

    count, total, squares = (np.zeros(size) for _ in range(3))
    number = tiers["number"].to_numpy()
    count[number] = tiers["size"].to_numpy()
    total[number] = tiers["total"].to_numpy() / 100
    squares[number] = tiers["squares"].to_numpy() / 10_000
    shop = credibility(count, total, squares)
    score, error = shop.estimates(count, total)
    has, apart = count > 0, np.abs(score - shop.mean)
    sure = norm.cdf(apart / np.maximum(error, 1e-12)) >= BUDGET_SURE
    is_off = sure & (apart > BUDGET_APART * shop.between**0.5) & (shop.between > 0)
    # surely within half a deviation: neither dear nor cheap
    span = BUDGET_APART * shop.between**0.5
    inside = norm.cdf((apart + span) / np.maximum(error, 1e-12)) - norm.cdf(
        (apart - span) / np.maximum(error, 1e-12)
    )
    side = np.where(score > shop.mean, 2, 0)
    level = np.where(is_off, side, np.where(inside >= BUDGET_SURE, 1, 3))
    level = np.where(has & (shop.between > 0), level, 3)
    return {
        "price_tier_score": np.where(has, np.clip(score, 0, 1), np.nan),
        "price_tier_low": np.where(has, np.clip(score - 1.96 * error, 0, 1), np.nan),
        "price_tier_high": np.where(has, np.clip(score + 1.96 * error, 0, 1), np.nan),
        "budget_level": pa.array(LEVELS).take(pa.array(level, pa.int64())),
    }


def _trait(name: str, label: Text) -> Trait:
    return Trait(
        f"household_{name}_score",
        "number",
        label,
        Text(
            f"{label.en}: how sure, 0-1, from purchases against what others buy of the same now "
            "and then; 1 or 0 where the customer said so",
            f"{label.zh}：0–1 的把握，由购买对照全店偶然购买水平推断；本人说过则为 1 或 0",
        ),
        column=f"{name}_score",
    )


ANALYSIS = Analysis(
    title=Text("Household traits", "家庭特征"),
    question=Text(
        "What do purchases tell of a household: children, pets, a baby's age, diet, budget?",
        "购买说明了怎样的家庭：孩子、宠物、宝宝月龄、饮食、预算？",
    ),
    reads=("orders", "order_lines", "products", "customers"),
    returns=RETURNS,
    compute=household_traits,
    is_fitted=True,
    traits=(
        *(_trait(name, label) for name, label in STANDARD.items()),
        Trait(
            "baby_age_months",
            "number",
            Text("Baby's age", "宝宝月龄"),
            Text(
                "in months now, from the ages that what was bought is made for, or as said",
                "当前月龄：由所购商品的适用月龄推算，或本人告知",
            ),
            unit="months",
        ),
        Trait(
            "baby_age_low",
            "number",
            Text("Baby's age, at least", "宝宝月龄下限"),
            Text("lower end of the baby's age", "宝宝月龄的下限"),
            unit="months",
        ),
        Trait(
            "baby_age_high",
            "number",
            Text("Baby's age, at most", "宝宝月龄上限"),
            Text("upper end of the baby's age", "宝宝月龄的上限"),
            unit="months",
        ),
        Trait(
            "budget_level",
            "text",
            Text("Budget", "预算档次"),
            Text(
                "low, middle or high by where in each category's prices the customer buys; "
                "not_sure where purchases are too few",
                "按在各品类价位中的位置分低、中、高；购买太少则为不确定",
            ),
        ),
        Trait(
            "price_tier_score",
            "number",
            Text("Price tier", "价位得分"),
            Text(
                "0-1: cheapest to dearest of what each category has, drawn to the shop's mean",
                "0–1：在各品类中由最便宜到最贵的位置，购买少时向全店均值收缩",
            ),
        ),
        Trait(
            "likely_household_traits",
            "text",
            Text("Likely household traits", "可能的家庭特征"),
            Text(
                "all traits of the shop's rules that are at least 70% sure, or were said",
                "按本店规则把握达七成或本人说过的全部特征",
            ),
            column="likely_traits",
        ),
        Trait(
            "household_evidence_count",
            "integer",
            Text("Orders that tell of the household", "家庭特征证据订单数"),
            Text("orders that tell of a trait, added up over traits", "各特征的证据订单数合计"),
            unit="orders",
            column="evidence_count",
        ),
    ),
)
