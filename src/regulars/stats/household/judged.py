"""All that is known of households: evidence, its strength, what was said, and children's ages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.stats.household import evidence
from regulars.stats.household.evidence import MILLIONTH
from regulars.stats.household.rules import HouseholdRules

Array = npt.NDArray[Any]
UNSAID, DENIED, AFFIRMED = 0, 1, 2
LEAST_LEFT = 0.001  # of an order: what has faded further is as if it had never been


@dataclass(frozen=True)
class Judged:
    """One row per household and trait that is said, or that a purchase tells of.

    ``household`` and ``trait`` are numbers; rows are by trait, then household. ``score`` 0-1;
    ``days_ago`` of the last order that tells of it, -1 without one. ``months``, ``_low``,
    ``_high``: of a trait that children outgrow, the child's age; NaN where it is not known.
    """

    ids: Any  # customer_id by household
    household: Array
    trait: Array
    score: Array
    purchase_score: Array
    evidence_count: Array
    days_ago: Array
    said: Array
    months: Array
    months_low: Array
    months_high: Array
    models: Mapping[str, Any]


def asks(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    customers: ir.Table,
    *,
    as_of: date,
    rules: HouseholdRules,
) -> dict[str, ir.Table]:
    """What has to be known first."""
    people = evidence.people(orders, customers, as_of)
    placed = evidence.orders_of(orders, people, as_of)
    matched = evidence.matched_products(products, rules)
    return {
        "people": people.order_by("number").select("customer_id"),
        "counts": evidence.order_counts(placed, half_lives(rules)),
        "told": evidence.evidence_rows(placed, order_lines, matched, rules),
        "stages": evidence.stage_rows(placed, order_lines, matched, rules),
        "said": evidence.said_rows(customers, people, rules),
    }


def half_lives(rules: HouseholdRules) -> list[float]:
    """The different half-lives of the traits' orders, rising."""
    return sorted({rules.half_life(trait.name) for trait in rules.traits})


def judged(
    people: pa.Table,
    counts: pa.Table,
    told: pa.Table,
    stages: pa.Table,
    said: pa.Table,
    *,
    as_of: date,
    rules: HouseholdRules,
) -> Judged:
    """What follows from the answers."""
    size = people.num_rows
    orders = _order_counts(counts, size, rules)
    households, traits, told_scores, models = _scores(told, orders, rules)
    said_rows = _said(said, rules, as_of)
    ages = _ages(stages, rules)
    # one row for each of what is told and what is said
    both = np.concatenate([traits * size + households, said_rows[:, 0] * size + said_rows[:, 1]])
    key = np.unique(both.astype(np.int64))
    trait, household = key // max(size, 1), key % max(size, 1)
    rows = _Rows(key, size)
    count, days = np.zeros(len(key), np.int64), np.full(len(key), -1, np.int64)
    score, months = np.zeros(len(key)), np.full((len(key), 3), np.nan)
    at = rows.of(traits, households)
    score[at] = told_scores
    count[at] = told["evidence_count"].to_numpy()
    days[at] = told["last_age"].to_numpy()
    purchase = score.copy()
    for place, declared in enumerate(rules.traits):
        if declared.until_months is not None and len(ages.number):
            here, found = rows.found(place, ages.number)
            months[here] = np.column_stack([ages.months, ages.low, ages.high])[found]
            # one that has surely outgrown it is no evidence of it any more
            outgrown = here[ages.low[found] >= declared.until_months]
            purchase[outgrown] = 0.0
            score[outgrown] = 0.0
    is_said = np.zeros(len(key), np.int8)
    at = rows.of(said_rows[:, 0].astype(np.int64), said_rows[:, 1].astype(np.int64))
    is_said[at] = np.where(said_rows[:, 2] > 0, AFFIRMED, DENIED)
    score[at] = np.where(said_rows[:, 2] > 0, 1.0, 0.0)
    has_age = np.isfinite(said_rows[:, 3])
    months[at[has_age]] = said_rows[has_age, 3][:, None]
    months[(is_said == DENIED) & ~np.isin(np.arange(len(key)), at[has_age])] = np.nan
    return Judged(
        ids=people["customer_id"].combine_chunks(),
        household=household,
        trait=trait,
        score=score,
        purchase_score=purchase,
        evidence_count=count,
        days_ago=days,
        said=is_said,
        months=months[:, 0],
        months_low=months[:, 1],
        months_high=months[:, 2],
        models=models,
    )


