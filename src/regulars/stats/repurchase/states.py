"""How a need stands today: late, to be reminded of, to come, or gone elsewhere."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

STATES = ("overdue", "due", "not_due", "probably_left")
OVERDUE, DUE, NOT_DUE, LEFT = range(len(STATES))
LATE = 0.25  # of their own gaps that are longer than what has passed
WEEK = 7.0


def states(still_buying: Floats, longer: Floats, remind_ahead: Floats) -> npt.NDArray[np.int32]:
    """The number in STATES of each need.

    ``longer``: share of their gaps that last longer than the open one; ``remind_ahead``: days
    until they are to be reminded.
    """
    found = np.where(remind_ahead <= WEEK, DUE, NOT_DUE)
    found = np.where(longer < LATE, OVERDUE, found)
    return np.where(still_buying < 0.5, LEFT, found).astype(np.int32)
