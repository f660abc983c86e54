"""The funnel against the worked examples of docs/funnel.md, and what it cannot be asked."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.analyses.funnel import funnel
from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.figures import figure_module
from regulars.tables.timeline import timeline_of

AS_OF = date(2026, 9, 30)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
NAMES = ("Viewed", "Added", "Paid", "Removed")


def at(hours):
    return NOON + timedelta(hours=hours)


def row(person, hours, name, **properties):
    known = {"product_id": None, "colour": None, "session_id": None, "amount": None}
    own = {"person_id": person, "occurred_at": at(hours), "event_name": name}
    return {**known, "is_further": False, **own, **properties}


def day(person, text, **properties):
    """'Viewed 0, Added 1': a person's events by the hour after noon."""
    parts = (part.rsplit(" ", 1) for part in text.split(", "))
    return [row(person, float(hours), name, **properties) for name, hours in parts]


def timeline(*rows, zone="UTC", buckets=2, traits=None):
    every = [r for part in rows for r in (part if isinstance(part, list) else [part])]
    # so that each name occurs: long after the day asked about
    every += [row("later", 24 * 365, name, colour="none", session_id="none") for name in NAMES]
    columns = {name: [r[name] for r in every] for name in every[0]}
    columns["product_id"] = pa.array(columns["product_id"], pa.string())
    columns["amount"] = pa.array(columns["amount"], pa.float64())
    return timeline_of(pa.table(columns), timezone=zone, bucket_count=buckets, traits=traits)


def counts(made, *steps, **asked):
    rows = funnel(made, as_of=AS_OF, steps=steps, **asked).to_pylist()
    return [r["customer_count"] for r in rows]


def test_rows_are_as_worked_by_hand_when_three_people_come():
    made = timeline(
        day("ann", "Viewed 0, Added 1, Paid 3"),
        day("bob", "Viewed 0, Viewed 2, Added 3"),
        day("cat", "Added 0, Viewed 1"),
    )
    rows = funnel(made, as_of=AS_OF, steps=("Viewed", "Added", "Paid")).to_pylist()
    assert [tuple(r.values()) for r in rows] == [
        (None, 1, "Viewed", 3, 1.0, None, 0.0),
        (None, 2, "Added", 2, 2 / 3, 2 / 3, 3600.0),
        (None, 3, "Paid", 1, 1 / 3, 0.5, 3 * 3600.0),
    ]


def test_step_at_the_windows_end_counts_and_after_it_not_when_reached():
    made = timeline(day("ann", "Viewed 0, Added 2"), day("bob", "Viewed 0, Added 2.001"))
    assert counts(made, "Viewed", "Added", window="2h") == [2, 1]


def test_window_rolls_from_the_latest_entry_when_there_are_several():
    made = timeline(day("ann", "Viewed 0, Viewed 5, Added 6"))
    (_, added) = funnel(made, as_of=AS_OF, steps=("Viewed", "Added"), window="2h").to_pylist()
    assert (added["customer_count"], added["median_seconds"]) == (1, 3600)


def test_events_of_one_instant_are_consecutive_steps_when_they_are_distinct():
    made = timeline(day("ann", "Paid 0, Added 0, Viewed 0"), day("bob", "Viewed 0"))
    assert counts(made, "Viewed", "Added", "Paid") == [2, 1, 1]
    assert counts(made, "Viewed", "Viewed") == [2, 0]
    assert counts(made, "Viewed | Added", "Added", "Paid") == [2, 1, 1]


def test_step_is_reached_when_it_first_was_though_the_entry_is_there_twice():
    made = timeline(day("ann", "Viewed 0, Added 0, Paid 0, Added 1"))
    (_, added) = funnel(made, as_of=AS_OF, steps=("Viewed | Paid", "Added")).to_pylist()
    assert (added["customer_count"], added["median_seconds"]) == (1, 0)


def test_any_order_counts_how_many_steps_were_taken_when_in_one_window():
    made = timeline(day("ann", "Paid 0, Viewed 1, Added 5"), day("bob", "Added 0"))
    assert counts(made, "Viewed", "Added", "Paid", order="any", window="2h") == [2, 1, 0]
    assert counts(made, "Viewed", "Added", "Paid", order="any", window="5h") == [2, 1, 1]


