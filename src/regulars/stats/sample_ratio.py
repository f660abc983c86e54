"""Did the arms come out in the ratio that was planned? Pearson's chi-square.

Source  Fabijan et al. (2019), Diagnosing Sample Ratio Mismatch in Online Controlled
        Experiments, KDD, section 3.
"""

from collections.abc import Sequence


def sample_ratio_p_value(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Probability of counts at least this far from the planned shares, were the plan kept.

    ``shares`` are above 0 and sum to 1, one per count. ValueError where they do not, or
    where nobody was counted.
    """
    from scipy import stats

    if len(counts) != len(shares) or len(counts) < 2:
        raise ValueError(f"{len(counts)} counts do not go with {len(shares)} shares.")
    if min(shares) <= 0 or abs(sum(shares) - 1) > 1e-9:
        raise ValueError("Planned shares are above 0 and sum to 1.")
    total = sum(counts)
    if total == 0:
        raise ValueError("Nobody was counted.")
    return float(stats.chisquare(counts, [share * total for share in shares]).pvalue)
