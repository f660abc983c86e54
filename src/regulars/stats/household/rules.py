"""The rules by which purchases tell of a household: read, checked, and written as TOML.

Their form is said at the top of household_rules.toml.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from regulars.errors import ParameterInvalid, among, shortened

RULES_FILE = "household_rules.toml"
MOST_RULES, MOST_TRAITS, MOST_WORDS, LONGEST_WORD = 300, 60, 60, 60
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MATCHES = ("category", "purpose", "product_id", "words", "price_rank")
RULE_KEYS = ("trait", *MATCHES, "without", "weight", "half_life_days", "months")
SAID_KEYS = ("trait", "attributes", "words", "is_birthday")


@dataclass(frozen=True)
class TraitRule:
    """One trait's name and labels; a child older than ``until_months`` has outgrown it."""

    name: str
    en: str
    zh: str
    until_months: int | None = None


@dataclass(frozen=True)
class Rule:
    """Which products are evidence of a trait, how strongly, and how long."""

    trait: str
    category: str = ""
    purpose: str = ""
    product_id: str = ""
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    price_rank: tuple[float, float] | None = None
    weight: float = 1.0
    half_life_days: float = 180
    months: tuple[float, float] | None = None


@dataclass(frozen=True)
class Said:
    """Which of the customer's own words speak of a trait."""

    trait: str
    attributes: tuple[str, ...]
    words: tuple[str, ...] = ()
    is_birthday: bool = False


@dataclass(frozen=True)
class HouseholdRules:
    """All of them; every rule's trait is among ``traits``."""

    traits: tuple[TraitRule, ...]
    rules: tuple[Rule, ...]
    said: tuple[Said, ...]

    def trait(self, name: str) -> TraitRule | None:
        """The trait of that name."""
        return next((trait for trait in self.traits if trait.name == name), None)

    def number(self, name: str) -> int:
        """The trait's place."""
        return [trait.name for trait in self.traits].index(name)

    def half_life(self, name: str) -> float:
        """The longest half-life of a trait's rules: how far back its orders are counted."""
        return max((r.half_life_days for r in self.rules if r.trait == name), default=180.0)


def declared_text() -> str:
    """The rules that come with Regulars."""
    return resources.files(__package__).joinpath(RULES_FILE).read_text(encoding="utf-8")


def rules_of(path: str | None) -> HouseholdRules:
    """The rules of a file, or the declared ones; ParameterInvalid where it is no such file."""
    if path is None:
        return read_rules(declared_text(), RULES_FILE)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ParameterInvalid(
            f"Parameter rules: {shortened(path)} cannot be read as UTF-8 text. "
            f"Give the path of a file in the shape of {RULES_FILE}."
        ) from None
    return read_rules(text, path)


