"""Orders, returns and feedback beside the events that tell of them: each once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.lake.timeline.reconstruction import found
from tests.lake.timeline.shops import bring_in

from regulars.lake.timeline import open_timeline

START = datetime(2026, 3, 1, tzinfo=UTC)
ORDER = {"order_id": "o1", "customer_id": "anna", "ordered_at": START, "channel": "store",
         "store_id": "S1", "net_amount": Decimal(30)}  # fmt: skip
LINES = [{"order_id": "o1", "line_no": n, "product_id": p} for n, p in ((1, "p2"), (2, "p1"))]
TOLD = {"event_id": "e1", "customer_id": "anna", "event_name": "Order Completed",
        "occurred_at": START + timedelta(seconds=2), "channel": "app", "page": "/done",
        "session_id": "s1", "properties": '{"order_id": "o1"}'}  # fmt: skip


@pytest.fixture
def rows(home):
    """``rows(orders=[...], ...)``: the timeline's rows after one import."""

    def imported(**tables):
        bring_in(home, tables)
        return [
            (person, name, is_further, dict(said))
            for person, _, _, name, is_further, said in found(open_timeline(home)).elements()
        ]

    return imported


def test_order_is_one_row_and_further_ones_when_it_has_two_products(rows):
    got = rows(orders=[ORDER], order_lines=LINES)
    first = next(said for *_, is_further, said in got if not is_further)
    further = next(said for *_, is_further, said in got if is_further)
    assert [name for _, name, _, _ in got] == ["Order Completed"] * 2
    assert (first["product_id"], first["value_amount"]) == ("p2", Decimal(30))
    assert further["product_id"] == "p1"
    assert further["order_id"] == first["order_id"]
    assert "value_amount" not in further


def test_event_keeps_its_page_and_takes_value_and_products_when_it_tells_of_an_order(rows):
    got = rows(orders=[ORDER], order_lines=LINES, events=[TOLD])
    assert Counter(is_further for _, _, is_further, _ in got) == {False: 1, True: 1}
    for *_, said in got:
        assert (said["page"], said["channel"], said["store_id"]) == ("/done", "app", "S1")
        assert said["session_id"]
    assert {said["product_id"] for *_, said in got} == {"p1", "p2"}
    assert [said.get("value_amount") for *_, said in got if "value_amount" in said] == [30]


def test_order_is_there_once_when_two_events_tell_of_it(rows):
    again = TOLD | {"event_id": "e2", "channel": "web"}
    got = rows(orders=[ORDER], events=[again, TOLD])
    assert [said["channel"] for *_, said in got] == ["app"]


def test_walk_in_order_is_left_out_and_event_of_an_unknown_order_is_not(rows):
    walk_in = ORDER | {"order_id": "o2", "customer_id": None}
    unknown = TOLD | {"event_id": "e2", "properties": '{"order_id": "o9"}'}
    got = rows(orders=[ORDER, walk_in], events=[unknown])
    assert Counter(said["channel"] for *_, said in got) == {"store": 1, "app": 1}


def test_returned_lines_are_one_refund_when_they_came_back_at_one_moment(rows):
    line = {"return_id": "r1", "order_id": "o1", "customer_id": "anna", "product_id": "p1",
            "returned_at": START, "refund_amount": Decimal(5)}  # fmt: skip
    other = line | {"return_id": "r2", "product_id": "p2", "refund_amount": Decimal(7)}
    told = TOLD | {"event_name": "Order Refunded", "occurred_at": START}
    got = rows(returns=[line, other], events=[told])
    assert sorted((further, said.get("value_amount")) for *_, further, said in got) == [
        (False, Decimal(12)), (True, None),
    ]  # fmt: skip


@pytest.mark.parametrize("named", ['{"review_id": "f1"}', '{"feedback_id": "f1"}', "{}"])
def test_review_is_there_once_when_an_event_tells_of_it(rows, named):
    review = {"feedback_id": "f1", "customer_id": "anna", "product_id": "p1",
              "channel": "review", "created_at": START}  # fmt: skip
    told = TOLD | {"event_name": "Product Reviewed", "occurred_at": START, "product_id": "p1",
                   "properties": named}  # fmt: skip
    got = rows(feedback=[review], events=[told])
    assert [(name, said["page"]) for _, name, _, said in got] == [("Product Reviewed", "/done")]


def test_feedback_has_an_event_of_its_own_by_channel(rows):
    said = [
        {"feedback_id": channel, "customer_id": "anna", "channel": channel, "created_at": START}
        for channel in ("survey", "ticket", "complaint", "social")
    ]
    names = {name for _, name, _, _ in rows(feedback=said)}
    assert names == {"Survey Answered", "Ticket Opened", "Complaint Made", "Social Mention"}


def test_product_leads_to_its_category_when_it_is_known(home):
    products = [{"product_id": "p1", "category": "food/tea", "brand": "B"}]
    bring_in(home, {"orders": [ORDER], "order_lines": LINES, "products": products})
    timeline = open_timeline(home)
    (known,) = [b for b in timeline.buckets if b.row_count]
    category = timeline.property_named("category")
    assert category.row_count == 1
    codes = timeline.column(known, "category").tolist()
    assert sorted(category.texts[code] if code >= 0 else "" for code in codes) == ["", "food/tea"]
    bring_in(home, {"products": [{"product_id": "p2", "category": "home"}]})
    assert open_timeline(home).property_named("category").row_count == 2
