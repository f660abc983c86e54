"""Texts in one form, cut into pieces, and plurals as singulars."""

import pytest

from regulars.stats.search_words.texts import is_chinese, normalised, pieces, stem


@pytest.mark.parametrize(
    ("typed", "one_form"),
    [
        ("  ＵＳＢ　数据线 ", "usb 数据线"),
        ("Cat\tFood", "cat food"),
        ("１０包", "10包"),
        ("ｱｲﾛﾝ", "アイロン"),
        ("", ""),
    ],
)
def test_one_form_stands_for_all_ways_to_type_when_normalised(typed, one_form):
    assert normalised(typed) == one_form


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("抽纸 10包", ["抽纸", "10包"]),
        ("3层×24包", ["3层", "24包"]),
        ("2岁宝宝", ["2", "岁宝宝"]),
        ("milk 250ml", ["milk", "250ml"]),
        ("3-ply tissues", ["3-ply", "tissues"]),
        ("anti-rash l'oréal iphone15", ["anti-rash", "l'oréal", "iphone15"]),
        ("nike跑鞋", ["nike", "跑鞋"]),
        ("!!! ——", []),
    ],
)
def test_text_is_cut_where_no_dictionary_is_needed_when_taken_apart(text, found):
    assert [piece.text for piece in pieces(text)] == found


def test_only_words_with_a_blank_between_are_joined_when_neighbours():
    joined = [piece.is_joined for piece in pieces("cat food, dog 猫粮 狗粮")]
    assert joined == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("tissues", "tissue"),
        ("batteries", "battery"),
        ("shoes", "shoe"),
        ("glass", "glass"),
        ("bus", "bus"),
        ("gas", "gas"),
        ("猫s", "猫s"),
    ],
)
def test_plural_is_told_by_harmans_rules_when_english(plural, singular):
    assert stem(plural) == singular


def test_chinese_is_told_when_one_character_is():
    assert is_chinese("nike 鞋")
    assert not is_chinese("ナイキ nike")
