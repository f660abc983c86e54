"""The greatest likelihood of very many histories: roughly on some of them, then exactly on all.

A few thousand histories say where the maximum about is and how curved it is there; with that
curvature the maximum of all is some five of Newton's steps away.

Source  Nocedal & Wright (2006) Numerical Optimization, 2nd ed., section 3.3, Newton's method.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, Self, TypeVar

import numpy as np

from regulars.stats.buying.histories import Floats
from regulars.stats.buying.maximum import Maximum, maximise, refine


class Weighted(Protocol):
    """Rows, each of which stands for ``weight`` customers."""

    @property
    def weight(self) -> Floats: ...
    @property
    def customer_count(self) -> int: ...
    def __len__(self) -> int: ...
    def every(self, step: int) -> Self: ...


Rows = TypeVar("Rows", bound=Weighted)
FEW = 5_000  # histories; so many are taken as they are


def maximise_roughly_first(
    likelihood: Callable[[Floats, Rows], tuple[float, Floats]],
    starts: Sequence[Sequence[float]],
    known: Rows,
    few: int = FEW,
) -> Maximum:
    """The maximum over all histories; ``starts`` are tried on no more than ``few`` of them."""

    def of_all(at: Floats) -> tuple[float, Floats]:
        return likelihood(at, known)

    if len(known) <= few:
        return maximise(of_all, starts, known.customer_count)
    some = known.every(-(-len(known) // few))
    rough = maximise(lambda at: likelihood(at, some), starts, float(some.weight.sum()))
    if not (rough.is_found and np.isfinite(rough.covariance).all()):
        return maximise(of_all, starts, known.customer_count)
    return refine(of_all, rough, float(some.weight.sum()), known.customer_count)
