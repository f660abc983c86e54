"""The catalogue: about 300 fictional products in 55 purposes, read from catalogue.toml.

Everything is held as arrays by product index or by group index (a group is one purpose),
so that a million choices are one numpy expression. Money is in fen (1/100 CNY), whole.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from regulars.simulator.arrays import Floats, Ints, Texts

DATA_FILE = Path(__file__).with_name("catalogue.toml")
ATTRACTION_SEED = 20_260_601  # the catalogue is the same in every simulation
NOISY_PURPOSE = "washing_machine"


@dataclass(frozen=True)
class Catalogue:
    """Products (arrays of length P) and their groups (arrays of length G).

    ``alternatives`` is G x A: the product indices of each group, padded with -1.
    ``needed_by`` is 0 nobody, 1 all, 2 baby, 3 cat, 4 dog.
    """

    product_id: Texts
    name: Texts
    name_zh: Texts
    name_en: Texts
    brand: Texts
    group: Ints
    brand_index: Ints
    price: Ints
    cost: Ints
    quality: Floats
    stage: Ints
    elasticity: Floats
    attraction: Floats
    has_batch: Ints
    purpose: Texts
    purpose_zh: Texts
    purpose_en: Texts
    category: Texts
    popularity: Floats
    season: Floats
    alternatives: Ints
    needed_by: Ints
    need_share: Floats
    cycle_days: Floats
    until_months: Floats
    stage_from: Floats
    companion_of: Ints
    companion: Ints
    companion_probability: Floats

    @property
    def product_count(self) -> int:
        return len(self.product_id)

    @property
    def group_count(self) -> int:
        return len(self.purpose)

    @property
    def noisy_product(self) -> int:
        """Index of the washing machine of which one batch is noisy."""
        group = int(np.flatnonzero(self.purpose == NOISY_PURPOSE)[0])
        return int(self.alternatives[group, 0])

    @property
    def is_appliance(self) -> Ints:
        """Per group: 1 for home appliances."""
        return np.char.startswith(self.category.astype(str), "appliances/").astype(np.int64)


@cache
def load_catalogue() -> Catalogue:
    """The catalogue of catalogue.toml."""
    with DATA_FILE.open("rb") as file:
        data = tomllib.load(file)
    groups: list[dict[str, Any]] = data["group"]
    return Catalogue(**_products(groups, data["brands"]), **_groups(groups), **_companions(groups))


def _products(groups: list[dict[str, Any]], brands: dict[str, list[Any]]) -> dict[str, Any]:
    rows: list[tuple[Any, ...]] = []
    brand_order = list(brands)
    for number, group in enumerate(groups):
        for key in group["brands"]:
            zh, en, factor, quality = brands[key]
            for pack_zh, pack_en, price, *stage in group["packs"]:
                name_zh = f"{zh}{group['zh']} {pack_zh}"
                name_en = f"{en} {group['en']} {pack_en}"
                fen = _believable_price(price * factor)
                cost = round(fen * group["cost_share"] * (1.06 - 0.12 * quality))
                age = stage[0] if stage else -1
                brand = brand_order.index(key)
                rest = group["elasticity"], "batch" in group
                rows.append(
                    (name_zh, name_en, f"{zh} {en}", number, brand, fen, cost, quality, age, *rest)
                )
    columns = list(zip(*rows, strict=True))
    rng = np.random.default_rng(ATTRACTION_SEED)
    attraction = rng.lognormal(0.0, 0.35, len(rows))
    purposes = [groups[row[3]]["purpose"] for row in rows]
    attraction[purposes.index(NOISY_PURPOSE)] = 4.0  # the machine of the noisy batch sells well
    return {
        "product_id": np.array([f"P{i:04d}" for i in range(1, len(rows) + 1)], dtype=object),
        "name": np.array([f"{r[0]} / {r[1]}" for r in rows], dtype=object),
        "name_zh": np.array(columns[0], dtype=object),
        "name_en": np.array(columns[1], dtype=object),
        "brand": np.array(columns[2], dtype=object),
        "group": np.array(columns[3], dtype=np.int64),
        "brand_index": np.array(columns[4], dtype=np.int64),
        "price": np.array(columns[5], dtype=np.int64),
        "cost": np.array(columns[6], dtype=np.int64),
        "quality": np.array(columns[7], dtype=float),
        "stage": np.array(columns[8], dtype=np.int64),
        "elasticity": np.array(columns[9]) * rng.uniform(0.85, 1.15, len(rows)),
        "attraction": attraction,
        "has_batch": np.array(columns[10], dtype=np.int64),
    }


def _believable_price(price: float) -> int:
    """Fen; prices end on .90 below 60 and on whole yuan minus one from there."""
    if price < 60:
        return int(price) * 100 + 90
    return int(round(price / 5.0) * 5 - 1) * 100


def _groups(groups: list[dict[str, Any]]) -> dict[str, Any]:
    counts = [len(g["brands"]) * len(g["packs"]) for g in groups]
    alternatives = np.full((len(groups), max(counts)), -1, dtype=np.int64)
    season = np.ones((len(groups), 12))
    stage_from = np.full((len(groups), 4), np.inf)
    first = 0
    for number, (group, count) in enumerate(zip(groups, counts, strict=True)):
        alternatives[number, :count] = np.arange(first, first + count)
        first += count
        for month, weight in group.get("season", {}).items():
            season[number, int(month) - 1] = weight
        months = group.get("stage_from_months", [])
        stage_from[number, : len(months)] = months
    needs = [group.get("need", {}) for group in groups]
    kinds = {"": 0, "all": 1, "baby": 2, "cat": 3, "dog": 4}
    return {
        "purpose": np.array([g["purpose"] for g in groups], dtype=object),
        "purpose_zh": np.array([g["zh"] for g in groups], dtype=object),
        "purpose_en": np.array([g["en"] for g in groups], dtype=object),
        "category": np.array([g["category"] for g in groups], dtype=object),
        "popularity": np.array([g["popularity"] for g in groups], dtype=float),
        "season": season,
        "alternatives": alternatives,
        "needed_by": np.array([kinds[n.get("who", "")] for n in needs], dtype=np.int64),
        "need_share": np.array([n.get("share", 0.0) for n in needs], dtype=float),
        "cycle_days": np.array([n.get("cycle_days", 0.0) for n in needs], dtype=float),
        "until_months": np.array([n.get("until_months", np.inf) for n in needs], dtype=float),
        "stage_from": stage_from,
    }


def _companions(groups: list[dict[str, Any]]) -> dict[str, Any]:
    order = [group["purpose"] for group in groups]
    pairs = [
        (number, order.index(other), probability)
        for number, group in enumerate(groups)
        for other, probability in group.get("companions", {}).items()
    ]
    return {
        "companion_of": np.array([p[0] for p in pairs], dtype=np.int64),
        "companion": np.array([p[1] for p in pairs], dtype=np.int64),
        "companion_probability": np.array([p[2] for p in pairs], dtype=float),
    }
