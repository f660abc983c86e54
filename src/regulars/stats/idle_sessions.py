"""Visits: a person's events with never more than an idle time between two that follow.

Source  Google Analytics' and Segment's session: a new one begins after 30 minutes without an
        event. A gap of exactly the idle time still belongs to the visit.
"""

import numba
import numpy as np
import numpy.typing as npt


@numba.njit(nogil=True, cache=True)
def visit_starts(
    offsets: npt.NDArray[np.int64],
    moments: npt.NDArray[np.int64],
    counts: npt.NDArray[np.bool_],
    idle: int,
) -> npt.NDArray[np.bool_]:
    """bool per row: a visit begins here.

    ``offsets``: person p has rows offsets[p] to offsets[p + 1], by moment (microseconds).
    ``counts``: rows that are looked at; the others begin and prolong nothing.
    """
    starts = np.zeros(len(moments), dtype=np.bool_)
    for person in range(len(offsets) - 1):
        last = np.int64(0)
        is_first = True
        for row in range(offsets[person], offsets[person + 1]):
            if not counts[row]:
                continue
            if is_first or moments[row] - last > idle:
                starts[row] = True
            is_first = False
            last = moments[row]
    return starts
