"""Decision styles of two kinds of products: what is bought at sight, and what is compared."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from regulars.analyses import deviations
from regulars.analyses.decision_style_by_category import ANALYSIS
from regulars.errors import ParameterInvalid
from regulars.tables.timeline import timeline_of

START = datetime(2026, 3, 1, tzinfo=UTC)
GROUPS = {"s": "snacks", "w": "washing machines"}


def rows_of(person, day, looks, product):
    """An order, and the looks before it as (hours before, product)."""
    at = START + timedelta(days=day)
    rows = [(person, at - timedelta(hours=h), "Product Viewed", one) for h, one in looks]
    return [*rows, (person, at, "Order Completed", product)]


def shop():
    """Thirty snacks bought at sight; thirty washing machines compared for two days."""
    rows = []
    for number in range(30):
        rows += rows_of(f"p{number}", 5, [(0.1, "s1")], "s1")
        rows += rows_of(f"p{number}", 30, [(48, "w2"), (47, "w1"), (1, "w1")], "w1")
    return rows


def asked(rows, **options):
    people, moments, events, products = (list(column) for column in zip(*rows, strict=True))
    table = pa.table(
        {
            "person_id": people,
            "occurred_at": pa.array(moments, pa.timestamp("us", "UTC")),
            "event_name": events,
            "product_id": products,
            "category": [GROUPS[one[0]] for one in products],
        }
    )
    answer = ANALYSIS.compute(timeline_of(table), as_of=date(2026, 12, 31), **options)
    assert deviations(ANALYSIS, answer) == []
    return answer.to_pylist()


def test_what_is_compared_comes_before_what_is_bought_at_sight_when_listed():
    machines, snacks = asked(shop())
    assert (machines["product_group"], snacks["product_group"]) == ("washing machines", "snacks")
    assert snacks["deliberation_high"] < 0.5 < machines["deliberation_low"]
    assert (machines["immediate_share"], snacks["immediate_share"]) == (0, 1)


def test_each_measure_is_the_mean_of_its_purchases_when_judged():
    machines, snacks = asked(shop())
    assert (machines["purchase_count"], machines["judged_count"]) == (30, 30)
    assert machines["mean_similar_count"] == 1
    assert machines["mean_session_count"] == 3
    assert machines["mean_return_count"] == 1
    assert machines["median_hours"] == pytest.approx(48, rel=0.07)
    assert snacks["median_hours"] == pytest.approx(0.1, rel=0.07)


def test_what_was_not_looked_at_is_not_judged_when_bought():
    rows = [*shop(), *rows_of("ann", 2, [], "s1")]
    _, snacks = asked(rows)
    assert (snacks["purchase_count"], snacks["judged_count"]) == (31, 30)
    assert snacks["judged_share"] == pytest.approx(30 / 31)


def test_groups_are_left_out_when_seldom_bought():
    assert len(asked(shop(), min_purchases=30)) == 2
    assert asked(shop(), min_purchases=31) == []


def test_error_says_what_fits_when_an_option_does_not():
    with pytest.raises(ParameterInvalid, match="min_purchases cannot be '1'"):
        asked(shop(), min_purchases=1)
