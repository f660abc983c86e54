"""Estimates with standard errors, put together by their precision.

``pooled`` joins independent estimates of one quantity by inverse variance; ``updated``
is the normal-normal posterior: the same weights, with a prior as one of the estimates.

Source  Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.5, eq. 2.9-2.12;
        Borenstein et al. (2009), Introduction to Meta-Analysis, eq. 11.2-11.5.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A value and its standard error, above 0."""

    value: float
    standard_error: float

    def __post_init__(self) -> None:
        if not self.standard_error > 0:
            raise ValueError(f"A standard error is above 0, not {self.standard_error}.")

    @property
    def precision(self) -> float:
        return self.standard_error**-2


def pooled(estimates: Iterable[Estimate]) -> Estimate:
    """One estimate of several, weighted by precision. ValueError where there is none."""
    parts = list(estimates)
    if not parts:
        raise ValueError("There is no estimate to pool.")
    precision = sum(part.precision for part in parts)
    value = sum(part.value * part.precision for part in parts) / precision
    return Estimate(value, precision**-0.5)


def updated(prior: Estimate, measured: Estimate) -> Estimate:
    """What to believe once something was measured: between the two, nearer the surer one."""
    return pooled((prior, measured))
