"""Decision styles of people whose ways are known: by customer and by category."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from regulars.analyses import deviations, find_analysis
from regulars.errors import ParameterInvalid
from regulars.figures import figure_module
from regulars.tables.timeline import timeline_of

START = datetime(2026, 3, 1, tzinfo=UTC)
AS_OF = "2026-12-31"
# minutes before the order, what, product
QUICK = [(1, "Product Viewed", "a1")]
SLOW = [
    (3000, "Products Searched", None),
    (2999, "Product Viewed", "a2"),
    (2998, "Product Viewed", "a1"),
    (1500, "Product Viewed", "a3"),
    (10, "Product Viewed", "a1"),
]


def purchase(person, day, way, product="a1", channel="web", further=()):
    """The rows of one order and of what came before it."""
    at = START + timedelta(days=day, hours=12)
    rows = [(person, at - timedelta(minutes=m), what, p, "web", False) for m, what, p in way]
    rows.append((person, at, "Order Completed", product, channel, False))
    rows += [(person, at, "Order Completed", other, channel, True) for other in further]
    return rows


def made(rows, buckets=2, visitors=()):
    people, moments, events, products, channels, further = (
        list(column) for column in zip(*rows, strict=True)
    )
    purposes = [{"a": "tea", "b": None}.get(p[0]) if p else None for p in products]
    table = pa.table(
        {
            "person_id": people,
            "is_visitor": [person in visitors for person in people],
            "occurred_at": pa.array(moments, pa.timestamp("us", "UTC")),
            "event_name": events,
            "is_further": further,
            "product_id": pa.array(products, pa.string()),
            "channel": channels,
            "purpose": pa.array(purposes, pa.string()),
            "category": pa.array(["drinks" if p else None for p in products], pa.string()),
        }
    )
    return timeline_of(table, bucket_count=buckets)


def asked(timeline, name="decision_style", as_of=AS_OF, **options):
    analysis = find_analysis(name)
    answer = analysis.compute(timeline, as_of=date.fromisoformat(as_of), **options)
    assert deviations(analysis, answer) == []
    return answer.to_pylist()


def shop():
    """Twenty people who mostly buy at once, twenty who mostly take their time, and one who
    bought once."""
    rows = []
    for number in range(20):
        for time in range(8):
            usual, other = (QUICK, SLOW) if time % 4 else (SLOW, QUICK)
            rows += purchase(f"quick{number:02}", 5 * time, usual)
            rows += purchase(f"slow{number:02}", 5 * time, other)
    return [*rows, *purchase("once", 3, SLOW)]


def test_styles_are_told_apart_when_people_differ():
    found = {row["customer_id"]: row for row in asked(made(shop()))}
    assert {row["decision_style"] for one, row in found.items() if one[0] == "q"} == {"impulse"}
    assert {row["decision_style"] for one, row in found.items() if one[0] == "s"} == {"deliberate"}
    assert found["once"]["decision_style"] == "not_enough_purchases"
    assert found["quick00"]["deliberation_score"] < 0.5 < found["slow00"]["deliberation_score"]
    assert found["slow00"]["deliberation_low"] < found["slow00"]["deliberation_score"]


def test_a_way_is_measured_when_it_is_judged():
    (row,) = (row for row in asked(made(shop())) if row["customer_id"] == "once")
    assert (row["order_count"], row["judged_order_count"], row["judged_count"]) == (1, 1, 1)
    assert row["typical_hours"] == pytest.approx(2999 / 60, rel=1e-6)
    assert row["mean_similar_count"] == 2
    assert row["mean_search_count"] == 1
    assert row["mean_session_count"] == 3
    assert row["mean_return_count"] == 1


def test_few_purchases_are_drawn_to_the_shop_when_shrunk():
    rows = [*shop(), *purchase("other", 3, QUICK)]
    found = {row["customer_id"]: row["deliberation_score"] for row in asked(made(rows))}
    assert found["quick00"] < found["other"] < 0.5 < found["once"] < found["slow00"]


def test_only_what_was_looked_at_online_is_judged_when_orders_differ():
    rows = [
        *purchase("ann", 1, QUICK),
        *purchase("ann", 9, QUICK, channel="store"),
        *purchase("ann", 17, []),
        *purchase("ann", 70, [(40 * 1440, "Product Viewed", "a1")]),
        *purchase("vic", 1, QUICK),
    ]
    (ann,) = asked(made(rows, visitors={"vic"}))
    assert (ann["customer_id"], ann["order_count"]) == ("ann", 4)
    assert (ann["judged_count"], ann["judged_order_share"]) == (1, 0.25)
    (longer,) = asked(made(rows, visitors={"vic"}), look_back="50d")
    assert longer["judged_count"] == 2


def test_a_purchase_is_online_when_any_order_of_its_instant_is():
    rows = [*purchase("ann", 1, QUICK), *purchase("ann", 1, [], channel="store")]
    for stored in (rows, rows[::-1]):
        (ann,) = asked(made(stored))
        assert (ann["order_count"], ann["judged_count"]) == (2, 1)


def test_an_order_counts_once_when_it_holds_several_products():
    rows = purchase("ann", 1, [*QUICK, (3, "Product Viewed", "b1")], further=("a2", "b1"))
    (ann,) = asked(made(rows))
    assert (ann["order_count"], ann["judged_order_count"], ann["judged_count"]) == (1, 1, 2)
    assert ann["mean_similar_count"] == 0
    groups = asked(made(rows * 2), "decision_style_by_category", min_purchases=2)
    assert groups == []


def test_groups_are_measured_when_bought_often_enough():
    rows = shop()
    for number in range(12):
        rows += purchase(f"b{number}", 2, [(5, "Product Viewed", "b1")], product="b1")
    rows += purchase("c", 2, [], product="b1")
    tea, drinks = asked(made(rows), "decision_style_by_category")
    assert (tea["product_group"], tea["judged_count"], tea["immediate_share"]) == (
        "tea", 321, pytest.approx(160 / 321),
    )  # fmt: skip
    assert tea["mean_similar_count"] == pytest.approx(2 * 161 / 321)
    assert (drinks["product_group"], drinks["purchase_count"]) == ("drinks", 13)
    assert drinks["judged_share"] == pytest.approx(12 / 13)
    assert drinks["median_hours"] == pytest.approx(5 / 60, rel=0.07)
    assert drinks["immediate_share"] == 1
    scores = [row["deliberation_score"] * row["judged_count"] for row in (tea, drinks)]
    assert sum(scores) / 333 == pytest.approx(0.5)


def test_what_is_bought_makes_nobody_hesitant_when_it_is_long_compared_by_all():
    """All compare tea for days and take drinks at once; who buys only tea is as the others."""
    rows = []
    for number in range(30):
        product, way = ("a1", SLOW) if number % 2 else ("b1", [(2, "Product Viewed", "b1")])
        for time in range(8):
            rows += purchase(f"p{number:02}", 5 * time, way, product=product)
    found = asked(made(rows))
    scores = [row["deliberation_score"] for row in found]
    assert np.ptp(scores) < 0.1
    assert {row["decision_style"] for row in found} <= {"mixed", "impulse", "deliberate"}


@pytest.mark.parametrize("name", ["decision_style", "decision_style_by_category"])
@pytest.mark.parametrize("buckets", [1, 3, 64])
def test_answer_is_the_same_when_people_lie_in_other_buckets(name, buckets):
    def sorted_rows(count):
        rows = asked(made(shop(), buckets=count), name)
        return sorted(rows, key=lambda row: str(next(iter(row.values()))))

    for one, other in zip(sorted_rows(buckets), sorted_rows(2), strict=True):
        for column, value in one.items():
            same = pytest.approx(other[column]) if isinstance(value, float) else other[column]
            assert value == same


def test_only_purchases_of_the_days_count_when_days_are_given():
    rows = [*purchase("ann", 1, QUICK), *purchase("ann", 40, QUICK)]
    (late,) = asked(made(rows), since=date(2026, 4, 1))
    (early,) = asked(made(rows), as_of="2026-03-20")
    assert (late["order_count"], early["order_count"]) == (1, 1)
    assert late["typical_hours"] == early["typical_hours"]


def test_nothing_is_judged_when_products_belong_to_no_group():
    table = pa.table(
        {
            "person_id": ["ann", "ann"],
            "occurred_at": pa.array([START, START], pa.timestamp("us", "UTC")),
            "event_name": ["Product Viewed", "Order Completed"],
        }
    )
    (ann,) = asked(timeline_of(table))
    assert (ann["order_count"], ann["deliberation_score"]) == (1, None)
    assert ann["decision_style"] == "not_enough_purchases"
    assert asked(timeline_of(table), "decision_style_by_category") == []
    assert asked(timeline_of(table.slice(0, 1))) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"look_back": "0d"}, "look_back cannot be '0d'"),
        ({"idle": "x"}, "idle cannot be 'x'"),
        ({"min_purchases": 0}, "min_purchases cannot be '0'"),
        ({"sureness": 0.2}, "sureness cannot be '0.2'"),
        ({"view": "Product Viewd"}, "Product Viewed"),
        ({"purchase": "Order Complete"}, "Order Completed"),
        ({"since": date(2027, 1, 1)}, "is after"),
    ],
)
def test_error_says_what_is_wrong_when_the_question_is(options, said):
    with pytest.raises(ParameterInvalid, match=said):
        asked(made(purchase("ann", 1, QUICK)), **options)


def test_answer_is_the_same_when_products_lead_to_their_groups():
    timeline = made(shop())
    products = timeline.properties["product_id"].texts
    found = dict(timeline.properties)
    for name, lead in (("purpose", {"a": "tea"}), ("category", {"a": "drinks", "b": "drinks"})):
        texts = found[name].texts
        codes = [texts.index(lead[p[0]]) if p[0] in lead else -1 for p in products]
        lookup = np.array(codes, np.int32)
        found[name] = replace(found[name], through="product_id", lookup=lookup)
    led = replace(timeline, properties=found)
    for name in ("decision_style", "decision_style_by_category"):
        assert asked(led, name) == asked(timeline, name)


def said(styles, language="en"):
    """The sentence about customers of these styles, each a day long."""
    fields = find_analysis("decision_style").returns.arrow_schema()
    hours = [None if style == "not_enough_purchases" else 24.0 for style in styles]
    known = {"decision_style": styles, "typical_hours": hours}
    columns = [pa.array(known.get(f.name, [None] * len(styles)), f.type) for f in fields]
    rows = pa.table(columns, names=fields.names)
    return figure_module("decision_style").sentence(rows, language=language, currency="CNY")


@pytest.mark.parametrize(
    ("language", "says"), [("en", "None of 2 customers can be judged yet"), ("zh", "2 位顾客都还")]
)
def test_sentence_says_that_nobody_is_judged_when_nobody_is(language, says):
    sentence = said(["not_enough_purchases"] * 2, language)
    assert sentence.startswith(says)
    assert "–" not in sentence


def test_sentence_tells_no_time_of_a_style_when_nobody_has_it():
    sentence = said(["deliberate", "mixed", "not_enough_purchases"])
    assert "0.0% buy on impulse and 50.0% deliberate (about 24.0 hours)" in sentence
    assert "1 of 3 customers cannot be judged yet" in sentence
