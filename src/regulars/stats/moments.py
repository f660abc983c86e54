"""What a sample says of one number: how many, their mean and their variance.

Sums cross the boundary from the engine to here, rows never do.

Source  Chan, Golub & LeVeque (1983), Algorithms for computing the sample variance,
        The American Statistician 37(3): eq. 1.2.
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Moments:
    """Sample size, mean and sample variance (divisor n - 1) of one number."""

    count: int
    mean: float
    variance: float

    @classmethod
    def from_sums(cls, count: int, total: float, squares: float) -> Self:
        """From n, the sum and the sum of squares. ValueError under two observations."""
        if count < 2:
            raise ValueError(f"A variance needs two observations, not {count}.")
        variance = (squares - total * total / count) / (count - 1)
        return cls(count, total / count, max(variance, 0.0))

    @property
    def squared_error(self) -> float:
        """Squared standard error of the mean."""
        return self.variance / self.count
