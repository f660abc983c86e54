"""Searches of a few people by hand: rows, rates, lifts, dates, splits, other shops' names."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest

from regulars.analyses import deviations, find_analysis
from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.tables.timeline import timeline_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
DRESS, WATER = "女装/连衣裙", "food/water"
PRODUCTS = [
    {"product_id": f"d{n}", "product_name": f"依恋{kind}连衣裙", "brand": "依恋", "category": DRESS}
    for n, kind in enumerate(("雪纺", "碎花", "长款"))
] + [
    {"product_id": "w", "product_name": "spring water 5 l", "brand": None, "category": WATER},
    {"product_id": "v", "product_name": "still water 1 l", "brand": None, "category": WATER},
]
# who, when, what, and its query, product, number of results
ROWS = [
    ("ann", "09:00", "Products Searched", "连衣裙 显瘦", None, "12"),
    ("ann", "09:01", "Product Viewed", None, "d1", None),
    ("ann", "20:00", "Order Completed", None, "d1", None),
    ("bob", "09:00", "Products Searched", "连衣裙　显瘦", None, "12"),
    ("bob", "09:10", "Products Searched", "连衣裙", None, "12"),
    ("bob", "09:11", "Product Viewed", None, "d2", None),
    ("bob", "09:30", "Order Completed", None, "w", None),
    ("cat", "09:00", "Products Searched", "空气炸锅", None, "0"),
    ("cat", "09:40", "Product Viewed", None, "w", None),
    ("dan", "10:00", "Products Searched", "spring water", None, None),
    ("dan", "10:00", "Product Viewed", None, "w", None),
]


def made(rows=ROWS, buckets=2, traits=None, day="2026-03-02"):
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    moments = [
        datetime.fromisoformat(f"{day} {time}").replace(tzinfo=SHANGHAI) for time in columns[1]
    ]
    table = pa.table(
        {
            "person_id": pa.array(columns[0], pa.string()),
            "occurred_at": pa.array(moments, pa.timestamp("us", "UTC")),
            "event_name": pa.array(columns[2], pa.string()),
            "query": pa.array(columns[3], pa.string()),
            "product_id": pa.array(columns[4], pa.string()),
            "results_count": pa.array(columns[5], pa.string()),
        }
    )
    return timeline_of(table, timezone="Asia/Shanghai", bucket_count=buckets, traits=traits)


def catalogue(rows=PRODUCTS):
    names = ("product_id", "product_name", "brand", "category", "purpose")
    columns = {n: pa.array([row.get(n) for row in rows], pa.string()) for n in names}
    return ibis.memtable(pa.table(columns))


def asked(timeline, name="search_terms", products=PRODUCTS, as_of="2026-03-31", **options):
    analysis = find_analysis(name)
    options = {"min_searches": 1} | options
    answer = analysis.compute(
        timeline, catalogue(products), as_of=date.fromisoformat(as_of), **options
    )
    assert deviations(analysis, answer) == []
    return answer.to_pylist()


def by_term(rows):
    return {(row["by_value"], row["head_term"], row["modifier"]): row for row in rows}


def test_each_head_and_modifier_is_counted_when_searched():
    found = by_term(asked(made()))
    assert list(found) == [
        (None, "连衣裙", None),
        (None, "连衣裙", "显瘦"),
        (None, "water", None),
        (None, "water", "spring"),
        (None, "空气炸锅", None),
    ]
    dress, slim = found[None, "连衣裙", None], found[None, "连衣裙", "显瘦"]
    assert (dress["search_count"], dress["person_count"]) == (3, 2)
    assert (slim["search_count"], slim["person_count"]) == (2, 2)
    assert dress["search_share"] == pytest.approx(3 / 5)
    assert slim["search_share"] == pytest.approx(2 / 3)
    assert slim["lift"] == pytest.approx((2 / 3) / (2 / 4))  # of the four Chinese searches
    assert (dress["product_group"], dress["head_kind"]) == (DRESS, "product")
    assert (slim["modifier_kind"], slim["head_rank"]) == ("other", 1)


def test_clicks_results_and_purchases_are_told_when_they_follow():
    found = by_term(asked(made()))
    dress, fryer, water = (found[None, one, None] for one in ("连衣裙", "空气炸锅", "water"))
    # bob's first search had no click before his second; he bought, but no dress
    assert (dress["no_click_count"], dress["bought_count"]) == (1, 1)
    assert (dress["no_result_count"], dress["counted_search_count"]) == (0, 3)
    assert dress["bought_what"] == "product_group"
    assert (dress["top_product_id"], dress["top_product_name"]) == ("d1", "依恋碎花连衣裙")
    # what cat looked at came forty minutes later
    assert (fryer["no_result_rate"], fryer["no_click_count"], fryer["bought_count"]) == (1, 1, 0)
    assert (fryer["head_kind"], fryer["product_group"], fryer["bought_what"]) == (
        "other", None, "anything",
    )  # fmt: skip
    # nobody said how many results there were; the look was at the same moment
    assert (water["no_result_count"], water["no_click_count"]) == (None, 0)


def test_click_and_purchase_count_longer_when_asked_so():
    found = by_term(asked(made(), idle="40m", window="3h"))
    assert found[None, "空气炸锅", None]["no_click_count"] == 0
    assert found[None, "连衣裙", None]["bought_count"] == 0


@pytest.mark.parametrize("buckets", [1, 3, 64])
def test_answer_is_the_same_when_people_lie_in_other_buckets(buckets):
    for name in ("search_terms", "missed_searches"):
        assert asked(made(buckets=buckets), name) == asked(made(), name)


def test_searches_are_split_when_by_a_trait():
    traits = {"city": {"ann": "上海", "bob": "上海", "cat": "北京"}}
    found = by_term(asked(made(traits=traits), by="city"))
    assert found["上海", "连衣裙", None]["search_count"] == 3
    assert found["北京", "空气炸锅", None]["search_share"] == 1
    assert found["unknown", "water", None]["head_rank"] == 1


def test_only_searches_of_the_days_count_when_days_are_given():
    both = timeline = made([*ROWS, ("eve", "09:00", "Products Searched", "water", None, "3")])
    with pytest.raises(ParameterInvalid, match="No event lies from 2026-03-03"):
        asked(timeline, since=date(2026, 3, 3))
    with pytest.raises(ParameterInvalid, match="No event lies to 2026-03-01"):
        asked(both, until=date(2026, 3, 1))
    assert asked(timeline, as_of="2026-03-01") == []
    assert len(asked(timeline, since=date(2026, 3, 2), until=date(2026, 3, 2))) == 5


def test_words_without_result_come_first_when_ranked_so():
    rows = asked(made(), rank_by="no_result_count", top=1)
    assert [row["head_term"] for row in rows] == ["空气炸锅"]


def test_seldom_words_are_left_out_when_a_minimum_is_set():
    assert [row["head_term"] for row in asked(made(), min_searches=3)] == ["连衣裙"]


def test_missed_queries_are_listed_when_without_result_or_click():
    rows = asked(made(), "missed_searches")
    assert [(row["query"], row["missed_count"], row["search_count"]) for row in rows] == [
        ("空气炸锅", 1, 1), ("连衣裙 显瘦", 1, 2),
    ]  # fmt: skip
    assert rows[1]["modifiers"] == "显瘦"
    assert rows[0]["query_rank"] == 1


def test_events_are_found_when_the_shop_calls_them_otherwise():
    names = {
        "Products Searched": "search", "Product Viewed": "view_item", "Order Completed": "purchase",
    }  # fmt: skip
    other = [(who, at, names[event], *rest) for who, at, event, *rest in ROWS]
    assert asked(made(other)) == asked(made())
    chosen = asked(made(other), event="search", clicks=("view_item",), purchase="purchase")
    assert chosen == asked(made())


def test_what_nobody_measured_is_unknown_when_there_are_only_searches():
    rows = asked(made([row for row in ROWS if row[2] == "Products Searched"]))
    assert {row["no_click_count"] for row in rows} == {None}
    assert {row["bought_rate"] for row in rows} == {None}


def test_any_purchase_counts_when_none_says_what_was_bought():
    blind = [(*row[:4], None, row[5]) if row[2] == "Order Completed" else row for row in ROWS]
    dress = by_term(asked(made(blind)))[None, "连衣裙", None]
    assert (dress["bought_count"], dress["bought_what"]) == (3, "anything")


@pytest.mark.parametrize("rows", [[], [("ann", "09:00", "Page Viewed", None, None, None)]])
@pytest.mark.parametrize("name", ["search_terms", "missed_searches"])
def test_reason_says_what_to_bring_when_nobody_searched(rows, name):
    with pytest.raises(NothingToAnalyse, match="no event 'Products Searched' with a query"):
        asked(made(rows), name)


@pytest.mark.parametrize("name", ["search_terms", "missed_searches"])
def test_reason_names_the_event_when_it_bears_no_query(name):
    with pytest.raises(NothingToAnalyse, match="no event 'Order Completed' with a query"):
        asked(made(), name, event="Order Completed")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rank_by": "serch_count"}, "search_count"),
        ({"top": 0}, "top cannot be '0'"),
        ({"idle": "0m"}, "idle cannot be '0m'"),
        ({"window": "soon"}, "window cannot be 'soon'"),
        ({"event": "Product Searched"}, "Products Searched"),
        ({"clicks": ("Product Veiwed",)}, "Product Viewed"),
        ({"purchase": "Order Complete"}, "Order Completed"),
        ({"by": "town"}, "Trait 'town' does not exist"),
        ({"since": date(2026, 3, 5), "until": date(2026, 3, 4)}, "--since is after --until"),
    ],
)
def test_error_says_what_is_wrong_when_the_question_is(options, said):
    with pytest.raises(ParameterInvalid, match=said):
        asked(made(), **options)