def test_exact_order_lets_nothing_in_between_when_times_differ():
    made = timeline(
        day("ann", "Viewed 0, Removed 1, Added 2"),
        day("bob", "Viewed 0, Removed 0, Added 2"),  # at one instant it may have come before
        day("cat", "Viewed 0, Added 2, Removed 2"),
    )
    assert counts(made, "Viewed", "Added", order="exact") == [3, 2]


def test_excluded_event_breaks_only_the_run_that_it_lies_in_when_excluded():
    broken = day("ann", "Viewed 0, Removed 1, Added 2")
    again = day("bob", "Viewed 0, Removed 1, Viewed 2, Added 3")
    beside = day("cat", "Viewed 0, Removed 0, Removed 2, Added 2")  # not strictly between
    made = timeline(broken, again, beside)
    assert counts(made, "Viewed", "Added") == [3, 3]
    assert counts(made, "Viewed", "Added", exclude=("Removed",)) == [3, 2]
    assert counts(made, "Added", "Viewed", order="any", exclude=("Removed",)) == [3, 2]
    twice = timeline(day("dan", "Viewed 0, Removed 1, Removed 1, Added 2"))
    assert counts(twice, "Viewed", "Added", exclude=("Removed",)) == [1, 0]
    at_once = timeline(day("eve", "Viewed 0, Removed 1, Viewed 1, Added 2"))
    (_, added) = funnel(
        at_once, as_of=AS_OF, steps=("Viewed", "Added"), exclude=("Removed",)
    ).to_pylist()
    assert (added["customer_count"], added["median_seconds"]) == (1, 3600)


def test_entry_lies_inside_the_local_days_when_clocks_differ():
    made = timeline(day("ann", "Viewed 0, Added 24"), zone="Asia/Shanghai")  # 20:00 there
    late = timeline(day("ann", "Viewed 5, Added 24"), zone="Asia/Shanghai")  # 01:00, a day on
    days = {"since": "2026-09-01", "until": date(2026, 9, 1)}
    assert counts(made, "Viewed", "Added", **days) == [1, 1]  # later steps may lie after
    with pytest.raises(ParameterInvalid, match=r"events run from 2026-09-02 to"):
        counts(late, "Viewed", "Added", **days)


def test_steps_share_a_value_when_it_is_held():
    red, green = {"colour": "red"}, {"colour": "green"}
    made = timeline(
        row("ann", 0, "Viewed", **red), row("ann", 1, "Added", **green),
        row("bob", 0, "Viewed", **red), row("bob", 1, "Removed", **green),
        row("bob", 2, "Added", **red),
        row("cat", 0, "Viewed"), row("cat", 1, "Added"),
    )  # fmt: skip
    assert counts(made, "Viewed", "Added") == [3, 3]
    assert counts(made, "Viewed", "Added", hold="colour") == [2, 1]
    # who removed another colour did not remove this one
    assert counts(made, "Viewed", "Added", hold="colour", exclude=("Removed",)) == [2, 1]


def test_every_product_of_an_order_is_looked_at_when_products_are_held():
    basket = [row("ann", 2, "Paid", product_id="tea")]
    basket += [row("ann", 2, "Paid", product_id=p, is_further=True) for p in ("milk", "soap")]
    made = timeline(row("ann", 0, "Viewed", product_id="milk"), basket)
    assert counts(made, "Viewed", "Paid", hold="product_id") == [1, 1]
    assert counts(made, "Viewed", "Paid [product_id = soap]") == [1, 1]
    # two of its products are still one order
    assert counts(made, "Paid [product_id = tea]", "Paid [product_id = soap]") == [1, 0]
    assert counts(made, "Paid", totals=True) == [1]


products = st.sampled_from(("milk", "tea", "soap"))
moments = st.integers(0, 6)
carts = st.lists(
    st.tuples(moments, st.sets(products, min_size=1)), max_size=4, unique_by=lambda c: c[0]
)
shops = st.lists(st.tuples(st.lists(st.tuples(moments, products), max_size=3), carts), max_size=3)


