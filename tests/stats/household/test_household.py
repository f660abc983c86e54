"""Rules, words of customers, strength against the base rate, a child's age."""

import re
from datetime import date

import numpy as np
import pytest

from regulars.errors import ParameterInvalid
from regulars.stats.household.child_age import child_ages
from regulars.stats.household.evidence import pattern
from regulars.stats.household.rules import (
    RULES_FILE,
    Rule,
    declared_text,
    read_rules,
    rules_of,
    written,
)
from regulars.stats.household.said import Statement, statements
from regulars.stats.household.strength import mixture

RULES = rules_of(None)
DAY = date(2026, 9, 30)


def test_rules_are_the_same_when_written_and_read_again():
    assert read_rules(written(RULES), "again") == RULES
    assert {rule.trait for rule in RULES.rules} <= {trait.name for trait in RULES.traits}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[rule", "is not valid TOML"),
        ('[[rules]]\ntrait = "baby"', "Did you mean 'rule'"),
        ('[[rule]]\ntrait = "baby"\nwords = ["x"]', r"no \[\[trait\]\]"),
        ('T[[rule]]\ntrait = "babi"\nwords = ["x"]', "Did you mean 'baby'"),
        ('T[[rule]]\ntrait = "baby"', "names no products"),
        ('T[[rule]]\ntrait = "baby"\nword = ["x"]', "Did you mean 'words'"),
        ('T[[rule]]\ntrait = "baby"\nwords = "x"', "list of texts"),
        ('T[[rule]]\ntrait = "baby"\nwords = ["x"]\nweight = 9', "from 0.01 to 5"),
        ('T[[rule]]\ntrait = "baby"\nwords = ["x"]\nhalf_life_days = true', "a number from 7"),
        ('T[[rule]]\ntrait = "baby"\nwords = ["x"]\nmonths = [6, 3]', "rising"),
        ('T[[rule]]\ntrait = "baby"\ncategory = 3', "It is a text"),
        ('TT[[rule]]\ntrait = "baby"\nwords = ["x"]', "stands twice"),
        ('[[trait]]\nname = "Ba by"\nen = "x"\nzh = "x"', "small letters"),
        ('[[trait]]\nname = "baby"\nen = "x"', "both languages"),
        ('T[[rule]]\ntrait = "baby"\nwords = ["x"]\n[[said]]\ntrait = "baby"', "no attributes"),
    ],
)
def test_error_names_the_entry_when_rules_are_wrong(text, says):
    trait = '[[trait]]\nname = "baby"\nen = "Baby"\nzh = "宝宝"\n'
    with pytest.raises(ParameterInvalid, match=says):
        read_rules(text.replace("T[", trait + "[").replace("T[", trait + "["), RULES_FILE)


def test_error_says_so_when_the_file_is_not_there(tmp_path):
    with pytest.raises(ParameterInvalid, match="cannot be read as UTF-8"):
        rules_of(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("word", "text", "fits"),
    [
        ("cat", "a cat bed", True),
        ("cat", "cats", True),
        ("cat", "category", False),
        ("cat", "educat", False),
        ("猫", "成猫粮", True),
        ("1段", "奶粉1段", True),
        ("1段", "奶粉11段", False),
        ("sugar-free", "gum, sugar-free.", True),
        ("a.b", "axb", False),
    ],
)
def test_word_is_found_as_a_word_when_its_letters_are_latin(word, text, fits):
    assert bool(re.search(pattern([word]), text)) == fits


