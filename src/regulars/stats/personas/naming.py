"""What the kinds of customers are called: declared rules on where their centres lie."""

from collections import Counter
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from regulars.errors import ParameterInvalid
from regulars.stats.group_rules import GroupRule, read_rules
from regulars.stats.personas.axes import AXES
from regulars.tables.text import Text

RULES_FILE = "personas.toml"
BETWEEN = " / "
MORE_AND_LESS = {
    "discount": (Text("more offers", "更爱优惠"), Text("fewer offers", "较少用优惠")),
    "price": (Text("higher prices", "价位更高"), Text("lower prices", "价位更低")),
    "novelty": (Text("more new products", "更爱新品"), Text("fewer new products", "较少买新品")),
    "variety": (Text("more brands", "品牌更多样"), Text("fewer brands", "品牌更集中")),
}


def persona_rules(path: str | None) -> tuple[GroupRule, ...]:
    """The rules of a file in the shape of personas.toml, None: of that; else ParameterInvalid."""
    if path is None:
        text = resources.files(__package__).joinpath(RULES_FILE).read_text(encoding="utf-8")
    else:
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ParameterInvalid(
                f"Parameter persona_rules: {path} cannot be read as UTF-8 text. "
                f"Give the path of a file in the shape of {RULES_FILE}."
            ) from None
    return read_rules(text, path or RULES_FILE, {"persona": AXES})["persona"]


def names_of(centres: Any, rules: Sequence[GroupRule]) -> list[Text]:
    """A name for each centre; of equal names, each but the first says in what it differs."""
    given = [_first_match(rules, dict(zip(AXES, centre, strict=True))) for centre in centres]
    twice = {name for name, count in Counter(given).items() if count > 1}
    said: list[Text] = []
    for number, name in enumerate(given):
        text = _text(name)
        if name in twice:
            others = [i for i, other in enumerate(given) if other == name and i != number]
            text = _distinct(text, centres[number] - np.mean(centres[others], axis=0))
        said.append(_numbered(text, said))
    return said


def _first_match(rules: Sequence[GroupRule], values: dict[str, float]) -> str:
    for rule in rules:
        if all(_holds(name, float(bound), values) for name, bound in rule.conditions):
            return rule.name
    raise AssertionError("the last rule takes the rest")


def _holds(condition: str, bound: float, values: dict[str, float]) -> bool:
    if condition.endswith("_at_least"):
        return values[condition.removesuffix("_at_least")] >= bound
    return values[condition.removesuffix("_below")] < bound


def _text(name: str) -> Text:
    english, _, chinese = name.partition(BETWEEN)
    return Text(english, chinese or english)


def _distinct(text: Text, apart: Any) -> Text:
    axis = int(np.abs(apart).argmax())
    more, less = MORE_AND_LESS[AXES[axis]]
    way = more if apart[axis] > 0 else less
    return Text(f"{text.en}, {way.en}", f"{text.zh}·{way.zh}")


def _numbered(text: Text, taken: Sequence[Text]) -> Text:
    """Three of a name may differ alike: a number tells these apart."""
    again = sum(other.en == text.en or other.en.startswith(f"{text.en} (") for other in taken)
    return Text(f"{text.en} ({again + 1})", f"{text.zh}（{again + 1}）") if again else text
