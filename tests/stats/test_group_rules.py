"""Group rules: first match wins; a file that is no such rules is refused in one line."""

from importlib import resources
from itertools import product

import pytest

import regulars.analyses
from regulars.analyses.rfm import RULE_VALUES, RULES_FILE
from regulars.errors import ParameterInvalid
from regulars.stats.group_rules import read_rules

TEXT = resources.files(regulars.analyses).joinpath(RULES_FILE).read_text(encoding="utf-8")
RULES = read_rules(TEXT, RULES_FILE, RULE_VALUES)


def group(rules, values):
    """The first rule that plain Python finds fulfilled."""
    for rule in rules:
        if all(holds(name, wanted, values) for name, wanted in rule.conditions):
            return rule.name
    raise AssertionError("the last rule takes the rest")


def holds(name, wanted, values):
    if name.endswith("_at_least"):
        return values[name.removesuffix("_at_least")] >= wanted
    if name.endswith("_below"):
        return values[name.removesuffix("_below")] < wanted
    return values[name] is wanted


@pytest.mark.parametrize(
    ("recency", "value", "name"),
    [
        (5, 5, "Champions"),
        (4, 4, "Champions"),
        (1, 5, "Can't Lose Them"),
        (5, 1, "New Customers"),
        (3, 1, "Promising"),
        (3, 2.5, "Needs Attention"),
        (2, 2, "Needs Attention"),
        (3, 4, "Loyal"),
        (5, 3, "Loyal"),
        (5, 2, "Potential Loyalists"),
        (2, 5, "At Risk"),
        (1, 3, "At Risk"),
        (2, 1, "About to Sleep"),
        (1, 1.5, "Hibernating"),
        (1, 1, "Lost"),
    ],
)
def test_english_group_is_as_the_source_says_when_scored(recency, value, name):
    assert group(RULES["english"], {"recency": recency, "value": value}) == name


def test_all_eleven_english_groups_are_reached_when_every_score_is_tried():
    grid = product(range(1, 6), (half / 2 for half in range(2, 11)))
    found = {group(RULES["english"], {"recency": r, "value": v}) for r, v in grid}
    assert found == {rule.name for rule in RULES["english"]}
    assert len(found) == 11


def test_all_eight_chinese_groups_are_reached_once_when_every_flag_is_tried():
    names = RULE_VALUES["chinese"]
    flags = [dict(zip(names, each, strict=True)) for each in product((True, False), repeat=3)]
    found = [group(RULES["chinese"], each) for each in flags]
    assert found == [
        "重要价值",
        "一般价值",
        "重要发展",
        "一般发展",
        "重要保持",
        "一般保持",
        "重要挽留",
        "一般挽留",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[chinese", "is not valid TOML"),
        ('[[german]]\nname = "Gut"', "Namings: chinese, english"),
        ('[[chinese]]\nname = "a"', "has no [[english]]"),
        (TEXT + '[[english]]\nname = "More"', "only the last, has no 'when'"),
        ('[[chinese]]\nname = 1\n[[english]]\nname = "x"', 'needs a name = "..."'),
        ('[[chinese]]\nname = "a"\nif = {}\n[[english]]\nname = "x"', "Keys: name, when"),
        (
            '[[chinese]]\nname = "a"\nwhen = {is_recnt = true}\n[[chinese]]\nname = "b"\n'
            '[[english]]\nname = "x"',
            "Did you mean 'is_recent'",
        ),
        (
            '[[chinese]]\nname = "a"\nwhen = {is_recent = 1}\n[[chinese]]\nname = "b"\n'
            '[[english]]\nname = "x"',
            "is_recent cannot be '1'. It is true or false.",
        ),
        (
            '[[chinese]]\nname = "a"\n[[english]]\nname = "x"\nwhen = {value_below = "3"}\n'
            '[[english]]\nname = "y"',
            "value_below cannot be '3'. It is a number.",
        ),
    ],
)
def test_rules_are_refused_with_one_clear_line_when_malformed(text, message):
    with pytest.raises(ParameterInvalid) as refused:
        read_rules(text, "mine.toml", RULE_VALUES)
    assert message in str(refused.value)
    assert str(refused.value).startswith("mine.toml")
    assert "\n" not in str(refused.value)
