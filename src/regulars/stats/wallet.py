"""What customers alike spend here at most: a high quantile of spend given who they are.

A customer's whole spend on such goods, elsewhere too, is never seen. Customers alike in what can
be seen of them (age, gender, region, membership, how long they are known) differ in spend mostly
by how much of it they bring here; the one near the top of them brings nearly all. That spend is
the estimate of everyone's wallet. It knows nothing of households whose needs are hidden.

Source  Perlich, Rosset, Lawrence & Zadrozny (2007) High-quantile modeling for customer wallet
        estimation, KDD 2007, 977-985 (REALISTIC wallet as a conditional quantile)
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

FEWEST = 200
MOST_FITTED = 50_000
QUANTILES = (0.85, 0.9, 0.95)
CODED = ("gender", "region")


@dataclass(frozen=True)
class Wallet:
    """The columns of a wallet, and how often spend lies below it."""

    columns: dict[str, Any]
    measures: dict[str, float]


def wallet(people: pa.Table, amount: Any, *, seed: int) -> Wallet:
    """The wallet of people sorted by id, with known_days, age_years, is_member, gender, region."""
    size = len(amount)
    names = ("wallet_amount", "share_of_wallet", "share_of_wallet_low", "share_of_wallet_high")
    if size < FEWEST:
        return Wallet({name: np.full(size, np.nan) for name in names}, {})
    features = _features(people)
    spent = np.maximum(amount, 0.0)
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(size, min(size, MOST_FITTED), replace=False))
    held = rng.random(len(drawn)) < 0.2
    fitted, kept = drawn[~held], drawn[held]
    found = np.column_stack([_quantile(features, spent, fitted, q, seed) for q in QUANTILES])
    found = np.sort(np.maximum(found, 0.0), axis=1)  # quantiles may not cross
    below = (spent[kept][:, None] <= found[kept]).mean(axis=0) if len(kept) else [np.nan] * 3
    shares = spent[:, None] / np.maximum(np.maximum(found, spent[:, None]), 1e-9)
    shares[spent <= 0] = 0.0
    columns = dict(zip(names, (found[:, 1], shares[:, 1], shares[:, 2], shares[:, 0]), strict=True))
    said = {f"held back below the {q:.0%} point": b for q, b in zip(QUANTILES, below, strict=True)}
    return Wallet(columns, {name: float(value) for name, value in said.items()})


def _features(people: pa.Table) -> Any:
    numbers = [
        people[name].to_numpy().astype(np.float64)
        for name in ("known_days", "age_years", "is_member")
    ]
    codes = [_codes(people[name]) for name in CODED]
    return np.column_stack(numbers + codes)


def _codes(values: Any) -> Any:
    """Texts as numbers in the order of how often they occur; unknown is none of them."""
    texts = np.array([text or "" for text in values.to_pylist()])
    names, place, counts = np.unique(texts, return_inverse=True, return_counts=True)
    order = np.lexsort((names, -counts))
    rank = np.empty(len(names))
    rank[order] = np.arange(len(names))
    rank[names == ""] = np.nan
    return rank[place]


def _quantile(features: Any, spent: Any, fitted: Any, quantile: float, seed: int) -> Any:
    import lightgbm

    parameters = {
        "objective": "quantile",
        "alpha": quantile,
        "num_leaves": 15,
        "min_data_in_leaf": max(20, len(fitted) // 200),
        "learning_rate": 0.1,
        "verbosity": -1,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": seed,
    }
    rows = lightgbm.Dataset(features[fitted], spent[fitted])
    return np.asarray(lightgbm.train(parameters, rows, 80).predict(features))
