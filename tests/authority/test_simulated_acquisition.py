"""What a new customer cost, against what the simulator paid for each.

Source  src/regulars/simulator/marketing.py (COST_PER_NEWCOMER: CNY by what brought them, with
        noise by day) and people.py (ACQUISITIONS; truth/customers: acquisition, first_order).
"""

from datetime import date

import numpy as np
import pytest

from regulars.simulator.marketing import COST_PER_NEWCOMER
from regulars.simulator.people import ACQUISITIONS

pytestmark = pytest.mark.slow
SINCE = date(2025, 9, 1)
PAID = {name: cost for name, cost in zip(ACQUISITIONS, COST_PER_NEWCOMER, strict=True) if cost > 0}


@pytest.fixture(scope="module")
def channels(simulated_shop):
    rows = simulated_shop.shop.analyse(
        "cac", as_of=simulated_shop.end_on, since=SINCE.isoformat()
    ).to_rows()
    return {row["member_name"]: row for row in rows if row["dimension"] == "channel"}


def test_new_customers_are_those_of_the_truth_by_what_brought_them(simulated_shop, channels):
    people = simulated_shop.truth("customers")
    since = (SINCE - simulated_shop.start_on).days
    new = people.acquisition[people.first_order >= since]
    assert set(channels) == set(ACQUISITIONS)
    for code, name in enumerate(ACQUISITIONS):
        assert channels[name]["new_customer_count"] == (new == code).sum(), name


def test_cost_per_newcomer_is_what_the_simulator_paid(channels):
    """Measured: store 11.79 of 12, wechat 26.74 of 28, search 45.83 of 46, short_video 37.41 of
    38, referral 20.15 of 20."""
    assert set(PAID) == set(channels) - {"organic"}
    for name, cost in PAID.items():
        row = channels[name]
        low, found, high = (float(row[f"cac_{end}"]) for end in ("low", "amount", "high"))
        assert found == pytest.approx(cost, rel=0.08), name
        assert low < cost < high, name
    assert np.argsort([float(channels[name]["cac_amount"]) for name in PAID]).tolist() == (
        np.argsort(list(PAID.values())).tolist()
    )


def test_who_came_by_himself_has_no_cost(channels):
    assert channels["organic"]["cac_amount"] is None
    assert channels["organic"]["payback"] == "no_cost"
