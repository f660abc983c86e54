"""Store visits against the simulator's truth: the same visits, lengths, zones and orders.

Source  src/regulars/simulator (floor): truth/floor_visits.parquet. Where one person's simulated
        visits to a store overlap (one in two hundred: a purchase and a stroll drawn for the
        same minutes), nobody could tell them apart; all others are found exactly.
"""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import regulars
from regulars.analyses.store_visits import store_visits
from regulars.lake import ShopHome
from regulars.simulator import simulate
from regulars.simulator.truth import read_state
from regulars.sources import import_files
from regulars.stats.floor.reading import Question, Walks, read_walks
from regulars.tables.timeline import Timeline

DAY, HOUR = 86_400_000_000, 3_600_000_000


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Timeline, pd.DataFrame]:
    """The timeline of an imported shop, and its true visits with moments in microseconds."""
    folder = tmp_path_factory.mktemp("floor")
    files = simulate(folder, customer_count=900, months=6, seed=4, end_on=date(2026, 9, 30))
    home = ShopHome.create(folder / "home", {"shop.timezone": "Asia/Shanghai"})
    import_files(home, files)
    true = pq.read_table(folder / "truth" / "floor_visits.parquet").to_pandas()
    first = pd.Timestamp(read_state(folder / "truth").start_on, tz="Asia/Shanghai")
    true["person"] = true.customer_id.where(true.is_recognised, true.anonymous_id)
    true["start"] = first.value // 1000 + true.entered_t * DAY
    true["end"] = true.start + true.seconds * 1_000_000
    true = true.sort_values(["person", "store_id", "start"], ignore_index=True)
    whose = true.groupby(["person", "store_id"])
    true["overlaps"] = (true.start <= whose.end.shift()) | (whose.start.shift(-1) <= true.end)
    return regulars.open_shop(home.path).timeline, true


@pytest.fixture(scope="module")
def found(walked: tuple[Timeline, pd.DataFrame]) -> tuple[Walks, pd.DataFrame]:
    timeline, _ = walked
    forever = 2**62
    asked = Question(-forever, forever, forever, 2 * HOUR, 7 * DAY, HOUR // 2, None)
    walks = read_walks(timeline, asked)
    zones = pd.Series(walks.stay_zone).groupby(walks.stay_visit).nunique()
    columns = {
        "person": timeline.person_ids.take(walks.person).to_pylist(),
        "store_id": np.array(walks.stores)[walks.store],
        "start": walks.start,
        "end": walks.end,
        "is_known": walks.is_known,
        "zone_count": zones.reindex(range(len(walks.store)), fill_value=0).to_numpy(),
        "has_bought": walks.order_count > 0,
    }
    return walks, pd.DataFrame(columns)


def matched(true: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """Each clear true visit with ours of the same person and store that began in its second."""
    sides = [
        side.sort_values("start").assign(start=side.start.astype(float)) for side in (true, ours)
    ]
    clear = sides[0][~sides[0].overlaps]
    return pd.merge_asof(
        clear, sides[1].assign(our_start=sides[1].start), on="start",
        by=["person", "store_id"], direction="nearest", tolerance=1_000_000.0,
        suffixes=("", "_ours"),
    )  # fmt: skip


@pytest.mark.slow
def test_every_clear_visit_is_found_with_its_length_and_zones(walked, found) -> None:
    (_, true), (_, ours) = walked, found
    pairs = matched(true, ours)
    assert len(pairs) > 300
    assert pairs.our_start.notna().all()
    assert (pairs.end - pairs.end_ours).abs().max() < 1_000_000
    assert (pairs.zone_count == pairs.zone_count_ours).all()
    assert (pairs.is_recognised == pairs.is_known).all()


@pytest.mark.slow
def test_no_visit_is_invented_in_any_store(walked, found) -> None:
    (timeline, true), _ = walked, found
    answer = store_visits(timeline, as_of=timeline.last_day).to_pylist()
    counts = {row["store_id"]: row for row in answer}
    assert true.overlaps.mean() < 0.02
    assert set(counts) == {None, *true.store_id}
    for store, mine in true.groupby("store_id"):
        assert abs(counts[store]["visit_count"] - len(mine)) <= mine.overlaps.sum() / 2
        if not mine.overlaps.any():
            assert counts[store]["visit_count"] == len(mine)
            assert counts[store]["median_seconds"] == pytest.approx(mine.seconds.median(), abs=1)


@pytest.mark.slow
def test_orders_are_joined_with_the_visits_of_known_phones_that_bought(walked, found) -> None:
    (_, true), (_, ours) = walked, found
    pairs = matched(true, ours)
    known = pairs[pairs.is_recognised]
    bought = known.order_id.notna()
    precision = bought[known.has_bought].mean()
    recall = known.has_bought[bought].mean()
    assert len(known) > 100
    assert precision >= 0.99
    assert recall >= 0.99
    assert not pairs[~pairs.is_recognised].has_bought.any()  # a device has no till
