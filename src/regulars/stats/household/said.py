"""What customers say of themselves, read as yes or no to a trait, or as a child's birthday.

A value that says neither is left aside: nothing is made of silence.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from regulars.stats.household.evidence import pattern
from regulars.stats.household.rules import HouseholdRules, Said

YES = frozenset({"yes", "y", "true", "t", "1", "是", "有", "对", "养"})
NO = frozenset(
    {
        "no",
        "n",
        "none",
        "false",
        "f",
        "0",
        "nothing",
        "否",
        "无",
        "没有",
        "没",
        "不",
        "不养",
        "未养",
    }
)
DENIAL = re.compile(r"\b(no|not|none|never|without|don't|doesn't|isn't)\b|[无没不未非]")
SEPARATORS = re.compile(r"[,;，；、|/\n。.!！]+|\band\b|\bbut\b|和|但")
A_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
DAYS_OF_MONTH = 30.4375


@dataclass(frozen=True)
class Statement:
    """What one value says of a trait; ``months``: a child's age on the day."""

    trait: str
    is_so: bool
    months: float | None = None


def statements(
    attribute: str, value: str, rules: HouseholdRules, as_of: date
) -> tuple[Statement, ...]:
    """What a value (JSON text) of an attribute says, of every trait that it speaks of."""
    texts = _texts(value)
    found = (
        _statement(said, texts, rules, as_of) for said in rules.said if attribute in said.attributes
    )
    return tuple(one for one in found if one is not None)


def _statement(
    said: Said, texts: Sequence[str], rules: HouseholdRules, as_of: date
) -> Statement | None:
    if said.is_birthday:
        return _birthday(said, texts, rules, as_of)
    is_so = _by_words(said.words, texts) if said.words else _plainly(texts)
    return None if is_so is None else Statement(said.trait, is_so)


def _birthday(
    said: Said, texts: Sequence[str], rules: HouseholdRules, as_of: date
) -> Statement | None:
    """The youngest child that is born; whether it has outgrown the trait."""
    days = [day for text in texts for day in _days(text) if day <= as_of]
    if not days:
        return None
    months = (as_of - max(days)).days / DAYS_OF_MONTH
    trait = rules.trait(said.trait)
    limit = trait.until_months if trait else None
    return Statement(said.trait, limit is None or months < limit, months)


def _days(text: str) -> list[date]:
    found = []
    for year, month, day in A_DAY.findall(text):
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found


def _plainly(texts: Sequence[str]) -> bool | None:
    """Yes, no, or a number of them."""
    for text in texts:
        if text in YES:
            return True
        if text in NO:
            return False
        if re.fullmatch(r"\d{1,2}(\.0+)?", text):
            return float(text) > 0
    return None


def _by_words(words: Sequence[str], texts: Sequence[str]) -> bool | None:
    """Whether a part of the text names it, without denying it; 'none' denies all."""
    search = re.compile(pattern(words))
    answer: bool | None = None
    for text in texts:
        if text in NO:
            answer = False
        for part in SEPARATORS.split(text):
            if named := search.search(part):
                # a word may itself begin with a denial: 无糖
                rest = part[: named.start()] + part[named.end() :]
                answer = answer or not DENIAL.search(rest)
    return answer


def _texts(value: str) -> list[str]:
    """A JSON value's texts, small letters; of a list each, of true and false their words."""
    try:
        read = json.loads(value)
    except ValueError:
        read = value
    parts = read if isinstance(read, list) else [read]
    return [
        ("yes" if part else "no") if isinstance(part, bool) else str(part).strip().lower()
        for part in parts
        if part is not None and not isinstance(part, dict) and str(part).strip()
    ]
