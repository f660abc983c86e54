"""The twenty shops and the two fronts online, read from stores.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Texts

DATA_FILE = Path(__file__).with_name("stores.toml")
WEB = 20  # index of the web shop's front
APP = 21


@dataclass(frozen=True)
class Stores:
    """22 rows: shops 0-19, then web and app. ``weight`` is a shop's share of customers."""

    store_id: Texts
    name: Texts
    channel: Texts
    city: Texts
    region: Texts
    area_m2: Floats
    weight: Floats
    has_sensors: Flags
    mean_temperature: Floats
    temperature_swing: Floats

    @property
    def shop_count(self) -> int:
        return WEB


@cache
def load_stores() -> Stores:
    """The stores of stores.toml, fronts last (no city, area or weather of their own)."""
    with DATA_FILE.open("rb") as file:
        data = tomllib.load(file)
    shops, fronts = data["stores"], data["fronts"]
    weight = np.array([s[6] for s in shops] + [0.0] * len(fronts))
    return Stores(
        store_id=np.array([s[0] for s in [*shops, *fronts]], dtype=object),
        name=np.array(
            [f"{s[1]}{s[3]} / {s[2]} {s[0]}" for s in shops] + [f[1] for f in fronts], dtype=object
        ),
        channel=np.array(["store"] * len(shops) + [f[2] for f in fronts], dtype=object),
        city=np.array([s[1] for s in shops] + [None] * len(fronts), dtype=object),
        region=np.array([s[4] for s in shops] + [None] * len(fronts), dtype=object),
        area_m2=np.array([float(s[5]) for s in shops] + [np.nan] * len(fronts)),
        weight=weight / weight.sum(),
        has_sensors=np.array([bool(s[7]) for s in shops] + [False] * len(fronts)),
        mean_temperature=np.array([float(s[8]) for s in shops] + [np.nan] * len(fronts)),
        temperature_swing=np.array([float(s[9]) for s in shops] + [np.nan] * len(fronts)),
    )
