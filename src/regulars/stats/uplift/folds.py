"""Folds in which arms and answers are as common as in all.

Where folds differ in their average effect, the models of the others err the other way, and
held-back scores would go against the truth for that alone.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def even_folds(answered: Array, treatment: Array, count: int, *, seed: int) -> Array:
    """The fold of each row, 0 to count - 1: each arm's answers and silences dealt out evenly."""
    kinds = 2 * np.asarray(treatment).astype(np.int64) + (np.asarray(answered) > 0)
    order = np.lexsort((np.random.default_rng(seed).random(len(kinds)), kinds))
    fold = np.empty(len(kinds), dtype=np.int64)
    fold[order] = np.arange(len(kinds)) % count
    return fold