@pytest.mark.parametrize(
    ("attribute", "value", "said"),
    [
        ("has_children", '"yes"', [("family_with_children", True)]),
        ("has_children", "false", [("family_with_children", False)]),
        ("子女数", "2", [("family_with_children", True)]),
        ("子女数", '"0"', [("family_with_children", False)]),
        ("has_children", '"perhaps"', []),
        ("宠物", '"猫、狗"', [("pet_cat", True), ("pet_dog", True)]),
        ("pets", '["Dog"]', [("pet_dog", True)]),
        ("pets", '"none"', [("pet_cat", False), ("pet_dog", False)]),
        ("pets", '"没有猫，有狗"', [("pet_cat", False), ("pet_dog", True)]),
        ("pets", '"no cat but two dogs"', [("pet_cat", False), ("pet_dog", True)]),
        ("饮食", '"无糖"', [("diet_low_sugar", True)]),
        ("diet", '"not vegetarian"', [("diet_vegetarian", False)]),
        ("孩子生日", '"2026-03-30"', [("baby", True), ("family_with_children", True)]),
        ("孩子生日", '"2016/3/30"', [("baby", False), ("family_with_children", True)]),
        ("孩子生日", '"2027-01-01"', []),
        ("孩子生日", '"2026-02-31"', []),
        ("colour", '"cat"', []),
    ],
)
def test_words_are_understood_when_customers_say_something(attribute, value, said):
    found = statements(attribute, value, RULES, DAY)
    assert [(one.trait, one.is_so) for one in found] == said


def test_age_is_exact_when_the_birthday_is_said():
    (baby, _family) = statements("孩子生日", '"2026-03-30"', RULES, DAY)
    assert baby == Statement("baby", True, pytest.approx(6.0, abs=0.1))


def drawn_households(count=20_000, seed=1):
    rng = np.random.default_rng(seed)
    has = rng.random(count) < 0.12
    orders = rng.gamma(1.2, 8, count) + 0.5
    rate = np.where(has, rng.gamma(2, 0.2, count), rng.gamma(4, 0.005, count))
    return has, orders, rng.poisson(orders * rate).astype(float)


def test_strength_is_a_probability_when_households_are_drawn():
    has, orders, told = drawn_households()
    model = mixture(told, orders)
    strength = model.strengths(told, orders)
    assert model.share == pytest.approx(0.12, abs=0.02)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        here = (strength >= low) & (strength < low + 0.2)
        error = 4 * (0.25 / here.sum()) ** 0.5
        assert has[here].mean() == pytest.approx(strength[here].mean(), abs=0.03 + error)
    assert ((strength - has) ** 2).mean() < ((told > 0) ^ has).mean() / 2


def test_who_buys_everything_is_less_sure_than_who_buys_only_this():
    _has, orders, told = drawn_households()
    model = mixture(told, orders)
    few, many = model.strengths(np.array([3.0, 3.0]), np.array([6.0, 80.0]))
    assert few > 0.9
    assert many < 0.5


@pytest.mark.parametrize("count", [0, 1, 2])
def test_beliefs_decide_when_there_are_hardly_any_households(count):
    model = mixture(np.ones(count), np.full(count, 2.0))
    strength = model.strengths(np.array([0.0, 1.0, 5.0]), np.array([5.0, 5.0, 5.0]))
    assert 0 < strength[0] < strength[1] < strength[2] <= 1


def test_age_is_where_the_packs_agree_when_stages_were_bought():
    rules = (Rule("baby", words=("s",), months=(0, 4)), Rule("baby", words=("m",), months=(4, 10)))
    # S until 60 days ago, M since: born 6 months ago
    age = np.array([100, 60, 58, 10, 5])
    rule = np.array([0, 0, 1, 1, 1])
    found = child_ages(np.full(5, 7), rule, age, np.full(5, 1_000_000), rules)
    assert found.number.tolist() == [7]
    assert found.low[0] <= 6 <= found.high[0]
    assert found.months[0] == pytest.approx(6, abs=1)


def test_age_moves_on_with_time_when_nothing_more_is_bought():
    rules = (Rule("baby", words=("s",), months=(0, 4)),)
    ages = [
        child_ages(np.array([0]), np.array([0]), np.array([days]), np.array([10**6]), rules).months
        for days in (0, 304)
    ]
    assert ages[1][0] - ages[0][0] == pytest.approx(10, abs=0.5)


def test_no_age_when_nothing_of_a_stage_was_bought():
    nothing = np.zeros(0, np.int64)
    assert not len(child_ages(nothing, nothing, nothing, nothing, ()).number)


def test_declared_rules_say_where_their_ages_come_from():
    assert "GB 10765" in declared_text()
