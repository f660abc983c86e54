"""CDNOW, as published: the sample's models of Fader, Hardie & Lee.

BG/NBD: (2005) Marketing Science 24(2), table 1; the expectation of its section 5. Pareto/NBD:
the same table. Gamma-Gamma: Fader & Hardie (2013) The Gamma-Gamma model of monetary value,
section 5. Pareto/NBD expectation: Fader & Hardie (2005) Implementing the Pareto/NBD model.
"""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from regulars.cli.main import app
from regulars.stats.buying import cnbd, gamma_gamma, pareto_nbd
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


def test_no_regularity_is_found_in_cdnow_as_by_the_peer(orders):
    """BTYDplus, demo/cdnow.R: "k=1 -> no regularity detected for CDNow"; at k = 1 it is the
    MBG/NBD."""
    weeks = orders.sort_values(["customer_id", "day"])
    gap = weeks.groupby("customer_id").day.diff().dt.days / WEEK
    by = weeks.assign(gap=gap, log=np.log(gap)).groupby("customer_id")
    since = (pd.Timestamp("1997-09-30") - by.day.max()).dt.days / WEEK
    known = cnbd.timings(by.size() - 1, by.gap.sum(), by.log.sum(), since)
    found = cnbd.fit(known)
    assert found.k == 1
    age = by.gap.sum() + since
    peer = MBG_NBD.fit(histories(by.size() - 1, by.gap.sum(), age)[0])
    assert found.maximum.log_likelihood == pytest.approx(peer.log_likelihood, abs=1e-3)
    assert found.maximum.parameters == pytest.approx(peer.parameters, rel=1e-3)


def test_command_line_gives_the_published_figures_of_a_plain_file_of_orders(shared_data, tmp_path):
    """The sample as three columns, imported; table 1 and section 5 of the papers in its JSON."""
    names = ["master_id", "customer_id", "day", "disc_count", "amount"]
    file = shared_data / "cdnow" / "CDNOW_sample.txt"
    lines = pd.read_csv(file, sep=r"\s+", header=None, names=names)
    lines["ordered_at"] = pd.to_datetime(lines.day.astype(str), format="%Y%m%d").dt.date
    orders = lines[["customer_id", "ordered_at", "amount"]]
    orders = orders.rename(columns={"amount": "net_amount"})
    orders.to_csv(tmp_path / "orders.csv", index=False)
    home = ["--home", str(tmp_path / "shop")]
    told("init", *home)
    told("import", str(tmp_path / "orders.csv"), "--table", "orders", "--yes", *home)
    window = ["--since", "1997-01-01", "--until", "1997-09-30", "--horizon", "39"]
    asked = ["analyse", "clv", "--model", "bg_nbd", "--unit", "week", *window, "--format", "json"]
    answer = json.loads(told(*asked, *home))
    model = answer["model"]
    assert model["customer_count"] == len(answer["rows"]) == 2357
    published = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
    assert model["parameters"] == pytest.approx(published, rel=1e-3)
    assert model["log_likelihood"] == pytest.approx(-9582.429, abs=0.01)
    assert model["window"] == {"since": "1997-01-01", "until": "1997-09-30"}
    assert set(model["standard_errors"]) == set(published)
    assert model["spend"]["customer_count"] == 946
    assert model["spend"]["parameters"] == pytest.approx(
        {"p": 6.25, "q": 3.74, "gamma": 15.44}, abs=0.02
    )
    assert model["spend"]["is_assumption_met"]
    one = next(
        row for row in answer["rows"]
        if row["repeat_order_count"] == 2
        and row["purchase_span"] == pytest.approx(30.43, abs=0.005)
        and row["customer_age"] == pytest.approx(38.86, abs=0.005)
    )  # fmt: skip
    assert one["expected_order_count"] == pytest.approx(1.226, abs=0.001)


def told(*words):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout
