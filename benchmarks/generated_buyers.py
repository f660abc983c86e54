"""Customers of a shop that is two years old, by the MBG/NBD itself, to the day: always the same."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DAYS = 730
TRUTH = {"r": 0.6, "alpha": 40.0, "a": 0.8, "b": 3.0}


def buyers(count: int, seed: int = 1) -> tuple[Floats, Floats, Floats]:
    """Repeat orders (days with one), first to last order, first order to today; in days."""
    rng = np.random.default_rng(seed)
    age = rng.integers(1, DAYS + 1, count).astype(np.float64)
    rate = np.maximum(rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], count), 1e-12)
    stop = np.maximum(rng.beta(TRUTH["a"], TRUTH["b"], count), 1e-12)
    left = rng.geometric(stop) - 1  # repeat orders until he stops
    orders, last, now = np.zeros(count), np.zeros(count), np.zeros(count)
    active = np.flatnonzero(left > 0)
    while len(active):
        now[active] += rng.exponential(1 / rate[active])
        active = active[now[active] <= age[active]]
        day = np.ceil(now[active])
        orders[active] += day > last[active]
        last[active] = np.maximum(day, last[active])
        left[active] -= 1
        active = active[left[active] > 0]
    return orders, last, age
