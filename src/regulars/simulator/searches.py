"""Search terms: the purpose's word, with modifiers that personas and purposes tilt."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, Texts, draw_rows
from regulars.simulator.catalogue import Catalogue, load_catalogue

DATA_FILE = Path(__file__).with_name("queries.toml")


@dataclass(frozen=True)
class Queries:
    """All texts that are typed: group x modifier (0 = none) in zh and en, then the missing."""

    texts: Texts
    modifier_weights: Floats  # (persona x group) rows, cumulative over modifiers
    modifiers: Texts
    modifier_count: int
    missing_count: int
    modified_share: float
    missing_share: float


@cache
def load_queries() -> Queries:
    """The search terms of queries.toml for the catalogue's purposes."""
    with DATA_FILE.open("rb") as file:
        data = tomllib.load(file)
    catalogue, modifiers, missing = load_catalogue(), data["modifier"], data["missing"]
    texts = [
        text
        for language in ("zh", "en")
        for group in range(catalogue.group_count)
        for text in _texts(catalogue, group, modifiers, language)
    ]
    texts += [m[language] for language in ("zh", "en") for m in missing]
    return Queries(
        texts=np.array(texts, dtype=object),
        modifier_weights=_weights(catalogue, modifiers),
        modifiers=np.array([m["zh"] for m in modifiers], dtype=object),
        modifier_count=len(modifiers),
        missing_count=len(missing),
        modified_share=data["modified_share"],
        missing_share=data["missing_share"],
    )


def _texts(
    catalogue: Catalogue, group: int, modifiers: list[dict[str, Any]], language: str
) -> list[str]:
    head = str((catalogue.purpose_zh if language == "zh" else catalogue.purpose_en)[group])
    if language == "zh":
        return [head, *(f"{head} {m['zh']}" for m in modifiers)]
    return [head, *(f"{m['en']} {head}" for m in modifiers)]


def _weights(catalogue: Catalogue, modifiers: list[dict[str, Any]]) -> Floats:
    personas, purposes = len(modifiers[0]["tilt"]), catalogue.purpose.astype(str)
    weight = np.zeros((personas, catalogue.group_count, len(modifiers)))
    for number, modifier in enumerate(modifiers):
        fits = np.isin(purposes, modifier.get("purposes", purposes))
        tilt = np.array(modifier["tilt"]) * modifier.get("weight", 1.0)
        weight[:, :, number] = tilt[:, None] * fits[None, :]
    cumulative = np.cumsum(weight.reshape(personas * catalogue.group_count, -1), axis=1)
    return np.asarray(cumulative / cumulative[:, -1:])


@dataclass(frozen=True)
class Searches:
    """Per search: the row of `Queries.texts`, the modifier (0 none), and if nothing is found."""

    text: Ints
    modifier: Ints
    is_missing: Flags


def draw_queries(group: Ints, persona: Ints, in_english: Flags, rng: Rng) -> Searches:
    """What is typed by people who look for each group."""
    queries, groups = load_queries(), load_catalogue().group_count
    count = len(group)
    row = persona * groups + group
    modifier = 1 + draw_rows(queries.modifier_weights, row, rng)
    modifier = np.where(rng.random(count) < queries.modified_share, modifier, 0)
    per_language = groups * (queries.modifier_count + 1)
    text = in_english * per_language + group * (queries.modifier_count + 1) + modifier
    nothing = rng.random(count) < queries.missing_share
    missing = rng.integers(0, queries.missing_count, count)
    missing += 2 * per_language + in_english * queries.missing_count
    return Searches(np.where(nothing, missing, text), np.where(nothing, 0, modifier), nothing)
