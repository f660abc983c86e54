"""The next need of customers whose rhythm is known: dates, states, and what they rest on."""

from datetime import timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from tests.analyses.needs_shop import FIRST, LAST, asked, by_need, rows_of

from regulars.analyses import find_analysis
from regulars.errors import NothingToAnalyse, ParameterInvalid

NAMES = ("repurchase", "next_need", "repurchase_accuracy")


@pytest.fixture
def run(make_tables):
    return partial(asked, make_tables)


def test_purposes_are_the_products_own_else_their_categorys_else_the_product(run):
    rows = [*rows_of(), ("x", 1, "u1", 1), ("x", 90, "u1", 1), ("x", 120, "gone", 1)]
    found = by_need(run("repurchase", rows, min_still_buying=0.0, min_purchases=1))
    assert {purpose for _, purpose in found} == {"tissues", "milk", "u1", "gone"}
    assert found["x", "u1"]["purchase_count"] == 2
    assert found["x", "gone"]["own_history_share"] == 0


def test_regular_buyers_are_known_and_told_when(run):
    rows = rows_of()
    answer = run("repurchase", rows, min_still_buying=0.0)
    found = by_need(answer)
    tissues = {who: row for (who, what), row in found.items() if what == "tissues"}
    regular = [tissues[f"c{n:03}"]["is_regular"] for n in range(60)]
    others = [tissues[f"c{n:03}"]["is_regular"] for n in range(60, 120) if f"c{n:03}" in tissues]
    assert np.mean(regular) > 0.9
    assert np.mean(others) < 0.15
    left = [tissues[f"c{n:03}"]["need_state"] == "probably_left" for n in range(0, 60, 2)]
    stays = [tissues[f"c{n:03}"]["need_state"] == "probably_left" for n in range(1, 60, 2)]
    assert np.mean(left) > 0.95
    assert np.mean(stays) < 0.1
    power = answer.model["purposes"]["tissues"]["quantity_elasticity"]
    assert 0.6 < power <= 1  # half of the buyers stock up for good, the others at random
    milk = [row["days_per_piece"] for (_, what), row in found.items() if what == "milk"]
    assert np.median(milk) == pytest.approx(7, abs=0.5)


def test_dates_follow_each_other_and_lie_ahead(run):
    for row in run("repurchase", rows_of(), lead_days=2).rows.to_pylist():
        days = [row[name] for name in ("low_on", "expected_on", "high_on") if row[name]]
        assert days == sorted(days)
        assert days[0] > LAST
        assert row["remind_on"] > LAST
        assert row["within_14_days_probability"] <= row["within_30_days_probability"]
        assert row["within_30_days_probability"] <= row["still_buying_probability"]
        assert row["purchase_count"] >= 2


def test_stocked_up_customers_are_expected_later(run):
    """Two as alike as can be until the last time, when one takes three packs."""
    alike = [(who, on, "t1", 1) for who in ("one", "three") for on in range(60, 340, 25)]
    last = [("one", 350, "t1", 1), ("three", 350, "t1", 3)]
    found = by_need(run("repurchase", [*rows_of(), *alike, *last]))
    one, three = (found[who, "tissues"] for who in ("one", "three"))
    assert (three["expected_on"] - one["expected_on"]).days > 15
    assert three["last_quantity"] == 3


def test_purchases_of_one_day_are_one(run):
    twice = [("two", on, product, 1) for on in range(5, 350, 30) for product in ("t1", "t2")]
    found = by_need(run("repurchase", [*rows_of(), *twice]))["two", "tissues"]
    assert found["purchase_count"] == 12
    assert (found["last_quantity"], found["usual_quantity"]) == (2, pytest.approx(2))


@pytest.mark.parametrize("name", NAMES)
def test_answer_is_the_same_when_the_future_is_there_or_rows_are_shuffled(run, name):
    day = FIRST + timedelta(days=300)
    rows = rows_of()
    known = [row for row in rows if row[1] <= 300]
    mixed = [rows[n] for n in np.random.default_rng(1).permutation(len(rows))]
    now, later = run(name, known, day).rows, run(name, mixed, day).rows
    keys = [(key, "ascending") for key in find_analysis(name).returns.key]
    now, later = now.sort_by(keys), later.sort_by(keys)
    assert now.num_rows > 0
    for column in now.column_names:
        if pa.types.is_floating(now[column].type):
            one, other = (t[column].to_numpy(zero_copy_only=False) for t in (now, later))
            assert one == pytest.approx(other, rel=1e-6, nan_ok=True)
        else:
            assert now[column].equals(later[column]), column


@pytest.mark.parametrize("name", NAMES)
def test_says_what_is_missing_when_there_is_little(run, name):
    with pytest.raises(NothingToAnalyse, match=r"50 repeat purchases .* there are 3 up to 2025-"):
        run(name, [("ann", on, "t1", 1) for on in (1, 20, 40, 60)])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("repurchase", {"min_purchases": 0}),
        ("repurchase", {"min_still_buying": 2}),
        ("next_need", {"lead_days": -1}),
        ("repurchase_accuracy", {"held_back_days": 3}),
    ],
)
def test_error_names_the_bounds_when_an_option_is_out_of_them(run, name, options):
    with pytest.raises(ParameterInvalid, match=next(iter(options))):
        run(name, rows_of(), **options)
