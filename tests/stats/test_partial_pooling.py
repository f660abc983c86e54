"""Drawing estimates together: the published meta-analysis of BCG trials, drawn truth, edges."""

import numpy as np
import pytest

from regulars.stats.partial_pooling import pooled

# Colditz et al. (1994) Efficacy of BCG vaccine in the prevention of tuberculosis, JAMA 271(9),
# table 1: tuberculosis and not, vaccinated; tuberculosis and not, control
BCG = np.array(
    [
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
        (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
        (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)  # fmt: skip


def log_risk_ratios():
    a, b, c, d = BCG.T
    ratio = np.log((a / (a + b)) / (c / (c + d)))
    return ratio, np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def test_matches_dersimonian_laird_of_the_bcg_trials():
    """Viechtbauer (2010) Conducting meta-analyses in R with metafor, J. Statistical Software
    36(3): rma(method="DL") on dat.bcg gives tau^2 0.3088, estimate -0.7141, error 0.1787."""
    ratio, error = log_risk_ratios()
    found = pooled(ratio, error, np.zeros(13, dtype=np.int64), 1)
    assert found.inside == pytest.approx(0.3088, abs=5e-5)
    assert found.mean == pytest.approx(-0.7141, abs=5e-5)
    assert found.group_errors[0] == pytest.approx(0.1787, abs=5e-5)


def test_truth_is_nearer_and_covered_when_drawn_together():
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(60), 8)
    centre = rng.normal(-1.5, 0.4, 60)
    truth = rng.normal(centre[groups], 0.2)
    errors = rng.uniform(0.1, 0.8, len(truth))
    measured = rng.normal(truth, errors)
    found = pooled(measured, errors, groups, 60)
    drawn, alone = found.estimates - truth, measured - truth
    assert (drawn**2).mean() < 0.3 * (alone**2).mean()
    assert np.mean(np.abs(drawn) < 1.96 * found.errors) == pytest.approx(0.95, abs=0.03)
    assert found.inside**0.5 == pytest.approx(0.2, abs=0.08)
    assert found.across**0.5 == pytest.approx(0.4, abs=0.1)


def test_all_are_the_mean_when_they_differ_no_more_than_chance():
    found = pooled(np.array([1.0, 1.1, 0.9]), np.ones(3), np.zeros(3, dtype=np.int64), 1)
    assert found.inside == 0
    assert found.estimates == pytest.approx(np.full(3, 1.0))


def test_one_estimate_is_its_own_mean_and_an_empty_group_has_the_mean_of_all():
    found = pooled(np.array([-2.0]), np.array([0.5]), np.array([0]), 2)
    assert found.estimates[0] == pytest.approx(-2.0)
    assert found.errors[0] == pytest.approx(0.5)
    assert found.group_means[1] == pytest.approx(-2.0)
    assert np.isfinite(found.group_errors).all()
