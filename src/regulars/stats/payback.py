"""After how many days customers have brought back what it cost to win them.

Each customer is watched for as long as he is known, some for years, some since yesterday. The
mean of what a customer brought by an age is therefore added up from day to day: what came at
that age, over those who were watched so long. The age at which it first reaches the cost is
the payback; where too few are watched so long, it is not told.

Source  Nelson (2003) Recurrent Events Data Analysis for Product Repairs, Disease Recurrences, and
        Other Applications (SIAM), chapter 3: the mean cumulative function of cost.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
FEWEST = 30  # customers watched so long; of a smaller group, all of it at the first day


def mean_brought(day: Whole, amount: Floats, watched_days: Whole) -> tuple[Floats, Whole]:
    """By age in days from 0: what a customer has brought so far, and how many were watched.

    ``day``, ``amount``: at which age how much came, in any order; ``watched_days`` of everybody.
    """
    size = int(watched_days.max()) + 1 if len(watched_days) else 0
    came = np.bincount(day, amount, size)[:size]
    counts = np.bincount(watched_days, minlength=size)
    watched = counts[::-1].cumsum()[::-1]
    return np.cumsum(came / np.maximum(watched, 1)), watched


def payback_day(brought: Floats, watched: Whole, cost: float) -> int | None:
    """The first age at which the mean reaches the cost; None where it does not, or few are left."""
    if not len(watched):
        return None
    enough = watched >= min(FEWEST, int(watched[0]))
    reached = np.flatnonzero((brought >= cost) & enough)
    return int(reached[0]) if len(reached) else None
