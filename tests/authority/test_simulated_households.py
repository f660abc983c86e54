"""Households and prices against the simulator's truth: who has a baby or pets, what answers prices.

Source  src/regulars/simulator: people.py (baby_born, has_cat, has_dog, price_sensitivity),
        needs.py (who buys what for them here), truth.py (expected_elasticity of products).
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from regulars.simulator.catalogue import load_catalogue

pytestmark = pytest.mark.slow
PIECES_A_LINE = 1.15
MONTH = 30.44
NEEDED = {
    "baby": ["diapers", "milk_powder", "baby_wipes"],
    "pet_cat": ["cat_food", "cat_litter"],
    "pet_dog": ["dog_food"],
}


@pytest.fixture(scope="module")
def simulated(simulated_shop):
    """The shared shop, and its truth by name."""
    return simulated_shop.shop, simulated_shop.truth


@pytest.fixture(scope="module")
def baby_months(simulated_shop):
    """Each customer's baby's age on the day after the last, in months; NaN without one."""
    people = simulated_shop.truth("customers").set_index("customer_id")
    days = (simulated_shop.end_on - simulated_shop.start_on).days + 1
    return (days - people.baby_born) / MONTH


@pytest.mark.parametrize(
    ("trait", "least_precision", "least_recall"),
    # measured: .93 and .62, 1.00 and .88, 1.00 and .76
    [("baby", 0.85, 0.52), ("pet_cat", 0.97, 0.78), ("pet_dog", 0.95, 0.63)],
)
def test_who_has_it_is_told_precisely_when_seventy_per_cent_sure(
    simulated, baby_months, trait, least_precision, least_recall
):
    shop, truth = simulated
    people = truth("customers").set_index("customer_id")
    has = {
        "baby": baby_months.between(0, 36),
        "pet_cat": people.has_cat,
        "pet_dog": people.has_dog,
    }[trait]
    rows = shop.analyse("household_traits").to_pandas().set_index("customer_id")
    sure = rows.index[rows[f"{trait}_score"] >= 0.7]
    assert len(sure) > 100
    assert has.reindex(sure).mean() >= least_precision
    # of those who buy for it here, and came three times or more
    needs = truth("needs")
    buyers = set(needs[needs.purpose.isin(NEEDED[trait])].customer_id)
    known = [name for name in has[has].index if name in buyers and people.order_count[name] >= 3]
    assert pd.Index(known).isin(sure).mean() >= least_recall


def test_babys_age_is_right_within_its_interval(simulated, baby_months):
    shop, _ = simulated
    rows = shop.analyse("household_traits").to_pandas().set_index("customer_id")
    rows = rows[(rows.baby_score > 0.7) & rows.baby_age_months.notnull()]
    age = baby_months.reindex(rows.index)
    known = age.notnull()
    assert known.sum() > 100
    assert (rows.baby_age_months - age)[known].abs().median() < 1.5  # measured: .79 months
    inside = (rows.baby_age_low - 0.5 <= age) & (age <= rows.baby_age_high + 0.5)
    assert inside[known].mean() > 0.93  # measured: 1.00


def companion_share(pieces, catalogue):
    """Of a product's pieces, those that came along with another, whatever its own price."""
    found = np.zeros(catalogue.product_count)
    attraction = np.bincount(catalogue.group, catalogue.attraction)
    for source, target, probability in zip(
        catalogue.companion_of, catalogue.companion, catalogue.companion_probability, strict=True
    ):
        here = np.flatnonzero(catalogue.group == target)
        lines = pieces[catalogue.group == source].sum() / PIECES_A_LINE
        share = catalogue.attraction[here] / attraction[target]
        found[here] += lines * probability * share
    return np.minimum(found / np.maximum(pieces, 1), 0.95)


def test_elasticities_are_those_of_the_simulator(simulated):
    """Truth: expected_elasticity, less what comes along as a companion and asks no price."""
    shop, truth = simulated
    rows = shop.analyse("price_sensitivity").to_pandas()
    rows = rows[rows.product_id.notnull() & rows.elasticity.notnull()].set_index("product_id")
    catalogue = load_catalogue()
    pieces = rows.piece_count.reindex(catalogue.product_id).fillna(0).to_numpy()
    free = pd.Series(1 - companion_share(pieces, catalogue), catalogue.product_id)
    known = truth("products").set_index("product_id").expected_elasticity * free
    known = known.reindex(rows.index)
    error, alone = rows.elasticity - known, rows.own_elasticity - known
    assert len(rows) > 150
    assert stats.spearmanr(rows.elasticity, known).statistic > 0.75  # measured: .84
    # drawn together they are nearer the truth than each alone
    assert (error**2).mean() ** 0.5 < 0.28  # measured: .22
    assert (error**2).mean() < 0.3 * (alone**2).mean()  # measured: .16
    inside = (rows.elasticity_low <= known) & (known <= rows.elasticity_high)
    assert inside.mean() > 0.88  # measured: .945


def test_customers_sensitivity_goes_with_what_they_are(simulated):
    shop, truth = simulated
    rows = shop.analyse("customer_price_sensitivity").to_pandas()
    people = truth("customers").set_index("customer_id")
    sensitivity = people.price_sensitivity.reindex(rows.customer_id).to_numpy()
    many = (rows.judged_count >= 30).to_numpy()
    assert stats.spearmanr(rows.extra_elasticity, sensitivity).statistic > 0.07  # measured: .11
    assert (
        stats.spearmanr(rows.extra_elasticity[many], sensitivity[many]).statistic > 0.2
    )  # measured: .29
    kinds = rows.assign(truth=sensitivity).groupby("price_sensitivity").truth.mean()
    assert kinds["sensitive"] > kinds["not_sure"] > kinds["insensitive"]
    # an average product has an elasticity of -1.5 to -1.6 at a sensitivity of 1
    usual = np.average(sensitivity, weights=rows.judged_count)
    extra = 1.55 * (sensitivity - usual)
    inside = (rows.extra_elasticity_low <= extra) & (extra <= rows.extra_elasticity_high)
    assert inside.mean() > 0.92  # measured: .994, wider than they had to be
