"""Were the arms as large as planned? If not, something went wrong and no effect is shown.

An effect measured on arms that came out wrong is not trustworthy whatever its p-value:
customers are missing from one arm for a reason that may go with what they do.
"""

from dataclasses import dataclass

from regulars.stats.sample_ratio import sample_ratio_p_value

THRESHOLD = 0.001


@dataclass(frozen=True)
class SampleRatio:
    """The arms' sizes against the plan."""

    treated_count: int
    holdout_count: int
    holdout_share: float
    p_value: float

    @property
    def is_as_planned(self) -> bool:
        """False where such arms come up less than once in a thousand campaigns."""
        return self.p_value >= THRESHOLD


def check_sample_ratio(treated_count: int, holdout_count: int, holdout_share: float) -> SampleRatio:
    """Compare with the planned ``holdout_share`` (above 0, below 1). ValueError outside."""
    p_value = sample_ratio_p_value(
        (treated_count, holdout_count), (1 - holdout_share, holdout_share)
    )
    return SampleRatio(treated_count, holdout_count, holdout_share, p_value)
