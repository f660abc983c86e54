"""Store visits: cut as plain Python cuts them, joined with tills and online; cases by name."""

import dataclasses
from datetime import date
from statistics import median

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from tests.analyses import plain_store_visits as plain
from tests.analyses.plain_store_visits import ENTER, INTO, LEAVE, OUT, PICK
from tests.analyses.sensed_rows import ANALYSES, SMALL, WALK, ask, days, groups, row, timeline

from regulars.errors import NothingToAnalyse, ParameterInvalid


def whole(rows, **options):
    """The row of all stores."""
    return next(r for r in ask("store_visits", rows, **{**SMALL, **options}) if not r["store_id"])


@given(days)
@settings(max_examples=100, deadline=None)
def test_visits_are_cut_as_plain_python_does_when_anything_is_sensed(rows):
    found = plain.visits(rows, 10)
    answer = {r["store_id"]: r for r in ask("store_visits", rows, **SMALL)}
    assert set(answer) == set(groups(found))
    for store, numbers in groups(found).items():
        mine, its = answer[store], [found[n] for n in numbers]
        assert mine["visit_count"] == len(its)
        assert mine["person_count"] == len({v.person for v in its})
        assert mine["device_count"] == sum(v.person == "device" for v in its)
        assert mine["missed_entry_count"] == sum(not v.has_entry for v in its)
        assert mine["missed_exit_count"] == sum(not v.has_exit for v in its)
        lengths = [60 * (v.end - v.start) for v in its if v.has_entry and v.has_exit]
        assert mine["median_seconds"] == (median(lengths) if lengths else None)
        zone_count = sum(len({zone for _, zone, _ in plain.stays(v)}) for v in its)
        assert mine["zones_per_visit"] == pytest.approx(zone_count / len(its))


@given(days)
@settings(max_examples=100, deadline=None)
def test_tills_and_online_are_joined_as_plain_python_does(rows):
    found = plain.visits(rows, 10)
    sold = plain.orders_of(found, rows, 5)
    known = [n for n, visit in enumerate(found) if visit.person != "device"]

    def online(number, event, low, high):
        mine = (r for r in rows if r[0] == found[number].person and r[3] == event)
        return any(low <= r[1] <= high for r in mine)

    picks = {(n, r[6]) for n in known for r in found[n].rows if r[3] == PICK and r[6] is not None}
    after = [n for n in known if online(n, "ordered", found[n].end, found[n].end + 15)]
    wanted = {
        "known_count": len(known),
        "bought_count": sum(n in sold for n in known),
        "order_count": sum(len(sold.get(n, [])) for n in known),
        "order_amount": sum(5 * len(sold.get(n, [])) for n in known),
        "picked_count": len(picks),
        "picked_bought_count": sum(p in sold.get(n, []) for n, p in picks),
        "browsed_before_count": sum(
            online(n, "seen", found[n].start - 15, found[n].start - 1) for n in known
        ),
        "followed_count": len(known),
        "online_after_count": len(after),
        "showroom_count": sum(n not in sold for n in after),
    }
    if found:
        mine = whole(rows, window="15m")
        assert {name: mine[name] for name in wanted} == wanted


@given(days)
@settings(max_examples=30, deadline=None)
def test_answers_are_the_same_when_people_are_in_other_buckets_or_rows_in_another_order(rows):
    for name in ("store_visits", "store_zones", "zone_flow"):
        once = ask(name, rows, 1)
        assert ask(name, rows, 3) == once
        assert ask(name, rows[::-1], 64) == once


def test_visit_ends_with_what_was_last_sensed_when_the_exit_was_missed():
    mine = whole([*WALK[:3], row("ann", 15, ENTER), row("ann", 16, LEAVE)])
    assert (mine["visit_count"], mine["missed_exit_count"]) == (2, 1)


def test_entry_sensed_twice_is_one_visit_when_nothing_lies_between():
    rows = [row("ann", 0, ENTER), row("ann", 1, ENTER), row("ann", 3, LEAVE)]
    assert whole(rows)["visit_count"] == 1


def test_long_stay_is_one_visit_when_its_dwell_says_so():
    rows = [row("ann", 0, ENTER), row("ann", 1, INTO, "food"), row("ann", 31, OUT, "food", 30)]
    assert whole(rows)["visit_count"] == 1
    assert whole([*rows[:2], row("ann", 31, OUT, "food")])["visit_count"] == 2


def test_visit_of_a_device_is_counted_and_in_no_rate():
    rows = [*WALK, row("device", 0, ENTER), row("device", 6, LEAVE)]
    mine = whole(rows)
    assert (mine["visit_count"], mine["known_count"], mine["device_count"]) == (2, 1, 1)
    assert mine["bought_rate"] == 1
    assert 0.2 < mine["bought_low"] < 0.21  # Wilson's for 1 of 1: 1 / (1 + 1.96**2)
    alone = whole(rows[-2:])
    assert alone["bought_rate"] is None


