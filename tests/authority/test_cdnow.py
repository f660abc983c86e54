"""CDNOW, as published: the sample's models of Fader, Hardie & Lee.

BG/NBD: (2005) Marketing Science 24(2), table 1; the expectation of its section 5. Pareto/NBD:
the same table. Gamma-Gamma: Fader & Hardie (2013) The Gamma-Gamma model of monetary value,
section 5. Pareto/NBD expectation: Fader & Hardie (2005) Implementing the Pareto/NBD model.
"""

import numpy as np
import pandas as pd
import pytest

from regulars.stats.buying import gamma_gamma, pareto_nbd
from regulars.stats.buying.gamma_gamma import spending
from regulars.stats.buying.geometric import BG_NBD, MBG_NBD
from regulars.stats.buying.histories import histories

WEEK = 7.0


@pytest.fixture(scope="module")
def orders(shared_data):
    """One row per customer and day of the sample's calibration weeks."""
    names = ["master_id", "customer_id", "day", "disc_count", "amount"]
    lines = pd.read_csv(
        shared_data / "cdnow" / "CDNOW_sample.txt", sep=r"\s+", header=None, names=names
    )
    lines["day"] = pd.to_datetime(lines.day.astype(str), format="%Y%m%d")
    days = lines.groupby(["customer_id", "day"]).amount.sum().reset_index()
    return days[days.day <= "1997-09-30"]


@pytest.fixture(scope="module")
def sample(orders):
    """The histories in weeks."""
    days = orders.groupby("customer_id").day.agg(["min", "max", "count"])
    span = (days["max"] - days["min"]).dt.days / WEEK
    age = (pd.Timestamp("1997-09-30") - days["min"]).dt.days / WEEK
    return histories(days["count"] - 1, span, age)[0]


def test_sample_has_2357_customers(sample):
    assert sample.customer_count == 2357


def test_matches_fader_hardie_lee_table_1_bg_nbd(sample):
    found = BG_NBD.fit(sample)
    assert found.is_found
    assert found.parameters == pytest.approx([0.2426, 4.4136, 0.7929, 2.4259], rel=1e-3)
    assert found.log_likelihood == pytest.approx(-9582.429, abs=0.01)


def test_matches_fader_hardie_lee_table_1_pareto_nbd(sample):
    found = pareto_nbd.fit(sample)
    assert found.is_found
    assert found.parameters == pytest.approx([0.5533, 10.578, 0.6062, 11.669], rel=5e-3)
    assert found.log_likelihood == pytest.approx(-9594.976, abs=0.01)


def test_matches_fader_hardie_gamma_gamma_section_5(orders):
    first = orders.groupby("customer_id").day.transform("min")
    repeat = orders[orders.day > first].groupby("customer_id").amount.agg(["count", "mean"])
    repeat = repeat[repeat["mean"] > 0]
    assert len(repeat) == 946
    found = gamma_gamma.fit(spending(repeat["count"], repeat["mean"]))
    assert found.parameters == pytest.approx([6.25, 3.74, 15.44], abs=0.02)
    assert found.log_likelihood == pytest.approx(-4055.918, abs=0.02)


def test_matches_fader_hardie_lee_section_5_expectation():
    parameters = np.array([0.2426, 4.4136, 0.7929, 2.4259])
    one, _ = histories([2], [30.43], [38.86])
    assert BG_NBD.expected_orders(parameters, one, 39) == pytest.approx([1.226], abs=1e-3)


def test_matches_fader_hardie_pareto_nbd_expectation():
    parameters = np.array([0.5533, 10.578, 0.6062, 11.669])
    one, _ = histories([26], [30.86], [31])
    assert pareto_nbd.expected_orders(parameters, one, 52) == pytest.approx([25.46], abs=0.01)
    assert pareto_nbd.alive(parameters, one) == pytest.approx([0.9979], abs=1e-3)


def test_mbg_fits_the_sample_no_worse_than_bg(sample):
    assert MBG_NBD.fit(sample).log_likelihood >= BG_NBD.fit(sample).log_likelihood
