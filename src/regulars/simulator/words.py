"""Sentences of voice.toml as flat arrays, so that texts are takes and joins."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, Texts, draw_rows
from regulars.simulator.catalogue import Catalogue, load_catalogue
from regulars.simulator.columns import TextColumn, joined, taken

DATA_FILE = Path(__file__).with_name("voice.toml")
MOODS = ("bad", "even", "good")  # sentiment -1, 0, 1
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Sentences:
    """``first[aspect, mood, language]`` and ``count`` point into the texts' halves at {p}."""

    aspects: tuple[str, ...]
    before: Texts
    after: Texts
    has_noun: Ints
    first: Ints
    count: Ints
    closing_first: Ints
    closing_count: Ints
    closings: Texts
    of_group: Floats  # group x aspect, cumulative weights


@cache
def load_sentences() -> Sentences:
    """The sentences of voice.toml."""
    with DATA_FILE.open("rb") as file:
        data = tomllib.load(file)
    aspects = data["aspect"]
    texts: list[str] = []
    first = np.zeros((len(aspects), 3, 2), dtype=np.int64)
    count = np.zeros_like(first)
    closings: list[str] = []
    closing_first, closing_count = np.zeros((2, 3, 2), dtype=np.int64)
    for mood, mood_name in enumerate(MOODS):
        for language, suffix in enumerate(LANGUAGES):
            key = f"{mood_name}_{suffix}"
            closing_first[mood, language] = len(closings)
            closing_count[mood, language] = len(data["closing"][key])
            closings += data["closing"][key]
            for number, aspect in enumerate(aspects):
                first[number, mood, language] = len(texts)
                count[number, mood, language] = len(aspect[key])
                texts += aspect[key]
    halves = [text.partition("{p}") for text in texts]
    return Sentences(
        aspects=tuple(a["name"] for a in aspects),
        before=np.array([h[0] for h in halves], dtype=object),
        after=np.array([h[2] for h in halves], dtype=object),
        has_noun=np.array([bool(h[1]) for h in halves], dtype=np.int64),
        first=first,
        count=count,
        closing_first=closing_first,
        closing_count=closing_count,
        closings=np.array(closings, dtype=object),
        of_group=_aspects_of_groups(load_catalogue(), aspects),
    )


def _aspects_of_groups(catalogue: Catalogue, aspects: list[dict[str, Any]]) -> Floats:
    top = np.char.partition(catalogue.category.astype(str), "/")[:, 0]
    weight = np.zeros((catalogue.group_count, len(aspects)))
    for number, aspect in enumerate(aspects):
        own = np.isin(top, aspect["for"]) * 2.0 if "for" in aspect else np.ones(len(top))
        weight[:, number] = own * (0.15 if aspect["name"] == "stock" else 1.0)
    cumulative = np.cumsum(weight, axis=1)
    return np.asarray(cumulative / cumulative[:, -1:])


def aspect_number(name: str) -> int:
    """The aspect's number."""
    return load_sentences().aspects.index(name)


def usual_aspects(group: Ints, rng: Rng) -> Ints:
    """An aspect that fits each group."""
    return draw_rows(load_sentences().of_group, group, rng)


def compose(group: Ints, aspect: Ints, sentiment: Ints, in_english: Flags, rng: Rng) -> TextColumn:
    """One text per row: a sentence of the aspect about the purpose, and a closing."""
    s, catalogue = load_sentences(), load_catalogue()
    place = (aspect, sentiment + 1, in_english.astype(np.int64))
    sentence = s.first[place] + (rng.random(len(group)) * s.count[place]).astype(np.int64)
    end = place[1:]
    closing = (rng.random(len(group)) * s.closing_count[end]).astype(np.int64)
    nouns = np.r_[catalogue.purpose_zh, catalogue.purpose_en, np.array([""], dtype=object)]
    noun = np.where(
        s.has_noun[sentence] == 1, group + catalogue.group_count * in_english, len(nouns) - 1
    )
    return joined(
        taken(s.before, sentence),
        taken(nouns, noun),
        taken(s.after, sentence),
        taken(s.closings, s.closing_first[end] + closing),
    )
