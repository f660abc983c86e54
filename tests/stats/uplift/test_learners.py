"""The learners on people whose uplift is known, and what follows from their scores."""

import numpy as np
import pytest

from regulars.stats.uplift import (
    LEARNERS,
    cross_fitted,
    effect_by_part,
    even_folds,
    fit,
    heterogeneity,
    targeting_value,
)
from regulars.stats.uplift.base_models import base_for
from regulars.stats.uplift.targeting import effect, parts_by_score


def trial(count, seed, treated_share=0.7, slope=0.25):
    """Features, answers, arms and the true uplift: slope on the first of five features."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(count, 5))
    treated = (rng.random(count) < treated_share).astype(float)
    true = np.clip(0.1 + slope * features[:, 0], -0.2, 0.5)
    anyway = np.clip(0.25 + 0.05 * features[:, 1], 0.21, 0.45)
    answered = (rng.random(count) < anyway + true * treated).astype(float)
    return features, answered, treated, true


@pytest.mark.parametrize("base", ["linear", "trees"])
@pytest.mark.parametrize("learner", LEARNERS)
def test_learner_finds_whom_the_treatment_changes(learner, base):
    features, answered, treated, _ = trial(8000, 1)
    unseen, _, _, true = trial(2000, 2)
    model = fit(features, answered, treated, learner=learner, seed=1, base=base)
    uplift = model.predict(unseen)
    assert np.corrcoef(uplift, true)[0, 1] > 0.8
    assert uplift.mean() == pytest.approx(true.mean(), abs=0.05)


@pytest.mark.parametrize("learner", ["class_transformation", "dr"])
def test_unequal_arms_do_not_bend_the_average_when_the_share_is_known(learner):
    features, answered, treated, _ = trial(20_000, 3, treated_share=0.9)
    model = fit(features, answered, treated, learner=learner, seed=1, treated_share=0.9)
    measured = answered[treated == 1].mean() - answered[treated == 0].mean()
    assert model.predict(features).mean() == pytest.approx(measured, abs=0.015)


@pytest.mark.parametrize("learner", LEARNERS)
def test_prediction_is_repeated_when_asked_again_and_unknown_features_are_allowed(learner):
    features, answered, treated, _ = trial(1500, 4)
    features[::7, 2] = np.nan
    once, again = (
        fit(features, answered, treated, learner=learner, seed=9).predict(features)
        for _ in range(2)
    )
    assert np.array_equal(once, again)
    assert np.isfinite(once).all()


def test_refuses_when_an_arm_is_empty_or_the_learner_unknown():
    features, answered, treated, _ = trial(100, 5)
    with pytest.raises(ValueError, match="both arms"):
        fit(features, answered, np.ones(100), learner="s", seed=1)
    with pytest.raises(ValueError, match="there are s, t"):
        fit(features, answered, treated, learner="x", seed=1)
    with pytest.raises(ValueError, match="length"):
        fit(features, answered[:9], treated, learner="s", seed=1)


def test_trees_are_for_many():
    assert (base_for(1000), base_for(60_000)) == ("linear", "trees")


def test_folds_hold_arms_and_answers_alike():
    _, answered, treated, _ = trial(1003, 6)
    fold = even_folds(answered, treated, 5, seed=3)
    for arm in (0, 1):
        for kind in (0, 1):
            counts = np.bincount(fold[(treated == arm) & (answered == kind)], minlength=5)
            assert counts.max() - counts.min() <= 1


def test_slope_is_1_when_scores_are_right_and_0_when_they_are_noise():
    features, answered, treated, true = trial(40_000, 7, slope=0.1)
    expected = np.clip(0.25 + 0.05 * features[:, 1], 0.21, 0.45)
    right = heterogeneity(answered, true, treated, expected, 0.7)
    assert right.slope.low < 1 < right.slope.high
    assert right.slope.low > 0.5
    assert right.average.low < true.mean() < right.average.high
    noise = np.random.default_rng(8).normal(size=len(true)) * 0.1
    assert heterogeneity(answered, noise, treated, expected, 0.7).slope.covers_zero
    effects, low, high = right.effects(true)
    assert np.abs(effects - true).max() < 0.1
    assert ((low <= effects) & (effects <= high)).all()
    same, _, _ = right.effects(true, differ=False)
    assert np.ptp(same) == 0


def test_errors_equal_those_of_a_sandwich_worked_row_by_row():
    features, answered, treated, true = trial(300, 9)
    expected = np.full(300, 0.25)
    found = heterogeneity(answered, true, treated, expected, 0.7)
    arm, weight = treated - 0.7, np.full(300, 1 / 0.21)
    design = np.column_stack([np.ones(300), expected, arm, arm * (true - true.mean())])
    inverse = np.linalg.pinv(sum(w * np.outer(x, x) for w, x in zip(weight, design, strict=True)))
    right = sum(w * y * x for w, y, x in zip(weight, answered, design, strict=True))
    slopes = inverse @ right
    middle = sum(
        (w * (y - x @ slopes)) ** 2 * np.outer(x, x)
        for w, y, x in zip(weight, answered, design, strict=True)
    )
    covariance = inverse @ middle @ inverse * 300 / 296
    assert found.slope.value == pytest.approx(slopes[3])
    assert found.slope.high - found.slope.value == pytest.approx(1.959964 * covariance[3, 3] ** 0.5)
    assert len(features) == 300


def test_effect_by_part_falls_with_the_score_and_targeting_pays_for_its_messages():
    features, answered, treated, true = trial(20_000, 10)
    part = parts_by_score(true, 5)
    assert np.bincount(part)[1:].tolist() == [4000] * 5
    found = effect_by_part(answered, part, treated, 0.7)
    values = [one.value for one in found]
    assert values == sorted(values, reverse=True)
    for number, one in enumerate(found, 1):
        assert one.low < true[part == number].mean() < one.high
    all_of_them = targeting_value(answered, part, treated, 0.7, upto=5, message_cost=0.02)
    assert all_of_them.value == pytest.approx(effect(answered, treated, 0.7).value - 0.02)
    first = targeting_value(answered, part, treated, 0.7, upto=1, message_cost=0.02)
    assert first.value == pytest.approx(0.2 * (values[0] - 0.02))
    assert len(features) == 20_000


def test_cross_fitted_scores_say_nothing_when_there_is_nothing_to_find():
    from regulars.stats.uplift import qini_interval

    false_finds = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        features, treated = rng.normal(size=(800, 8)), (rng.random(800) < 0.8).astype(float)
        answered = (rng.random(800) < 0.15 + 0.05 * treated).astype(float)
        score = cross_fitted(features, answered, treated, learner="s", seed=seed)
        false_finds += qini_interval(answered, score, treated, seed=seed, replicates=100).low > 0
    assert false_finds <= 4  # one in forty is expected; five come up once in a thousand
