"""Missed searches of a few people by hand: what is in vain, in what order, and what is not."""

from datetime import UTC, date, datetime, timedelta

import ibis
import pyarrow as pa
import pytest

from regulars.analyses import deviations
from regulars.analyses.missed_searches import ANALYSIS
from regulars.errors import ParameterInvalid
from regulars.tables.timeline import timeline_of

NAMES = ("person_id", "minute", "event_name", "query", "product_id", "results_count")
START = datetime(2026, 3, 2, tzinfo=UTC)
SEARCH, VIEW = "Products Searched", "Product Viewed"
# five search in vain for what is not sold; tea is found by all but one, and clicked by one
ROWS = [
    *((f"v{n}", 10 * n, SEARCH, "空气炸锅", None, 0.0) for n in range(5)),
    ("v0", 60, SEARCH, "空气炸锅", None, 0.0),
    ("ann", 0, SEARCH, "Green  Tea", None, 3.0),
    ("ann", 1, VIEW, None, "t1", None),
    ("bob", 0, SEARCH, "green tea", None, 3.0),
    ("cat", 0, SEARCH, "green tea", None, 0.0),
    ("cat", 1, VIEW, None, "t1", None),
    ("dan", 0, SEARCH, "tea", None, 9.0),
    ("dan", 2, VIEW, None, "t2", None),
]


def asked(rows=ROWS, **options):
    columns = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
    moments = [START + timedelta(minutes=minute) for minute in columns.pop("minute")]
    columns["results_count"] = pa.array(columns["results_count"], pa.float64())
    table = pa.table({**columns, "occurred_at": pa.array(moments, pa.timestamp("us", "UTC"))})
    products = [("t1", "green tea 100 g"), ("t2", "black tea 50 g")]
    catalogue = ibis.memtable(
        {
            "product_id": [one for one, _ in products],
            "product_name": [name for _, name in products],
            "brand": pa.array([None, None], pa.string()),
            "category": ["food/tea", "food/tea"],
            "purpose": pa.array([None, None], pa.string()),
        }
    )
    answer = ANALYSIS.compute(
        timeline_of(table), catalogue, as_of=date(2026, 3, 31), **{"min_searches": 1} | options
    )
    assert deviations(ANALYSIS, answer) == []
    return answer.to_pylist()


def test_what_is_most_in_vain_comes_first_when_listed():
    fryer, tea = asked()
    assert (fryer["query"], fryer["missed_count"], fryer["person_count"]) == ("空气炸锅", 6, 5)
    assert (fryer["head_kind"], fryer["product_group"], fryer["query_rank"]) == ("other", None, 1)
    assert (tea["query"], tea["missed_count"], tea["search_count"]) == ("green tea", 2, 3)
    assert (tea["head_term"], tea["modifiers"], tea["product_group"]) == (
        "tea",
        "green",
        "food/tea",
    )


def test_reasons_are_told_apart_when_a_search_was_in_vain():
    _, tea = asked()
    # bob clicked nothing; cat found nothing, yet looked at something
    assert (tea["no_result_count"], tea["no_click_count"]) == (1, 1)
    assert tea["no_result_rate"] == tea["no_click_rate"] == pytest.approx(1 / 3)
    assert tea["missed_rate"] == pytest.approx(2 / 3)
    assert tea["bought_count"] is None


def test_only_the_first_are_listed_when_a_number_is_asked():
    assert [row["query"] for row in asked(top=1)] == ["空气炸锅"]
    assert [row["query"] for row in asked(min_searches=4)] == ["空气炸锅"]


def test_only_searches_without_result_count_when_nobody_ever_clicked():
    rows = asked([row for row in ROWS if row[2] == SEARCH])
    assert [(row["query"], row["missed_count"]) for row in rows] == [
        ("空气炸锅", 6), ("green tea", 1),
    ]  # fmt: skip


def test_error_says_what_fits_when_an_option_does_not():
    with pytest.raises(ParameterInvalid, match="min_searches cannot be '0'"):
        asked(min_searches=0)
