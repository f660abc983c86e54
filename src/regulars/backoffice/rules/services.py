"""Verbs on the shop's household rules, and what a rule would match now."""

from dataclasses import dataclass, replace

from regulars.backoffice.remember import remembered
from regulars.backoffice.shop import current_home
from regulars.errors import StateInvalid
from regulars.flow.shop import Shop
from regulars.flow.shop_rules import household_rules, keep_household_rules, rules_digest
from regulars.stats.household.evidence import described, matches
from regulars.stats.household.rules import HouseholdRules, Rule, TraitRule


@dataclass(frozen=True)
class Reach:
    """What a rule matches now: products, and customers who ever bought one."""

    product_count: int
    customer_count: int
    examples: list[str]


def state() -> str:
    """Names the rules as they are; a form sends it back, so that nobody overwrites another."""
    return rules_digest(current_home(), "household_traits")


def add_rule(trait: TraitRule | None, rule: Rule, *, by: str, seen: str) -> None:
    """Keep one more rule, and its trait where that is new."""
    rules = household_rules(current_home())
    traits = (*rules.traits, trait) if trait else rules.traits
    _keep(replace(rules, traits=traits, rules=(*rules.rules, rule)), by, f"+ {said(rule)}", seen)


def remove_rule(number: int, *, by: str, seen: str) -> None:
    """Drop a rule; its trait goes with the last rule and word that speak of it."""
    rules = household_rules(current_home())
    if not 0 <= number < len(rules.rules) or len(rules.rules) == 1:
        raise StateInvalid("That rule is not there, or it is the last one. One has to stay.")
    gone = rules.rules[number]
    left = (*rules.rules[:number], *rules.rules[number + 1 :])
    spoken = {rule.trait for rule in left} | {one.trait for one in rules.said}
    traits = tuple(trait for trait in rules.traits if trait.name in spoken)
    _keep(replace(rules, traits=traits, rules=left), by, f"- {said(gone)}", seen)


def reset(*, by: str, seen: str) -> None:
    """The declared rules again."""
    keep_household_rules(current_home(), None, by=by, what="declared rules again", seen=seen)


def _keep(rules: HouseholdRules, by: str, what: str, seen: str) -> None:
    keep_household_rules(current_home(), rules, by=by, what=what, seen=seen)


def said(rule: Rule) -> str:
    """A rule in one line, as the log of changes keeps it."""
    parts = [rule.category, rule.purpose, rule.product_id, ", ".join(rule.words)]
    products = " · ".join(part for part in parts if part)
    return f"{rule.trait}: {products} × {rule.weight:g} / {rule.half_life_days:g} d"


def product_counts(shop: Shop, rules: HouseholdRules) -> list[int]:
    """How many products each rule matches."""

    def count() -> list[int]:
        told = described(shop.tables.products)
        sums = {
            f"n{place}": matches(told, rule).fill_null(False).sum().fill_null(0)
            for place, rule in enumerate(rules.rules)
        }
        row = told.aggregate(**sums).to_pyarrow().to_pylist()[0]
        return [int(row[f"n{place}"]) for place in range(len(rules.rules))]

    return remembered(shop, ("household rules", state()), count)


def reach(shop: Shop, rule: Rule) -> Reach:
    """What a rule would match, counted on the shop as it is."""
    told = described(shop.tables.products)
    found = told.filter(matches(told, rule))
    named = shop.tables.products.semi_join(found, "product_id").order_by("product_id")
    lines = shop.tables.order_lines.semi_join(found, "product_id")
    bought = shop.tables.orders.semi_join(lines, "order_id")
    count = bought.customer_id.nunique().name("customers")
    examples = named.limit(3).product_name.to_pyarrow().to_pylist()
    return Reach(
        int(found.count().to_pyarrow().as_py()),
        int(count.to_pyarrow().as_py()),
        [str(name) for name in examples],
    )


def categories(shop: Shop) -> list[str]:
    """The shop's categories and those above them, for the form."""

    def listed() -> list[str]:
        names = shop.tables.products.select("category").distinct().limit(5000)
        paths = [str(name) for name in names.category.to_pyarrow().to_pylist() if name]
        above = {
            "/".join(path.split("/")[:depth])
            for path in paths
            for depth in range(1, path.count("/") + 2)
        }
        return sorted(above)

    return remembered(shop, ("household categories",), listed)
