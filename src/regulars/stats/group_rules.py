"""Groups by declared rules on scores and flags: the first rule that matches names the group.

A rule's conditions are ``<score>_at_least``, ``<score>_below`` and ``<flag> = true/false``.
The last rule has none, so that everyone belongs somewhere.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from regulars.errors import ParameterInvalid, among

Condition = bool | int | float


@dataclass(frozen=True)
class GroupRule:
    """One group and what a customer must fulfil to be in it; no conditions: everyone."""

    name: str
    conditions: tuple[tuple[str, Condition], ...] = ()


def read_rules(
    text: str, origin: str, values: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[GroupRule, ...]]:
    """The rules of a TOML document, by naming.

    ``values`` names for each naming the scores and flags (``is_...``) that conditions may
    use. Raises ParameterInvalid where the document is no such rules.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ParameterInvalid(f"{origin} is not valid TOML: {error}. Mend that line.") from None
    if unknown := [naming for naming in document if naming not in values]:
        raise ParameterInvalid(
            f"{origin}: [[{unknown[0]}]]? {among(unknown[0], values, 'Namings')}"
        )
    return {
        naming: _rules(naming, document.get(naming), origin, names)
        for naming, names in values.items()
    }


def first_match(rules: tuple[GroupRule, ...], values: Mapping[str, ir.Value]) -> ir.StringValue:
    """The name of the first rule that the row's values fulfil."""
    branches = [(_fulfilled(rule, values), rule.name) for rule in rules[:-1]]
    rest = ibis.literal(rules[-1].name)
    return ibis.cases(*branches, else_=rest) if branches else rest


def _fulfilled(rule: GroupRule, values: Mapping[str, ir.Value]) -> ir.BooleanValue:
    tests: list[ir.BooleanValue] = []
    for name, wanted in rule.conditions:
        if name.endswith("_at_least"):
            tests.append(values[name.removesuffix("_at_least")] >= wanted)
        elif name.endswith("_below"):
            tests.append(values[name.removesuffix("_below")] < wanted)
        else:
            tests.append(values[name] == ibis.literal(wanted))
    return ibis.and_(*tests)


def _rules(
    naming: str, entries: object, origin: str, names: tuple[str, ...]
) -> tuple[GroupRule, ...]:
    if not isinstance(entries, list) or not entries:
        raise ParameterInvalid(f"{origin} has no [[{naming}]]. Namings: each needs its groups.")
    rules = tuple(_rule(naming, entry, origin, names) for entry in entries)
    if rules[-1].conditions or not all(rule.conditions for rule in rules[:-1]):
        raise ParameterInvalid(
            f"{origin}: the last [[{naming}]], and only the last, has no 'when': it takes the rest."
        )
    return rules


def _rule(naming: str, entry: object, origin: str, names: tuple[str, ...]) -> GroupRule:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise ParameterInvalid(f'{origin}: each [[{naming}]] needs a name = "...".')
    when = entry.get("when", {})
    if not isinstance(when, dict) or set(entry) - {"name", "when"}:
        raise ParameterInvalid(
            f"{origin}: group '{entry['name']}' has {', '.join(map(str, entry))}. "
            "Keys: name, when = { ... }."
        )
    for condition, wanted in when.items():
        _check_condition(condition, wanted, f"{origin}: group '{entry['name']}'", names)
    return GroupRule(entry["name"], tuple(when.items()))


def _check_condition(condition: str, wanted: object, where: str, names: tuple[str, ...]) -> None:
    flags = [name for name in names if name.startswith("is_")]
    scores = [name for name in names if not name.startswith("is_")]
    bounds = [f"{score}{end}" for score in scores for end in ("_at_least", "_below")]
    if condition not in [*flags, *bounds]:
        existing = among(condition, [*bounds, *flags], "Conditions")
        raise ParameterInvalid(f"{where} has condition '{condition}'. {existing}")
    kind = bool if condition in flags else (int, float)
    if not isinstance(wanted, kind) or isinstance(wanted, bool) != (condition in flags):
        expected = "true or false" if condition in flags else "a number"
        raise ParameterInvalid(f"{where}: {condition} cannot be '{wanted}'. It is {expected}.")