@settings(max_examples=60, deadline=None)
@given(shops)
def test_products_of_orders_are_as_counted_one_by_one_when_there_are_several(shop):
    rows = []
    for number, (views, orders) in enumerate(shop):
        rows += [row(f"p{number}", hours, "Viewed", product_id=p) for hours, p in views]
        for hours, bought in orders:
            first, *others = sorted(bought)
            rows.append(row(f"p{number}", hours, "Paid", product_id=first))
            more = {"is_further": True}
            rows += [row(f"p{number}", hours, "Paid", product_id=p, **more) for p in others]
    made = timeline(rows, row("later", 24 * 365, "Paid", product_id="milk"))
    bought = sum(
        any(p in basket and 0 <= at_ - seen <= 3 for at_, basket in orders for seen, p in views)
        for views, orders in shop
    )
    looked = sum(bool(views) for views, _ in shop)
    assert counts(made, "Viewed", "Paid", hold="product_id", window="3h") == [looked, bought]
    with_milk = sum("milk" in basket for _, orders in shop for _, basket in orders)
    assert counts(made, "Paid [product_id = milk]", totals=True) == [with_milk]
    assert counts(made, "Paid", totals=True) == [sum(len(orders) for _, orders in shop)]
    twice = sum(sum("milk" in basket for _, basket in orders) > 1 for _, orders in shop)
    milk = "Paid [product_id = milk]"
    assert counts(made, milk, milk)[1] == twice


@pytest.mark.parametrize("buckets", [1, 3, 64])
def test_first_row_is_the_plain_count_of_people_and_of_events_when_split_into_buckets(buckets):
    texts = ("Viewed 0, Viewed 0, Added 2", "Added 1, Viewed 3", "Added 5")
    made = timeline(*(day(f"p{n}", text) for n, text in enumerate(texts * 5)), buckets=buckets)
    ghost = 1  # the events after as_of
    for name, people in (("Viewed", 10), ("Added", 15)):
        assert counts(made, name) == [people]
        assert counts(made, name, totals=True) == [made.event_counts[name] - ghost]
    assert counts(made, "Viewed", "Added", by=None) == [10, 5]


def test_totals_are_runs_that_do_not_overlap_when_asked():
    made = timeline(day("ann", "Viewed 0, Viewed 1, Added 2, Viewed 3, Added 4, Added 5"))
    assert counts(made, "Viewed", "Added", totals=True) == [3, 2]
    # a run begins at a later instant than the one before ended
    tied = timeline(day("ann", "Viewed 0, Added 1, Viewed 1, Added 2"))
    assert counts(tied, "Viewed", "Added", totals=True) == [2, 1]
    again = timeline(day("ann", "Viewed 0, Added 1, Viewed 1.5, Added 2"))
    assert counts(again, "Viewed", "Added", totals=True) == [2, 2]


def test_blocks_add_up_to_the_whole_when_split_by_a_trait():
    people = {"ann": "gold", "bob": "tin", "cat": "gold", "dan": "zinc"}
    rows = [day(name, "Viewed 0, Added 1") for name in ("ann", "bob", "dan", "eve")]
    made = timeline(*rows, day("cat", "Viewed 0"), traits={"level": people})
    found = funnel(made, as_of=AS_OF, steps=("Viewed", "Added"), by="level", top=2).to_pylist()
    assert [(r["by_value"], r["step"], r["customer_count"]) for r in found] == [
        ("gold", 1, 2), ("gold", 2, 1), ("tin", 1, 1), ("tin", 2, 1),
        ("other", 1, 1), ("other", 2, 1), ("not known", 1, 1), ("not known", 2, 1),
    ]  # fmt: skip


def test_block_is_of_the_deepest_runs_first_step_when_split_by_a_property():
    made = timeline(
        row("ann", 0, "Viewed", colour="red"),
        row("ann", 1, "Viewed", colour="green"),
        row("ann", 2, "Added", colour="blue"),
        row("ann", 3, "Viewed", colour="red"),
    )
    found = funnel(made, as_of=AS_OF, steps=("Viewed", "Added"), by="colour").to_pylist()
    assert [(r["by_value"], r["customer_count"]) for r in found] == [("green", 1), ("green", 1)]


def test_hundred_steps_are_counted_when_there_are_more_than_sixty_four():
    made = timeline(day("ann", ", ".join(f"{NAMES[n % 2]} {n / 10}" for n in range(100))))
    steps = [NAMES[n % 2] for n in range(101)]
    assert counts(made, *steps) == [*[1] * 100, 0]


def test_every_step_is_a_row_when_nobody_came():
    made = timeline()
    rows = funnel(made, as_of=AS_OF, steps=("Viewed", "Added"), by="colour").to_pylist()
    assert [(r["step"], r["customer_count"], r["median_seconds"]) for r in rows] == [
        (1, 0, None),
        (2, 0, None),
    ]


