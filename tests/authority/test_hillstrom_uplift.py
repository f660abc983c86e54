"""The MineThatData e-mail test: whom each e-mail brings to the site, and when nothing is there.

Source  Hillstrom (2008), The MineThatData E-Mail Analytics and Data Mining Challenge; the floor
        of .055 is reference_figures.md, row 'Uplift on Hillstrom'. Qini as in scikit-uplift.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv

from regulars.stats.uplift import (
    LEARNERS,
    cross_fitted,
    even_folds,
    heterogeneity,
    qini,
    qini_interval,
    tells_apart,
)

NUMBERS = ("recency", "history", "mens", "womens", "newbie")
KINDS = ("history_segment", "zip_code", "channel")
SEED = 7


@cache
def mailed(path: Path, segment: str):
    """Features (one column for each kind), visits and arms of an e-mail and of none."""
    rows = csv.read_csv(path)
    rows = rows.filter(pc.is_in(rows["segment"], pa.array([segment, "No E-Mail"])))
    columns = [rows[name].to_numpy().astype(float) for name in NUMBERS]
    for name in KINDS:
        values = np.array(rows[name].to_pylist())
        columns += [(values == one).astype(float) for one in np.unique(values)]
    treated = np.array(rows["segment"].to_pylist()) == segment
    return np.column_stack(columns), rows["visit"].to_numpy().astype(float), treated.astype(float)


@cache
def scored(path: Path, segment: str, learner: str):
    features, visited, treated = mailed(path, segment)
    fold = even_folds(visited, treated, 5, seed=SEED)
    score = cross_fitted(features, visited, treated, learner=learner, seed=SEED, fold=fold)
    return visited, score, treated, fold


@pytest.fixture
def file(shared_data: Path) -> Path:
    return shared_data / "hillstrom" / "hillstrom.csv.gz"


# measured: s .0602, t .0593, class transformation .0591, dr .0589, all on people not seen
@pytest.mark.parametrize("learner", LEARNERS)
def test_matches_the_floor_for_the_womens_email(file: Path, learner: str) -> None:
    visited, score, treated, fold = scored(file, "Womens E-Mail", learner)
    assert qini(visited, score, treated) >= 0.055
    each = [qini(*(part[fold == one] for part in (visited, score, treated))) for one in range(5)]
    assert np.mean(each) >= 0.055
    found = qini_interval(visited, score, treated, seed=SEED, replicates=200)
    assert found.low > 0.03
    slope = heterogeneity(visited, score, treated, np.full(len(score), visited.mean()), 0.5).slope
    assert tells_apart(found, slope)


@pytest.mark.parametrize("learner", LEARNERS)
def test_finds_nothing_for_the_mens_email_and_says_so(file: Path, learner: str) -> None:
    visited, score, treated, _ = scored(file, "Mens E-Mail", learner)
    measured = qini_interval(visited, score, treated, seed=SEED, replicates=200)
    assert measured.covers_zero
    found = heterogeneity(visited, score, treated, np.full(len(score), visited.mean()), 0.5)
    assert not tells_apart(measured, found.slope)
    # the e-mail itself does bring visits: .182757 - .106167 (Hillstrom)
    assert found.average.low < 0.182757 - 0.106167 < found.average.high


def test_a_random_ranking_covers_0(file: Path) -> None:
    _, visited, treated = mailed(file, "Womens E-Mail")
    score = np.random.default_rng(SEED).random(len(visited))
    assert qini_interval(visited, score, treated, seed=SEED, replicates=200).covers_zero
