"""Values as few groups, and the purchase of a shop that calls it in its own way."""

import numpy as np
import pyarrow as pa
import pytest

from regulars.errors import ParameterInvalid
from regulars.tables.timeline import pattern, timeline_of
from regulars.tables.timeline.splits import folded, is_trait
from regulars.tables.timeline.usual import purchase_event, quoted


def timeline(*events):
    rows = {
        "person_id": ["ann"] * len(events),
        "occurred_at": pa.array(range(len(events)), pa.timestamp("us", "UTC")),
        "event_name": pa.array(events, pa.string()),
        "channel": ["web"] * len(events),
        "price": [1.5] * len(events),
    }
    return timeline_of(pa.table(rows), traits={"town": {"ann": "Wuhan"}})


def test_frequent_values_stand_alone_and_the_rest_together():
    counts = np.array([5, 9, 0, 2, 2, 4])
    lookup, names = folded(counts, ["a", "b", "c", "d", "e"], 2)
    assert names == ["b", "a", "other", "unknown"]
    assert lookup.tolist() == [1, 0, -1, 2, 2, 3]


def test_values_called_other_or_unknown_join_those_that_we_call_so():
    lookup, names = folded(np.array([7, 6, 3, 2, 0]), ["other", "unknown", "x", "y"], 1)
    assert names == ["x", "other", "unknown"]
    assert lookup.tolist() == [1, 2, 0, 1, 2]


def test_nothing_is_named_when_nothing_was_counted():
    assert folded(np.array([0, 0]), ["a"], 3)[1] == []
    assert folded(np.array([0]), [], 3)[1] == []


def test_split_knows_traits_from_properties_and_says_what_exists():
    assert is_trait(timeline("a"), "town")
    assert not is_trait(timeline("a"), "channel")
    with pytest.raises(ParameterInvalid, match="numbers or keys"):
        is_trait(timeline("a"), "price")
    with pytest.raises(ParameterInvalid, match="Did you mean 'town'"):
        is_trait(timeline("a"), "twon")


def test_purchase_is_found_when_it_is_spelt_in_another_way():
    assert purchase_event(timeline("look", "order_completed")) == "order_completed"
    assert purchase_event(timeline("Purchase", "transaction")) == "Purchase"
    assert purchase_event(timeline("look")) is None


def test_name_with_a_sign_of_patterns_is_quoted():
    assert pattern(quoted("a | b")).event_names == ("a | b",)
    assert quoted("Order Completed") == "Order Completed"
