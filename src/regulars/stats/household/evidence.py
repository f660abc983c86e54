"""Purchases as evidence, asked of the shop's tables: rules meet products first, then orders.

An order counts once for a trait, however many of its products tell of it: by the strongest.
Sums are of millionths, whole, so that they are the same in whatever order they are taken.
"""

import math
import re
from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.stats.household.rules import HouseholdRules, Rule
from regulars.stats.periods import until

MILLIONTH = 1_000_000
LEAST_PRICED = 4  # products of a category with a price, before one is called dear or cheap
WORD_ENDS = r"(s|es)?"
LN_2 = math.log(2)


def matched_products(products: ir.Table, rules: HouseholdRules) -> ir.Table:
    """One row per (rule_number, product_id) that a rule speaks of."""
    told = described(products)
    parts = [
        told.filter(matches(told, rule)).select(
            "product_id", rule_number=ibis.literal(number, "int64")
        )
        for number, rule in enumerate(rules.rules)
    ]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def described(products: ir.Table) -> ir.Table:
    """Products with what rules look at: the words of them, and the rank of their price."""
    name = products.product_name.fill_null("")
    group = products.category.fill_null("")
    purpose = products.purpose.fill_null("")
    words = (name + " " + group.replace("/", " ") + " " + purpose).replace("_", " ").lower()
    priced = ibis.window(group_by=products.category)
    ranked = ibis.window(group_by=products.category, order_by=products.list_price)
    count = products.list_price.count().over(priced)
    rank = (products.list_price.rank().over(ranked)).cast("float64") / (count - 1)
    return products.select(
        "product_id",
        category=group,
        purpose=purpose,
        described=words,
        price_rank=ibis.ifelse(
            products.list_price.notnull() & (count >= LEAST_PRICED), rank, ibis.null("float64")
        ),
    )


def matches(told: ir.Table, rule: Rule) -> ir.BooleanValue:
    """Whether a described product is what the rule speaks of."""
    tests: list[ir.BooleanValue] = []
    if rule.category:
        is_below = told.category.startswith(f"{rule.category}/")
        tests.append((told.category == rule.category) | is_below)
    if rule.purpose:
        tests.append(told.purpose == rule.purpose)
    if rule.product_id:
        tests.append(told.product_id == rule.product_id)
    if rule.words:
        tests.append(told.described.re_search(pattern(rule.words)))
    if rule.without:
        tests.append(~told.described.re_search(pattern(rule.without)))
    if rule.price_rank:
        low, high = rule.price_rank
        tests.append((told.price_rank >= low) & (told.price_rank <= high))
    return ibis.and_(*tests)


def pattern(words: Sequence[str]) -> str:
    """Any of the words: of Latin letters as a whole word or its plural, else anywhere."""
    parts = []
    for word in words:
        text = re.escape(word.lower())
        starts = "(^|[^a-z0-9])" if re.match("[a-z0-9]", word.lower()) else ""
        ends = f"{WORD_ENDS}($|[^a-z0-9])" if re.search("[a-z0-9]$", word.lower()) else ""
        parts.append(f"{starts}{text}{ends}")
    return "|".join(parts)


def people(orders: ir.Table, customers: ir.Table, as_of: date) -> ir.Table:
    """Everybody who bought or says anything of themselves: customer_id and number from 0."""
    buyers = orders.filter(until(orders.ordered_at, as_of), orders.customer_id.notnull())
    known = customers.joined_at.isnull() | until(customers.joined_at, as_of)
    speakers = customers.filter(known, customers.attributes.notnull(), customers.attributes != "{}")
    ids = ibis.union(buyers.select("customer_id"), speakers.select("customer_id"), distinct=True)
    return ids.mutate(number=ibis.row_number().over(order_by=ids.customer_id))


def orders_of(orders: ir.Table, people: ir.Table, as_of: date) -> ir.Table:
    """Orders with the number of their customer and how many days ago they were."""
    orders = orders.filter(until(orders.ordered_at, as_of))
    day = orders.ordered_at.date()
    orders = orders.select(
        "order_id", "customer_id", age=ibis.literal(as_of).delta(day, unit="day")
    )
    return orders.inner_join(people, "customer_id").select("order_id", "number", "age")


def order_counts(orders: ir.Table, half_lives: Sequence[float]) -> ir.Table:
    """By customer number: orders, each counting half after a half-life (columns n0, n1, ...)."""
    decayed = {
        f"n{place}": (_left(orders.age, half_life)).sum()
        for place, half_life in enumerate(half_lives)
    }
    return orders.group_by("number").aggregate(**decayed).order_by("number")


