"""Store zones: dwell, visits, purchases and picks of each zone against plain Python."""

from collections import Counter
from statistics import median

from hypothesis import given, settings
from tests.analyses import plain_store_visits as plain
from tests.analyses.plain_store_visits import ENTER, INTO, LEAVE, OUT, PICK
from tests.analyses.sensed_rows import CATEGORY, SMALL, ask, days, groups, row, zones


@given(days)
@settings(max_examples=100, deadline=None)
def test_dwell_of_zones_is_what_minutes_add_up_to_when_stays_overlap(rows):
    found = plain.visits(rows, 10)
    sold = plain.orders_of(found, rows, 5)
    answer = {(r["store_id"], r["zone"]): r for r in ask("store_zones", rows, **SMALL)}
    wanted = {}
    for store, numbers in groups(found).items():
        for number in numbers:
            for zone, minutes in plain.minutes_in_zones(found[number]).items():
                wanted.setdefault((store, zone), []).append((number, 60 * minutes))
    assert set(answer) == set(wanted)
    for key, its in wanted.items():
        mine = answer[key]
        assert mine["visit_count"] == len(its)
        assert mine["dwell_seconds"] == sum(seconds for _, seconds in its)
        assert mine["median_dwell_seconds"] == median(seconds for _, seconds in its)
        known = [number for number, _ in its if found[number].person != "device"]
        assert mine["known_count"] == len(known)
        assert mine["bought_count"] == sum(number in sold for number in known)
        of_zone = {product for product, path in CATEGORY.items() if key[1] == path.split("/")[0]}
        lines = {r[6] for r in rows}
        own = sum(bool(of_zone & set(sold.get(number, []))) for number in known)
        assert mine["own_bought_count"] == (own if of_zone & lines else None)


@given(days, zones)
@settings(max_examples=40, deadline=None)
def test_products_are_picked_up_in_the_zone_that_was_entered_last(rows, zone):
    picks = Counter()
    for visit in plain.visits(rows, 10):
        for r in visit.rows:
            if r[3] == PICK:
                picks[r[4] or plain.zone_at(visit, r[1])] += 1
    answer = ask("store_zones", rows, **SMALL)
    mine = [r["pick_count"] for r in answer if r["store_id"] is None and r["zone"] == zone]
    assert mine in ([], [picks[zone]])


def test_entry_that_no_leaving_took_lasts_until_somebody_leaves_the_zone_when_sensed_twice():
    rows = [
        row("ann", 0, ENTER), row("ann", 1, INTO, "food"), row("ann", 3, INTO, "food"),
        row("ann", 9, OUT, "food", 1), row("ann", 10, LEAVE),
    ]  # fmt: skip
    mine = ask("store_zones", rows, **SMALL)
    assert {r["dwell_seconds"] for r in mine} == {8 * 60}