def test_usual_steps_are_those_that_occur_when_none_are_given():
    usual = [("Product Viewed", 0), ("Order Completed", 1), ("Viewed", 2)]
    made = timeline([row("ann", hours, name) for name, hours in usual])
    rows = funnel(made, as_of=AS_OF).to_pylist()
    assert [r["event_name"] for r in rows] == ["Product Viewed", "Order Completed"]
    own = timeline(day("ann", "Viewed 0, Viewed 1, Added 2"))
    assert [r["event_name"] for r in funnel(own, as_of=AS_OF).to_pylist()] == ["Viewed", "Added"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"steps": ("View",)}, r"--step number 1: .*'View'.*Did you mean 'Viewed'"),
        ({"steps": ("Viewed", "Paid [color = x]")}, "number 2.*Did you mean 'colour'"),
        ({"steps": ("Paid [amount > much]",)}, "step.*'amount' is compared with a number"),
        ({"exclude": ("Adde",)}, "exclude.*Did you mean 'Added'"),
        ({"exclude": ("Added",)}, "exclude cannot be 'Added'.*itself the step"),
        ({"hold": "colr"}, "Parameter hold.*Did you mean 'colour'"),
        ({"hold": "amount"}, "Parameter hold.*no event of the steps has it.*They have: .*colour"),
        ({"by": "leve"}, "Parameter by.*Did you mean 'level'"),
        ({"by": "session_id"}, "Parameter by.*can be held"),
        ({"window": "0d"}, "Parameter window"),
        ({"order": "free"}, "Parameter order"),
        ({"people": "staff"}, "Parameter people"),
        ({"top": 0}, "Parameter top"),
        ({"since": date(2026, 9, 2), "until": date(2026, 9, 1)}, "--since is after --until"),
        ({"since": "soon"}, "Parameter since"),
    ],
)
def test_error_names_the_parameter_and_what_exists_when_it_cannot_be(asked, said):
    made = timeline(day("ann", "Viewed 0, Added 1"), traits={"level": {"ann": "gold"}})
    with pytest.raises(ParameterInvalid, match=said):
        funnel(made, as_of=AS_OF, **{"steps": ("Viewed", "Added"), **asked})


def test_condition_excludes_some_of_a_step_when_it_is_narrower():
    red = row("ann", 1, "Viewed", colour="red")
    made = timeline(row("ann", 0, "Viewed"), red, row("ann", 2, "Added"), row("ann", 3, "Paid"))
    asked = {"exclude": ("Viewed [colour = red]",)}
    assert counts(made, "Viewed", "Added", "Paid", **asked) == [1, 1, 1]


def test_empty_timeline_is_said_when_steps_are_asked():
    kinds = {"person_id": pa.string(), "occurred_at": pa.timestamp("us"), "event_name": pa.string()}
    none = timeline_of(pa.table({name: pa.array([], kind) for name, kind in kinds.items()}))
    assert funnel(none, as_of=AS_OF).num_rows == 0
    with pytest.raises(NothingToAnalyse, match="Import events"):
        funnel(none, as_of=AS_OF, steps=("Viewed",))


def test_figure_and_sentence_say_runs_when_they_were_counted():
    made = timeline(day("ann", "Viewed 0, Added 1"))
    drawn = figure_module("funnel")
    for totals, word in ((True, "1 runs that begin"), (False, "1 people who begin")):
        rows = funnel(made, as_of=AS_OF, steps=("Viewed", "Added"), totals=totals)
        assert word in drawn.sentence(rows, language="en", currency="CNY")
        points = drawn.figure(rows, language="en", currency="CNY").data[0].customdata
        assert [point[:3] for point in points] == [["", 1, "reached"], ["", 2, "reached"]]


def test_figure_sets_values_side_by_side_when_split():
    rows = [day("ann", "Viewed 0, Added 1"), day("bob", "Viewed 0")]
    made = timeline(*rows, traits={"level": {"ann": "gold", "bob": "tin"}})
    split = funnel(made, as_of=AS_OF, steps=("Viewed", "Added"), by="level")
    drawn = figure_module("funnel")
    chart = drawn.figure(split, language="zh", currency="CNY")
    assert [trace.name for trace in chart.data] == ["gold (1)", "tin (1)"]
    assert chart.data[1].customdata[1][:2] == ["tin", 2]
    sentence = drawn.sentence(split, language="en", currency="CNY")
    assert sentence == (
        "From Viewed to Added: gold gets farthest with 100.0% of 1 people, "
        "tin least far with 0.0% of 1 people."
    )