def read_rules(text: str, origin: str) -> HouseholdRules:
    """The rules of a TOML document; ParameterInvalid names the entry that is wrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ParameterInvalid(f"{origin} is not valid TOML: {error}. Mend that line.") from None
    for name in document:
        if name not in ("trait", "rule", "said"):
            raise ParameterInvalid(
                f"{origin}: [[{name}]]? {among(name, ('trait', 'rule', 'said'), 'Entries')}"
            )
    entries = {
        name: _entries(document.get(name, []), name, origin) for name in ("trait", "rule", "said")
    }
    traits = tuple(_trait(entry, origin) for entry in entries["trait"])
    names = [trait.name for trait in traits]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ParameterInvalid(f"{origin}: trait '{sorted(twice)[0]}' stands twice. Keep one.")
    if not traits or not entries["rule"]:
        raise ParameterInvalid(f"{origin} has no [[trait]] or no [[rule]]. It needs one of each.")
    if len(traits) > MOST_TRAITS or len(entries["rule"]) > MOST_RULES:
        raise ParameterInvalid(
            f"{origin} has {len(traits)} traits and {len(entries['rule'])} rules; "
            f"at most {MOST_TRAITS} and {MOST_RULES}. Drop those that tell least."
        )
    return HouseholdRules(
        traits,
        tuple(rule_of(entry, names, origin) for entry in entries["rule"]),
        tuple(_said(entry, names, origin) for entry in entries["said"]),
    )


def rule_of(entry: Mapping[str, Any], traits: list[str], origin: str) -> Rule:
    """One rule, checked."""
    where = f"{origin}: rule of '{entry.get('trait')}'"
    _check_keys(entry, RULE_KEYS, where)
    _check_trait(entry, traits, where)
    if not any(entry.get(key) for key in MATCHES):
        raise ParameterInvalid(f"{where} names no products. Give one of: {', '.join(MATCHES)}.")
    for key in ("category", "purpose", "product_id"):
        if not isinstance(entry.get(key, ""), str):
            raise ParameterInvalid(f"{where}: {key} cannot be '{entry[key]}'. It is a text.")
    return Rule(
        trait=entry["trait"],
        category=entry.get("category", "").strip("/ "),
        purpose=entry.get("purpose", "").strip(),
        product_id=entry.get("product_id", "").strip(),
        words=_words(entry, "words", where),
        without=_words(entry, "without", where),
        price_rank=_pair(entry, "price_rank", 1.0, where),
        weight=_number(entry, "weight", 1.0, 0.01, 5.0, where),
        half_life_days=_number(entry, "half_life_days", 180.0, 7.0, 3650.0, where),
        months=_pair(entry, "months", 240.0, where),
    )


def written(rules: HouseholdRules) -> str:
    """The rules as a TOML document; ``read_rules`` reads the same from it."""
    blocks = [
        _block("trait", [("name", t.name), ("en", t.en), ("zh", t.zh),
                         ("until_months", t.until_months)])
        for t in rules.traits
    ]  # fmt: skip
    blocks += [_block("rule", [(key, getattr(r, key)) for key in RULE_KEYS]) for r in rules.rules]
    blocks += [_block("said", [(key, getattr(s, key)) for key in SAID_KEYS]) for s in rules.said]
    return "\n".join(blocks)


def _block(name: str, values: list[tuple[str, Any]]) -> str:
    lines = [f"{key} = {_toml(value)}" for key, value in values if value not in (None, "", ())]
    return "\n".join([f"[[{name}]]", *lines, ""])


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(part) for part in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # a JSON string without surrogates is a TOML basic string
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _entries(given: Any, name: str, origin: str) -> list[Mapping[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise ParameterInvalid(f"{origin}: write each {name} under [[{name}]].")
    return given


def _trait(entry: Mapping[str, Any], origin: str) -> TraitRule:
    name = entry.get("name")
    where = f"{origin}: trait '{shortened(name)}'"
    _check_keys(entry, ("name", "en", "zh", "until_months"), where)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ParameterInvalid(
            f"{where} cannot be called that. A name has up to 40 small letters, digits and _."
        )
    for key in ("en", "zh"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise ParameterInvalid(
                f'{where} needs a label in both languages: en = "...", zh = "...".'
            )
    months = entry.get("until_months")
    if months is not None and (not isinstance(months, int) or not 1 <= months <= 240):
        raise ParameterInvalid(f"{where}: until_months is a whole number from 1 to 240.")
    return TraitRule(name, entry["en"].strip(), entry["zh"].strip(), months)


def _said(entry: Mapping[str, Any], traits: list[str], origin: str) -> Said:
    where = f"{origin}: said of '{entry.get('trait')}'"
    _check_keys(entry, SAID_KEYS, where)
    _check_trait(entry, traits, where)
    attributes = _words(entry, "attributes", where)
    if not attributes:
        raise ParameterInvalid(f"{where} names no attributes. Give the columns that say it.")
    return Said(
        entry["trait"], attributes, _words(entry, "words", where), bool(entry.get("is_birthday"))
    )


def _check_keys(entry: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    if unknown := [key for key in entry if key not in keys]:
        raise ParameterInvalid(f"{where} has '{unknown[0]}'. {among(unknown[0], keys, 'Keys')}")


def _check_trait(entry: Mapping[str, Any], traits: list[str], where: str) -> None:
    if entry.get("trait") not in traits:
        raise ParameterInvalid(f"{where}: {among(str(entry.get('trait')), traits, 'Traits')}")


def _words(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    given = entry.get(key, [])
    fits = isinstance(given, list | tuple) and all(isinstance(word, str) for word in given)
    words = tuple(word.strip() for word in given if word.strip()) if fits else ()
    if not fits or len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        raise ParameterInvalid(
            f'{where}: {key} is a list of texts such as ["..."]: at most {MOST_WORDS}, '
            f"each of at most {LONGEST_WORD} characters."
        )
    return words


def _number(
    entry: Mapping[str, Any], key: str, usual: float, low: float, high: float, where: str
) -> float:
    value = entry.get(key, usual)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        raise ParameterInvalid(
            f"{where}: {key} cannot be '{shortened(value)}'. "
            f"It is a number from {low:g} to {high:g}."
        )
    return float(value)


def _pair(
    entry: Mapping[str, Any], key: str, highest: float, where: str
) -> tuple[float, float] | None:
    value = entry.get(key)
    if value is None:
        return None
    fits = (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value)
    )
    if not fits or not 0 <= value[0] < value[1] <= highest:
        raise ParameterInvalid(
            f"{where}: {key} cannot be '{shortened(value)}'. "
            f"It is [from, to], rising, from 0 to {highest:g}."
        )
    return float(value[0]), float(value[1])
