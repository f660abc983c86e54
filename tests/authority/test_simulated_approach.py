"""Whom to approach, against the simulator's truth: both futures of everyone assigned, and personas.

Source  src/regulars/simulator: futures.py (what a message changes of each person), people.py.
"""

from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest

from regulars.flow.shop import Shop
from regulars.lake import ShopHome
from regulars.simulator import simulate
from regulars.sources import import_files
from regulars.stats.response import learned, of_trials
from regulars.tables.fit import Fitted, fitted

pytestmark = pytest.mark.slow
END_ON = date(2026, 9, 30)
READS = ("exposures", "campaigns", "orders", "order_lines", "products", "returns")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("approach")
    files = simulate(folder / "files", customer_count=6000, months=14, seed=5, end_on=END_ON)
    home = ShopHome.create(folder / "home", {"shop.timezone": "Asia/Shanghai"})
    import_files(home, files)
    return Shop(home), folder / "files" / "truth"


@pytest.fixture(scope="module")
def known(simulated):
    """What was learned, and of each person of the trials by how much the message really changed
    whether there was an order: -1, 0 or 1."""
    shop, truth = simulated
    kept = []

    def learn(trials):
        kept.append(learned(trials, learner="s", seed=7))
        return Fitted(trials.people.slice(0, 0))

    tables = {name: shop.tables[name] for name in READS}
    fitted(of_trials(tables, as_of=END_ON, campaign=None, kind=None, also={}, learn=learn))
    effects = pq.read_table(truth / "effects.parquet").to_pylist()
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
    """Measured on the demo (seed 7): .15 of the first third are changed, .04 of the last."""
    found, changed = known
    has = np.isfinite(changed)
    score, changed = found.score[has], changed[has]
    first = changed[score >= np.quantile(score, 2 / 3)]
    last = changed[score <= np.quantile(score, 1 / 3)]
    assert first.mean() > 1.5 * last.mean()


def test_others_of_a_persona_are_found_when_the_list_is_of_one(simulated):
    shop, truth = simulated
    people = pq.read_table(truth / "customers.parquet", columns=["customer_id", "persona_name"])
    persona = dict(
        zip(people["customer_id"].to_pylist(), people["persona_name"].to_pylist(), strict=True)
    )
    buyers = set(shop.tables.orders.customer_id.to_pyarrow().to_pylist())
    lifts = {}
    for name in sorted(set(persona.values())):
        of_it = sorted(one for one, whose in persona.items() if whose == name and one in buyers)
        if len(of_it) < 200:
            continue
        listed = of_it[::2]
        rows = shop.analyse("lookalikes", as_of=END_ON, seed=listed).table.sort_by("lookalike_rank")
        ids = [one for one in rows["customer_id"].to_pylist() if one in persona]
        is_it = np.array([persona[one] == name for one in ids])
        lifts[name] = is_it[: len(is_it) // 20].mean() / is_it.mean()
    assert len(lifts) >= 3
    # measured: novelty 1.99, brand 1.29, convenience 1.29, price 1.15, and 1.06 for the fifth, at
    # the first twentieth: what sets most personas apart is not among what is compared
    assert max(lifts.values()) > 1.6
    assert np.median(list(lifts.values())) > 1.15
