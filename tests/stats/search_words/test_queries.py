"""Heads and modifiers of queries, with a catalogue and without one."""

import numpy as np
import pytest

from regulars.stats.search_words import AMBIGUOUS, Described, catalogue_words, query_words

DRESSES = [
    Described(f"{brand}{kind}连衣裙 {season}", brand, "women/dresses", None)
    for brand, kind, season in (
        ("依恋", "雪纺", "夏季"),
        ("依恋", "碎花", "春季"),
        ("茵曼", "显瘦", "夏季"),
        ("茵曼", "长款", "秋季"),
    )
]
WATER = [
    Described(f"{brand} drinking water {size}", brand, "food/drinks", "water")
    for brand, size in (
        ("ClearSpring", "550 ml × 24"),
        ("HillHerd", "5 l"),
        ("Clear Spring", "1 l"),
    )
]
WIPES = [
    Described(f"{name} 80片", None, "home/paper", purpose)
    for purpose, name in (
        ("wet_wipes", "湿巾"),
        ("wet_wipes", "湿巾 加厚"),
        ("baby_wipes", "婴儿湿巾"),
        ("baby_wipes", "婴儿湿巾"),
    )
]
FORMULA = [
    Described(f"infant formula stage {stage}", None, "baby/formula", "milk_powder")
    for stage in (1, 2, 3)
]
CATALOGUE = catalogue_words([*DRESSES, *WATER, *WIPES, *FORMULA])


def understood(*queries, catalogue=CATALOGUE, counts=None):
    """Each query as (head, its kind, its group, modifiers)."""
    found = query_words(queries, np.array(counts or [1] * len(queries)), catalogue)
    answers = []
    for text in found.text_of:
        head = found.head_of[text]
        group = found.groups[head]
        named = catalogue.groups[group] if group != AMBIGUOUS else None
        labels = [found.labels[one] for one in found.modifiers[text]]
        answers.append((found.labels[head], found.kinds[head], named, labels))
    return answers


@pytest.mark.parametrize(
    ("query", "head", "group", "modifiers"),
    [
        ("显瘦连衣裙", "连衣裙", "women/dresses", ["显瘦"]),
        ("连衣裙 显瘦", "连衣裙", "women/dresses", ["显瘦"]),
        ("new drinking water", "drinking water", "water", ["new"]),
        ("Water", "water", "water", []),
        ("湿巾", "湿巾", "wet_wipes", []),
        ("婴儿湿巾", "婴儿湿巾", "baby_wipes", []),
        ("湿巾 10包", "湿巾", "wet_wipes", ["10包"]),
        ("cheap infant formula", "infant formula", "milk_powder", ["cheap"]),
        ("ClearSpring drinking water", "drinking water", "water", ["clearspring"]),
        ("clear spring drinking water", "drinking water", "water", ["clear spring"]),
    ],
)
def test_head_is_what_the_catalogue_names_when_it_names_it(query, head, group, modifiers):
    (found,) = understood(query)
    assert found == (head, "product", group, modifiers)


def test_brand_is_told_apart_when_it_is_a_modifier_or_stands_alone():
    found = query_words(["依恋连衣裙", "茵曼"], np.array([1, 1]), CATALOGUE)
    kinds = dict(zip(found.labels, found.kinds, strict=True))
    assert kinds == {"依恋": "brand", "连衣裙": "product", "茵曼": "brand"}
    assert understood("茵曼") == [("茵曼", "brand", None, [])]


def test_words_are_one_term_when_they_are_searched_together():
    queries = [
        "空气炸锅",
        "便宜空气炸锅",
        "air fryer",
        "cheap air fryer",
        "连衣裙 敏感肌",
        "cheap water",
    ]
    found = understood(*queries, counts=[50, 5, 40, 4, 9, 30])
    assert found[0] == ("空气炸锅", "other", None, [])
    assert found[1] == ("空气炸锅", "other", None, ["便宜"])
    assert found[3] == ("air fryer", "other", None, ["cheap"])
    assert found[4][3] == ["敏感肌"]


def test_head_is_the_word_most_often_alone_when_the_catalogue_knows_none():
    queries = ["typewriter", "retro typewriter", "retro lamp", "lamp"]
    found = understood(*queries, catalogue=catalogue_words([]), counts=[100, 8, 7, 60])
    assert [one[0] for one in found] == ["typewriter", "typewriter", "lamp", "lamp"]
    assert found[1][3] == ["retro"]


def test_same_query_counts_once_when_typed_in_several_ways():
    found = query_words(["Ｗater", "water ", "WATERS"], np.array([1, 1, 1]), CATALOGUE)
    assert found.text_of.tolist() == [0, 0, 1]
    assert len(set(found.head_of.tolist())) == 1


@pytest.mark.parametrize("query", ["", "???", "的", "for the", "10包"])
def test_query_is_its_own_head_when_it_holds_no_word(query):
    ((head, kind, group, modifiers),) = understood(query)
    assert (head, kind, group, modifiers) == (query, "other", None, [])


def test_words_of_many_groups_name_no_product_when_counted():
    products = [
        Described(f"正品 {noun} {place}", None, f"shop/{noun}", None)
        for noun in ("毛巾", "牙刷", "冰箱", "电池", "茶叶")
        for place in "甲乙"
    ]
    heads = catalogue_words(products).heads
    assert ("正品",) not in heads
    assert {("毛巾",), ("牙刷",), ("冰箱",), ("电池",), ("茶叶",)} <= set(heads)


def test_nothing_is_known_when_the_catalogue_says_nothing():
    assert catalogue_words([Described(None, None, "unknown", None)]).heads == {}
