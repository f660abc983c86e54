"""Each analysis against the same thing counted by plain Python loops, on shops made at random."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import fmean, median

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

AS_OF = date(2026, 3, 31)
FIRST = datetime(2025, 1, 1)

moments = st.integers(0, 470 * 24).map(lambda hours: str(FIRST + timedelta(hours=hours)))
amounts = st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100)
people = st.sampled_from(["ann", "bob", "cat", "dan", None])
products = st.sampled_from(["milk", "soap", "tea", "new"])
CATEGORIES = {"milk": "food/dairy", "soap": "home", "tea": "food/drinks"}


@st.composite
def shops(draw):
    """Orders with up to three lines, returns with or without their order."""
    drawn = draw(st.lists(st.tuples(people, moments, amounts, amounts), max_size=25))
    orders = [
        {
            "order_id": str(number),
            "customer_id": who,
            "channel": "web" if number % 3 else "store",
            "store_id": (None, "a", "b")[number % 3],
            "ordered_at": at,
            "net_amount": net,
            "discount_amount": off,
            "gross_amount": net + off,
        }
        for number, (who, at, net, off) in enumerate(drawn)
    ]
    lines = [
        {
            "order_id": order["order_id"],
            "line_no": number,
            "product_id": draw(products),
            "quantity": draw(st.integers(1, 5)),
            "net_amount": draw(amounts),
            "unit_cost": draw(st.none() | amounts),
        }
        for order in orders
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    sources = st.sampled_from([None, *(order["order_id"] for order in orders)])
    booked = draw(st.lists(st.tuples(sources, people, products, moments, amounts), max_size=8))
    returns = [
        {
            "return_id": str(number),
            "order_id": source,
            "customer_id": who,
            "product_id": product,
            "returned_at": at,
            "quantity": 1,
            "refund_amount": amount,
        }
        for number, (source, who, product, at, amount) in enumerate(booked)
    ]
    named = [{"product_id": name, "category": path} for name, path in CATEGORIES.items()]
    return {"orders": orders, "order_lines": lines, "returns": returns, "products": named}


against_loops = given(shop=shops())
few = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def day(moment):
    return datetime.fromisoformat(moment).date()


def known(rows, moment):
    return [row for row in rows if day(row[moment]) <= AS_OF]


def within(rows, moment, first, last):
    return [row for row in rows if first <= day(row[moment]) <= last]


def total(rows, column):
    return sum((row[column] for row in rows), Decimal(0))


def by_customer(orders):
    found = defaultdict(list)
    for order in sorted(known(orders, "ordered_at"), key=lambda order: order["ordered_at"]):
        if order["customer_id"]:
            found[order["customer_id"]].append(order)
    return found


def returner(row, shop):
    buyers = {order["order_id"]: order["customer_id"] for order in shop["orders"]}
    return row["customer_id"] or buyers.get(row["order_id"])


@against_loops
@few
def test_rfm_agrees_when_counted_by_hand(ask, shop):
    rows = {row["customer_id"]: row for row in ask("rfm", str(AS_OF), **shop)}
    expected = by_customer(shop["orders"])
    assert set(rows) == set(expected)
    measures = {}
    for who, orders in expected.items():
        back = [r for r in known(shop["returns"], "returned_at") if returner(r, shop) == who]
        money = total(orders, "net_amount") - total(back, "refund_amount")
        measures[who] = ((AS_OF - day(orders[-1]["ordered_at"])).days, len(orders), money)
        found = tuple(rows[who][m] for m in ("days_since_last_order", "order_count", "net_amount"))
        assert found == measures[who]
    for place, score in enumerate(("recency_score", "frequency_score", "monetary_score")):
        values = [float(measure[place]) for measure in measures.values()]
        edges = np.quantile(values, [0.2, 0.4, 0.6, 0.8]) if values else []
        for who, measure in measures.items():
            # an edge that a float interpolation puts a hair from the value decides nothing
            sure = [edge for edge in edges if abs(float(measure[place]) - edge) > 1e-9]
            above = sum(float(measure[place]) > edge for edge in sure)
            unsure = len(edges) - len(sure)
            low, high = 1 + above, 1 + above + unsure
            if score == "recency_score":
                low, high = 5 - above - unsure, 5 - above
            assert low <= rows[who][score] <= high
    if measures:
        mean_days, mean_count = (fmean(m[i] for m in measures.values()) for i in (0, 1))
        for who, measure in measures.items():
            assert rows[who]["is_recent"] == (measure[0] <= mean_days)
            assert rows[who]["is_frequent"] == (measure[1] > mean_count)


@against_loops
@few
def test_cohort_retention_agrees_when_counted_by_hand(ask, shop):
    rows = ask("cohort_retention", str(AS_OF), **shop)
    active, first = defaultdict(set), {}
    for who, orders in by_customer(shop["orders"]).items():
        first[who] = day(orders[0]["ordered_at"]).replace(day=1)
        for order in orders:
            active[first[who], day(order["ordered_at"]).replace(day=1)].add(who)
    sizes = Counter(first.values())
    ages = {cohort: (2026 - cohort.year) * 12 + 3 - cohort.month for cohort in sizes}
    assert len(rows) == sum(age + 1 for age in ages.values())
    for row in rows:
        assert row["customer_count"] == sizes[row["cohort_on"]]
        assert row["active_count"] == len(active[row["cohort_on"], row["month_on"]])
        who = {name for name, cohort in first.items() if cohort == row["cohort_on"]}
        paid = sum(
            order["net_amount"]
            for name in who
            for order in by_customer(shop["orders"])[name]
            if day(order["ordered_at"]).replace(day=1) == row["month_on"]
        )
        back = sum(
            r["refund_amount"]
            for r in shop["returns"]
            if returner(r, shop) in who and day(r["returned_at"]).replace(day=1) == row["month_on"]
        )
        assert row["net_amount"] == paid - back


@against_loops
@few
def test_kpis_agree_when_counted_by_hand(ask, shop):
    rows = {row["metric"]: row for row in ask("kpis", str(AS_OF), **shop)}
    if not known(shop["orders"], "ordered_at"):
        assert all(row["value"] is None for row in rows.values())
        return
    begun = min(day(order["ordered_at"]) for order in shop["orders"])
    for column, back in (("value", 0), ("previous_value", 28), ("last_year_value", 364)):
        last = AS_OF - timedelta(days=back)
        first = last - timedelta(days=27)
        if back and begun > first:
            assert rows["net_sales"][column] is None
            continue
        orders = within(shop["orders"], "ordered_at", first, last)
        ids = {order["order_id"] for order in orders}
        lines = [line for line in shop["order_lines"] if line["order_id"] in ids]
        refunds = total(within(shop["returns"], "returned_at", first, last), "refund_amount")
        paid = total(orders, "net_amount")
        assert rows["net_sales"][column] == pytest.approx(float(paid - refunds))
        assert rows["order_count"][column] == len(orders)
        bought = {order["customer_id"] for order in orders} - {None}
        assert rows["customer_count"][column] == len(bought)
        earlier = by_customer(shop["orders"])
        newcomers = {who for who in bought if day(earlier[who][0]["ordered_at"]) >= first}
        assert rows["new_customer_count"][column] == len(newcomers)
        costed = [line for line in lines if line["unit_cost"] is not None]
        if sold := total(costed, "net_amount"):
            cost = sum(line["unit_cost"] * line["quantity"] for line in costed)
            assert rows["gross_margin_rate"][column] == pytest.approx(float((sold - cost) / sold))
        if orders:
            pieces = sum(line["quantity"] for line in lines)
            assert rows["units_per_order"][column] == pytest.approx(pieces / len(orders))


@against_loops
@few
def test_kpi_series_adds_up_to_the_kpis_when_of_the_same_days(ask, shop):
    steps = ask("kpi_series", str(AS_OF), **shop)
    sales = next(row for row in ask("kpis", str(AS_OF), **shop) if row["metric"] == "net_sales")
    if all(step["net_sales"] is not None for step in steps):
        assert float(sum(step["net_sales"] for step in steps)) == pytest.approx(sales["value"])
        for step in steps:
            orders = within(shop["orders"], "ordered_at", step["started_on"], step["ended_on"])
            assert step["order_count"] == len(orders)
    if sales["previous_value"] is not None:
        before = sum(step["previous_net_sales"] for step in steps)
        assert float(before) == pytest.approx(sales["previous_value"])


@against_loops
@few
def test_sales_change_adds_up_exactly_when_summed_by_dimension(ask, shop):
    rows = ask("sales_change", str(AS_OF), **shop)
    sums = []
    for back in (0, 28):
        last = AS_OF - timedelta(days=back)
        first = last - timedelta(days=27)
        orders = within(shop["orders"], "ordered_at", first, last)
        refunds = within(shop["returns"], "returned_at", first, last)
        sums.append(total(orders, "net_amount") - total(refunds, "refund_amount"))
    for dimension in {row["dimension"] for row in rows}:
        members = [row for row in rows if row["dimension"] == dimension]
        assert sum(row["net_sales"] for row in members) == sums[0]
        assert sum(row["change_amount"] for row in members) == sums[0] - sums[1]


@against_loops
@few
def test_purchase_habits_agree_when_counted_by_hand(ask, shop):
    rows = {row["customer_id"]: row for row in ask("purchase_habits", str(AS_OF), **shop)}
    expected = by_customer(shop["orders"])
    assert set(rows) == set(expected)
    gaps = {}
    for who, orders in expected.items():
        days = sorted({day(order["ordered_at"]) for order in orders})
        if len(days) > 1:
            gaps[who] = (days[-1] - days[0]).days / (len(days) - 1)
        weekdays = Counter(day(order["ordered_at"]).isoweekday() for order in orders)
        most = max(weekdays.values())
        assert rows[who]["preferred_weekday"] == min(w for w in weekdays if weekdays[w] == most)
        channels = Counter(order["channel"] for order in orders)
        money = Counter()
        for order in orders:
            money[order["channel"]] += order["net_amount"]
        best = min(channels, key=lambda name: (-channels[name], -money[name], name))
        assert rows[who]["preferred_channel"] == best
        assert (rows[who]["frequency_class"] == "one_time") == (len(orders) == 1)
    for who, row in rows.items():
        assert row["mean_gap_days"] == pytest.approx(gaps.get(who))
        if gaps:
            count = len({day(order["ordered_at"]) for order in expected[who]}) - 1
            drawn = (count * gaps.get(who, 0) + 2 * median(gaps.values())) / (count + 2)
            assert row["expected_gap_days"] == pytest.approx(drawn)


@against_loops
@few
def test_purchase_times_and_mix_agree_when_counted_by_hand(ask, shop):
    recent = within(shop["orders"], "ordered_at", AS_OF - timedelta(days=363), AS_OF)
    grid = Counter(
        (at.isoweekday(), at.hour)
        for at in (datetime.fromisoformat(order["ordered_at"]) for order in recent)
    )
    times = ask("purchase_times", str(AS_OF), **shop)
    assert {(r["weekday"], r["hour"]): r["order_count"] for r in times if r["order_count"]} == grid
    categories = defaultdict(set)
    ids = {order["order_id"] for order in recent}
    for line in shop["order_lines"]:
        if line["order_id"] in ids:
            path = CATEGORIES.get(line["product_id"], "unknown").split("/")[0]
            categories[path].add(line["order_id"])
    mix = [r for r in ask("purchase_mix", str(AS_OF), **shop) if r["dimension"] == "category"]
    assert {r["member_id"]: r["order_count"] for r in mix} == {
        name: len(orders) for name, orders in categories.items()
    }


@against_loops
@few
def test_product_ranking_agrees_when_counted_by_hand(ask, shop):
    rows = ask("product_ranking", str(AS_OF), **shop)
    first = AS_OF - timedelta(days=27)
    ids = {order["order_id"] for order in within(shop["orders"], "ordered_at", first, AS_OF)}
    now = [line for line in shop["order_lines"] if line["order_id"] in ids]
    back = within(shop["returns"], "returned_at", first, AS_OF)
    for row in rows:
        lines = [line for line in now if line["product_id"] == row["product_id"]]
        refunds = [r for r in back if r["product_id"] == row["product_id"]]
        sold = total(lines, "net_amount") - total(refunds, "refund_amount")
        assert row["net_sales"] == sold
        assert row["unit_count"] == sum(line["quantity"] for line in lines)
    ranked = sorted(rows, key=lambda row: (-row["net_sales"], row["product_id"]))
    assert [row["product_rank"] for row in ranked] == list(range(1, len(rows) + 1))
