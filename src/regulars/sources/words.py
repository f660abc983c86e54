"""Words in cells that decide what a row is, from ``words.toml``, as SQL."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from regulars.lake.engine import quoted


@cache
def word_lists(subject: str) -> Mapping[str, list[str]]:
    """Meaning -> the words for it, of one subject (order_status, channel ...)."""
    text = files("regulars.sources").joinpath("words.toml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(text)
    return found[subject]


def says(text: str, subject: str, meaning: str) -> str:
    """SQL: the text is one of the words for a meaning; never null."""
    return f"coalesce(lower({text}) IN ({listed(word_lists(subject)[meaning])}), FALSE)"


def meaning_of(text: str, subject: str) -> str:
    """SQL: the meaning that a text's word has; its lower case where it is no known word."""
    cases = " ".join(
        f"WHEN lower({text}) IN ({listed(words)}) THEN {quoted(meaning)}"
        for meaning, words in word_lists(subject).items()
    )
    return f"CASE {cases} ELSE lower({text}) END"


def listed(words: Iterable[str]) -> str:
    """SQL literals, with commas between."""
    return ", ".join(quoted(word) for word in words)
