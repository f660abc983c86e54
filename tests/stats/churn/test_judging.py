"""Measures against scikit-learn and plain loops."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from regulars.stats.churn.judging import draws, measures, told_and_came


def made(seed, count=400, ties=True):
    random = np.random.default_rng(seed)
    risk = np.clip(random.random(count).round(2 if ties else 12), 0.01, 0.99)
    label = (random.random(count) < risk).astype(float)
    return risk, label, random


@pytest.mark.parametrize("seed", range(5))
def test_measures_match_scikit_learn_when_scores_tie(seed):
    risk, label, random = made(seed)
    found, _ = measures(risk, risk, label, random.poisson(1, (3, len(risk))).astype(float))
    assert found["auc"].value == pytest.approx(roc_auc_score(label, risk))
    assert found["brier"].value == pytest.approx(brier_score_loss(label, risk))
    assert found["log_loss"].value == pytest.approx(log_loss(label, risk))


def test_a_draw_counts_rows_as_often_as_drawn():
    risk, label, random = made(9)
    weights = random.poisson(1, (2, len(risk))).astype(float)
    _, losses = measures(risk, risk, label, weights)
    whole = weights[1].astype(int)
    repeated = log_loss(np.repeat(label, whole), np.repeat(risk, whole))
    assert losses[1] == pytest.approx(repeated)


def test_lift_and_calibration_match_plain_loops_when_risks_differ():
    risk, label, _ = made(3, ties=False)
    found, _ = measures(risk, risk, label, np.ones((1, len(risk))))
    order = sorted(range(len(risk)), key=lambda row: risk[row])
    top = [label[row] for row in order[-40:]]
    assert found["top_decile_lift"].value == pytest.approx(np.mean(top) / label.mean())
    off = 0.0
    for tenth, part in enumerate(told_and_came(risk, label)):
        rows = order[40 * tenth : 40 * tenth + 40]
        told, came = np.mean(risk[rows]), np.mean(label[rows])
        assert (part.told, part.came, part.row_count) == (pytest.approx(told), came, 40)
        assert part.low <= came <= part.high
        off += abs(told - came) * 40
    assert found["calibration_error"].value == pytest.approx(off / len(risk))


def test_customers_are_drawn_whole_when_they_have_several_rows():
    person = np.array([3, 1, 3, 2, 1])
    weights = draws(person, seed=1)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, 1] == weights[:, 4]).all()
    assert weights.mean() == pytest.approx(1, abs=0.2)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """AUC of two normals a unit apart is Phi(1 / sqrt 2) = 0.7602 (Hanley & McNeil 1982)."""
    held = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        label = np.repeat([0.0, 1.0], 150)
        score = random.normal(label)
        found, _ = measures(score, np.full(300, 0.5), label, draws(np.arange(300), seed))
        held += found["auc"].low <= 0.7602 <= found["auc"].high
    assert held >= 51  # of 60; 57 expected, and 51 or fewer come once in fifty times
