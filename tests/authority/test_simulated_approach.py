"""Whom to approach, against the simulator's truth: both futures of everyone assigned, and personas.

Source  src/regulars/simulator: futures.py (what a message changes of each person), people.py.
"""

from datetime import date

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from regulars.stats.response import learned, of_trials
from regulars.tables.fit import Fitted, fitted

pytestmark = pytest.mark.slow
END_ON = date(2026, 9, 30)
READS = ("exposures", "campaigns", "orders", "order_lines", "products", "returns")


@pytest.fixture(scope="module")
def known(simulated_shop):
    """What was learned, and of each person of the trials by how much the message really changed
    whether there was an order: -1, 0 or 1."""
    shop = simulated_shop.shop
    kept = []

    def learn(trials):
        kept.append(learned(trials, learner="s", seed=7))
        return Fitted(trials.people.slice(0, 0))

    tables = {name: shop.tables[name] for name in READS}
    fitted(of_trials(tables, as_of=END_ON, campaign=None, kind=None, also={}, learn=learn))
    effects = simulated_shop.truth("effects").to_dict("records")
    changed = {
        (row["campaign_id"], row["customer_id"]): int(row["net_amount_with"] > 0)
        - int(row["net_amount_without"] > 0)
        for row in effects
    }
    people = kept[0].trials.people
    keys = zip(people["campaign_id"].to_pylist(), people["customer_id"].to_pylist(), strict=True)
    return kept[0], np.array([changed.get(key, np.nan) for key in keys])


def test_average_effect_covers_the_truth(known):
    found, changed = known
    has = np.isfinite(changed)
    assert has.mean() > 0.95
    assert found.differences.average.low < changed[has].mean() < found.differences.average.high


def test_held_out_score_goes_with_the_true_effect(known):
    """Measured: .132 of the first third are changed, .059 of the last (demo: .15 and .04)."""
    found, changed = known
    has = np.isfinite(changed)
    score, changed = found.score[has], changed[has]
    first = changed[score >= np.quantile(score, 2 / 3)]
    last = changed[score <= np.quantile(score, 1 / 3)]
    assert first.mean() > 1.5 * last.mean()


# measured: lifts 8.1 and 7.7, areas .77 and .78. Of personas, which differ little in what is
# compared, those of one are found with lifts of 1.0 to 1.4 only: nothing to hold a floor by
@pytest.mark.parametrize("kind", ["cat", "baby"])
def test_others_of_a_kind_are_found_when_half_of_them_are_listed(simulated_shop, kind):
    shop = simulated_shop.shop
    people = simulated_shop.truth("customers").set_index("customer_id")
    people = people[people.order_count >= 3]
    days = (simulated_shop.end_on - simulated_shop.start_on).days
    is_of_it = {"cat": people.has_cat, "baby": people.baby_born.between(days - 900, days)}[kind]
    listed = sorted(people.index[is_of_it])[::2]
    rows = shop.analyse("lookalikes", as_of=END_ON, seed=listed).to_pandas()
    rows = rows[rows.customer_id.isin(people.index)].sort_values("lookalike_rank")
    found = is_of_it.reindex(rows.customer_id).to_numpy()
    assert found[: len(found) // 20].mean() > 5 * found.mean()
    assert roc_auc_score(found, -rows.lookalike_rank) > 0.7


def test_list_of_a_persona_finds_more_of_it_than_chance_does(simulated_shop):
    """Measured: 1.48 times as many novelty seekers in the first fortieth, 1.32 in the first
    twentieth, 1.19 in the first fifth."""
    shop = simulated_shop.shop
    people = simulated_shop.truth("customers").set_index("customer_id")
    is_of_it = (people.persona_name == "novelty_seeking") & (people.order_count > 0)
    listed = sorted(people.index[is_of_it])[::2]
    rows = shop.analyse("lookalikes", as_of=END_ON, seed=listed).to_pandas()
    rows = rows[rows.customer_id.isin(people.index)].sort_values("lookalike_rank")
    found = is_of_it.reindex(rows.customer_id).to_numpy()
    assert found[: len(found) // 5].mean() > 1.08 * found.mean()