def evidence_rows(
    orders: ir.Table, order_lines: ir.Table, matched: ir.Table, rules: HouseholdRules
) -> ir.Table:
    """By customer and trait: strength (millionths), orders that tell of it, days since the last."""
    lines = told_lines(orders, order_lines, matched, rules)
    by_order = lines.group_by("number", "order_id", "trait").aggregate(
        strength=lines.strength.max(), age=lines.age.min()
    )
    return (
        by_order.group_by("number", "trait")
        .aggregate(
            strength=by_order.strength.sum(),
            evidence_count=by_order.count(),
            last_age=by_order.age.min(),
        )
        .order_by("trait", "number")
    )


def told_lines(
    orders: ir.Table, order_lines: ir.Table, matched: ir.Table, rules: HouseholdRules
) -> ir.Table:
    """Lines that a rule speaks of, once for each: number, order_id, trait, age, strength."""
    lines = order_lines.select("order_id", "product_id").inner_join(matched, "product_id")
    lines = lines.inner_join(orders, "order_id")
    number = {
        key: [getattr(rule, key) for rule in rules.rules] for key in ("weight", "half_life_days")
    }
    weight = _by_rule(lines.rule_number, number["weight"])
    half_life = _by_rule(lines.rule_number, number["half_life_days"])
    trait = _by_rule(lines.rule_number, [rules.number(rule.trait) for rule in rules.rules])
    return lines.select(
        "number",
        "order_id",
        "rule_number",
        "age",
        trait=trait.cast("int64"),
        strength=(weight * _left(lines.age, half_life)).round().cast("int64"),
    )


def stage_rows(
    orders: ir.Table, order_lines: ir.Table, matched: ir.Table, rules: HouseholdRules
) -> ir.Table:
    """Orders of what is made for a child's age: number, rule_number, age (days ago), strength."""
    staged = [place for place, rule in enumerate(rules.rules) if rule.months is not None]
    lines = told_lines(orders, order_lines, matched.filter(matched.rule_number.isin(staged)), rules)
    sums = lines.group_by("number", "rule_number", "age").aggregate(strength=lines.strength.max())
    return sums.order_by("number", "rule_number", "age")


def said_rows(customers: ir.Table, people: ir.Table, rules: HouseholdRules) -> ir.Table:
    """What customers say: number, attribute and its value as JSON text, one row each."""
    speakers = customers.filter(customers.attributes.notnull(), customers.attributes != "{}")
    speakers = speakers.inner_join(people, "customer_id")
    names = sorted({name for said in rules.said for name in said.attributes})
    parts = [
        _spoken(speakers, name).select(
            "number",
            attribute=ibis.literal(name),
            value=speakers.attributes.cast("json")[name].cast("string"),
        )
        for name in names
    ] or [speakers.select("number", attribute=ibis.literal(""), value=ibis.null("string"))]
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return rows.filter(rows.value.notnull()).order_by("number", "attribute")


def _spoken(speakers: ir.Table, name: str) -> ir.Table:
    """Those whose JSON may have that name: to look for its letters costs far less than to parse.

    A backslash may hide any letter.
    """
    text = speakers.attributes
    return speakers.filter(text.contains(f'"{name}"') | text.contains("\\"))


def _left(age: ir.IntegerValue, half_life: float | ir.NumericValue) -> ir.IntegerValue:
    """What is left of one after so many days, in millionths."""
    return (MILLIONTH * (-age * LN_2 / half_life).exp()).round().cast("int64")


def _by_rule(number: ir.IntegerValue, values: Sequence[float]) -> ir.NumericValue:
    """Each rule's value by its number."""
    table = ibis.array([float(value) for value in values])
    return table[number]


def price_tiers(orders: ir.Table, order_lines: ir.Table, products: ir.Table) -> ir.Table:
    """By customer number: lines with a ranked price, the sum of their ranks and of the squares.

    Ranks are 0-1 within a category, in hundredths here, so that sums are whole.
    """
    ranked = described(products)
    ranked = ranked.filter(ranked.price_rank.notnull()).select(
        "product_id", hundredths=(ranked.price_rank * 100).round().cast("int64")
    )
    lines = order_lines.select("order_id", "product_id").inner_join(ranked, "product_id")
    lines = lines.inner_join(orders, "order_id")
    square = lines.hundredths * lines.hundredths
    return (
        lines.group_by("number")
        .aggregate(size=lines.count(), total=lines.hundredths.sum(), squares=square.sum())
        .order_by("number")
    )