class _Rows:
    """Where the row of a trait and a household is."""

    def __init__(self, key: Array, size: int) -> None:
        self._key, self._size = key, size

    def of(self, trait: Array, household: Array) -> Array:
        """Rows that are there."""
        return np.searchsorted(self._key, trait * self._size + household)

    def found(self, trait: int, household: Array) -> tuple[Array, Array]:
        """Rows of those households that have one, and which of the given they are."""
        wanted = trait * self._size + household
        place = np.minimum(np.searchsorted(self._key, wanted), len(self._key) - 1)
        has = np.flatnonzero(self._key[place] == wanted)
        return place[has], has


def _order_counts(counts: pa.Table, size: int, rules: HouseholdRules) -> Array:
    """Orders by half-life and household."""
    orders = np.zeros((len(half_lives(rules)), size))
    number = counts["number"].to_numpy()
    for place in range(len(orders)):
        orders[place, number] = counts[f"n{place}"].to_numpy() / MILLIONTH
    return orders


def _scores(
    told: pa.Table, orders: Array, rules: HouseholdRules
) -> tuple[Array, Array, Array, dict[str, Any]]:
    """Household, trait and strength of each row of evidence; and the models."""
    from regulars.stats.household.strength import mixture

    number, trait = told["number"].to_numpy(), told["trait"].to_numpy()
    strength = told["strength"].to_numpy() / MILLIONTH
    scores = np.zeros(len(number))
    lives = half_lives(rules)
    models: dict[str, Any] = {}
    bounds = np.searchsorted(trait, np.arange(len(rules.traits) + 1))
    for place, declared in enumerate(rules.traits):
        here = slice(bounds[place], bounds[place + 1])
        all_orders = orders[lives.index(rules.half_life(declared.name))]
        if bounds[place] == bounds[place + 1]:
            continue
        evidence_of = np.zeros(len(all_orders))
        evidence_of[number[here]] = strength[here]
        buys = all_orders > LEAST_LEFT
        model = mixture(evidence_of[buys], all_orders[buys])
        found = model.strengths(strength[here], np.maximum(all_orders[number[here]], LEAST_LEFT))
        scores[here] = np.where(buys[number[here]], found, 0.0)
        models[declared.name] = {
            "share": model.share, "rate_without": model.rate_without, "rate_with": model.rate_with,
        }  # fmt: skip
    return number, trait, scores, models


def _said(rows: pa.Table, rules: HouseholdRules, as_of: date) -> Array:
    """Trait, household, 1 or 0, and a child's age (else NaN): one row per trait and household.

    Of several statements on one trait a yes stands, and of several children the youngest.
    """
    from regulars.stats.household.said import statements

    if not rows.num_rows:
        return np.zeros((0, 4))
    number = rows["number"].to_numpy()
    pairs = zip(rows["attribute"].to_pylist(), rows["value"].to_pylist(), strict=True)
    texts = [(str(attribute), str(value)) for attribute, value in pairs]
    places = {text: place for place, text in enumerate(sorted(set(texts)))}
    code = np.array([places[text] for text in texts])
    made: list[tuple[int, int, float, float]] = []
    for (attribute, value), place in places.items():
        for one in statements(attribute, value, rules, as_of):
            months = np.nan if one.months is None else one.months
            made.append((place, rules.number(one.trait), float(one.is_so), months))
    if not made:
        return np.zeros((0, 4))
    return _spread(np.array(made), number, code)


def _spread(made: Array, number: Array, code: Array) -> Array:
    """Each text's statements to all who said it; a yes and a younger child first."""
    order = np.argsort(code, kind="stable")
    bounds = (
        np.searchsorted(code[order], made[:, 0]),
        np.searchsorted(code[order], made[:, 0], side="right"),
    )
    sizes = bounds[1] - bounds[0]
    which = np.repeat(np.arange(len(made)), sizes)
    start = np.repeat(bounds[0] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    who = number[order[start + np.arange(len(which))]]
    rows = np.column_stack([made[which, 1], who, made[which, 2], made[which, 3]])
    age = np.nan_to_num(rows[:, 3], nan=1e9)
    rows = rows[np.lexsort((age, -rows[:, 2], rows[:, 1], rows[:, 0]))]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:, :2] != rows[:-1, :2]).any(axis=1)
    return rows[first]


def _ages(stages: pa.Table, rules: HouseholdRules) -> Any:
    from regulars.stats.household.child_age import child_ages

    number, rule, age, strength = (
        stages[name].to_numpy() for name in ("number", "rule_number", "age", "strength")
    )
    return child_ages(number, rule, age, strength, rules.rules)