def test_order_belongs_to_the_visit_when_exactly_the_tolerance_after_it():
    visit = [row("ann", 0, ENTER), row("ann", 6, LEAVE)]
    assert whole([*visit, row("ann", 11, "sold")])["bought_count"] == 1
    assert whole([*visit, row("ann", 12, "sold")])["bought_count"] == 0


def test_online_order_is_seen_in_the_store_and_bought_online_when_none_was_at_the_till():
    visit = [row("ann", 0, ENTER), row("ann", 6, LEAVE), row("ann", 9, "ordered")]
    mine = whole(visit)
    assert (mine["bought_count"], mine["showroom_count"], mine["showroom_share"]) == (0, 1, 1)
    late = ANALYSES["store_visits"].compute(timeline(visit), as_of=date(2026, 3, 2))
    assert late.to_pylist()[0]["followed_count"] == 0  # its week is not over


def test_only_visits_of_the_store_that_start_inside_the_dates_count_when_asked():
    other = [(p, minute + 24 * 60, "t", *rest) for p, minute, _, *rest in WALK]
    rows = ask("store_visits", [*WALK, *other], since=date(2026, 3, 2))
    assert [(r["store_id"], r["visit_count"]) for r in rows] == [(None, 1), ("t", 1)]
    rows = ask("store_visits", [*WALK, *other], store_id="s")
    assert [(r["store_id"], r["visit_count"]) for r in rows] == [("s", 1)]


@pytest.mark.parametrize("name", list(ANALYSES))
@pytest.mark.parametrize("rows", [[], [row("ann", 1, "seen"), row("ann", 2, "sold")]])
def test_reason_says_what_to_bring_when_nothing_was_sensed(name, rows):
    with pytest.raises(NothingToAnalyse, match=r"no event 'Store Entered'.* regulars import"):
        ANALYSES[name].compute(timeline(rows), as_of=date(2026, 12, 31))


@pytest.mark.parametrize("name", list(ANALYSES))
def test_error_names_the_stores_when_one_does_not_occur(name):
    with pytest.raises(ParameterInvalid, match=r"Store 'x' does not occur\. Stores: s"):
        ask(name, WALK, store_id="x")


@pytest.mark.parametrize("name", list(ANALYSES))
def test_error_says_that_no_store_is_known_when_one_is_asked_for(name):
    with pytest.raises(ParameterInvalid, match=r"Store 'x' does not occur\. No store is known"):
        ask(name, [row("ann", 1, "seen", store=None)], store_id="x")


def test_store_bears_its_name_when_the_shop_knows_it():
    rows = [row("ann", 0, ENTER), row("ann", 1, ENTER, store="t")]
    known = ibis.memtable(pa.table({"store_id": ["s", "x"], "store_name": ["Alpha", "Xi"]}))
    compute = ANALYSES["store_visits"].compute
    answer = compute(timeline(rows), known, as_of=date(2026, 12, 31)).to_pylist()
    assert [(r["store_id"], r["store_name"]) for r in answer] == [
        (None, None), ("s", "Alpha"), ("t", "t")
    ]  # fmt: skip


@pytest.mark.parametrize("name", list(ANALYSES))
def test_entries_and_exits_are_enough_when_sensors_say_no_more(name):
    rows = timeline([row("ann", 0, ENTER), row("ann", 9, LEAVE)])
    few = {key: value for key, value in rows.properties.items() if key == "store_id"}
    answer = ask(name, dataclasses.replace(rows, properties=few))
    if name == "zone_flow":
        assert [(r["from_zone"], r["to_zone"]) for r in answer] == [("(entry)", "(exit)")] * 2
    else:
        assert [r["median_seconds"] for r in answer] == (
            [540] * 2 if name == "store_visits" else []
        )


def test_nothing_was_bought_of_what_was_in_hand_when_the_next_order_names_no_product():
    """An order without a product is no order of the last visitor's."""
    rows = [row("ann", 0, ENTER), row("ann", 1, PICK, product="soap"), row("ann", 6, LEAVE),
            row("bob", 0, ENTER), row("bob", 5, "sold"), row("bob", 6, LEAVE)]  # fmt: skip
    other = {"ann": "bob", "bob": "ann"}
    for swapped in (rows, [(other[r[0]], *r[1:]) for r in rows]):
        found = whole(swapped, bucket_count=1)
        assert (found["picked_count"], found["picked_bought_count"]) == (1, 0)
