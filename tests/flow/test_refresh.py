"""The refresh keeps every answer with its date, and what follows from the answers."""

import datetime as dt
import re

import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

from regulars.analyses import kept_analyses
from regulars.errors import NothingToAnalyse
from regulars.flow.declared import declared_results
from regulars.flow.refresh import refresh
from regulars.flow.shop import Shop
from regulars.lake import Lake

LAST_DAY = dt.date(2026, 7, 19)
OF_SPECIAL_EVENTS = {
    "search_terms", "missed_searches", "store_visits", "store_zones", "zone_flow",
}  # fmt: skip
EVENT_AT = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)


def test_every_declared_result_is_kept_when_shop_is_refreshed(trading_home):
    outcomes = refresh(Shop(trading_home))
    steps = {outcome.step for outcome in outcomes}
    assert steps | {"refresh_state"} == {"timeline", *declared_results()}
    left_out = {outcome.step: outcome.left_out for outcome in outcomes if outcome.left_out}
    # nobody searched, no sensor saw anybody; fifty alike customers are too few for some models
    fitted = {analysis.name for analysis in kept_analyses() if analysis.is_fitted}
    assert set(left_out) - fitted == OF_SPECIAL_EVENTS
    assert all("regulars import FILE --table events" in left_out[n] for n in OF_SPECIAL_EVENTS)
    assert all(re.fullmatch(r"[A-Z][^\n]{20,300}\.", left_out[n]) for n in fitted & set(left_out))
    assert {"clv", "repurchase"} <= steps - set(left_out)
    shop = Shop(trading_home)
    for name, table in declared_results().items():
        if name in left_out:
            continue
        assert tuple(shop.results[name].columns) == table.column_names
    assert set(shop.results.rfm.as_of.to_pyarrow().to_pylist()) == {LAST_DAY}


def test_stored_answer_equals_the_question_asked_when_refreshed(trading_home):
    left_out = {outcome.step for outcome in refresh(Shop(trading_home)) if outcome.left_out}
    shop = Shop(trading_home)
    for analysis in kept_analyses():
        if analysis.name in left_out:
            continue
        name, order = analysis.name, list(analysis.returns.key)
        asked = shop.analyse(name, as_of=LAST_DAY).to_pandas().sort_values(order, ignore_index=True)
        stored = shop.results[name].drop("as_of").to_pyarrow().to_pandas()
        stored = stored.sort_values(order, ignore_index=True)
        assert_frame_equal(stored, asked, check_dtype=False, obj=name)


def test_history_is_kept_by_day_when_refreshed_for_another(trading_home):
    for day in (dt.date(2026, 5, 1), LAST_DAY, LAST_DAY):
        refresh(Shop(trading_home), as_of=day)
    rfm = Shop(trading_home).results.rfm
    days = rfm.group_by("as_of").aggregate(n=rfm.count()).to_pyarrow().to_pylist()
    assert {row["as_of"]: row["n"] for row in days} == {dt.date(2026, 5, 1): 50, LAST_DAY: 50}


def test_each_customer_has_one_row_of_traits_when_some_never_bought(trading_home):
    with Lake(trading_home).transaction("test") as transaction:
        transaction.merge("customers", pa.table({"customer_id": ["c1", "never"]}))
    refresh(Shop(trading_home))
    traits = Shop(trading_home).results.customer_traits.to_pandas().set_index("customer_id")
    assert len(traits) == 51
    assert traits.loc["c1", "order_count"] == 8
    assert traits.loc["never"].drop("as_of").isna().all()


def test_reason_is_clear_when_shop_has_no_orders(home):
    with pytest.raises(NothingToAnalyse, match=r"There are no orders in .* regulars import"):
        refresh(Shop(home))


def test_progress_reaches_the_end_when_refreshed(trading_home):
    seen = []
    refresh(Shop(trading_home), report=lambda step, done, total: seen.append((done, total)))
    assert {total for _, total in seen} == {100}
    done = [parts for parts, _ in seen]
    assert done == sorted(done)
    assert done[-1] == 100


def test_steps_about_orders_are_left_out_when_there_are_only_events(home):
    row = {"event_id": "e1", "customer_id": "c1", "event_name": "Seen", "channel": "web",
           "occurred_at": EVENT_AT, "received_at": EVENT_AT}  # fmt: skip
    with Lake(home).transaction("test") as transaction:
        transaction.merge("events", pa.Table.from_pylist([row]))
    outcomes = {outcome.step: outcome for outcome in refresh(Shop(home))}
    assert "There are no orders" in outcomes["rfm"].left_out
    assert outcomes["timeline"].row_count == 1
    assert Shop(home).last_day == EVENT_AT.date()
    assert Shop(home).timeline.event_counts == {"Seen": 1}
