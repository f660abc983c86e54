"""A customer's features against plain Python, day by day."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean, stdev
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.stats.customer_features import FEATURES, customer_features, customer_panel

FIRST = datetime(2025, 1, 1)
TABLES = ("orders", "order_lines", "products", "returns")
CATEGORIES = {"milk": "food/dairy", "tea": "food/drinks", "soap": "home"}
moments = st.integers(0, 470 * 24).map(lambda hours: FIRST + timedelta(hours=hours))
cents = st.integers(0, 50_000).map(lambda amount: amount / 100)


@st.composite
def shops(draw):
    """Up to 20 orders of three people and of nobody, with lines and returns."""
    someone = st.sampled_from(["ann", "bob", "cat", None])
    drawn = draw(st.lists(st.tuples(someone, moments, cents, cents), min_size=1, max_size=20))
    orders = [
        {
            "order_id": str(number),
            "customer_id": who,
            "channel": ("store", "web", "app")[number % 3],
            "store_id": (None, "a", "b")[number % 3],
            "ordered_at": at,
            "net_amount": net,
            "discount_amount": off,
            "gross_amount": round(net + off, 2),
            "coupon_codes": ["x"] * (number % 2),
        }
        for number, (who, at, net, off) in enumerate(drawn)
    ]
    lines = [
        {"order_id": order["order_id"], "line_no": line, "product_id": draw(product)}
        for order in orders
        for line in range(1, draw(st.integers(0, 3)) + 1)
    ]
    source = st.sampled_from([None, *(order["order_id"] for order in orders)])
    booked = draw(st.lists(st.tuples(source, someone, moments, cents), max_size=6))
    returns = [
        {
            "return_id": str(number),
            "order_id": order,
            "customer_id": who,
            "returned_at": at,
            "refund_amount": amount,
        }
        for number, (order, who, at, amount) in enumerate(booked)
    ]
    named = [{"product_id": name, "category": path} for name, path in CATEGORIES.items()]
    return {"orders": orders, "order_lines": lines, "returns": returns, "products": named}


product = st.sampled_from([*CATEGORIES, "unknown"])
made_at_random = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def per(part, whole):
    return part / whole if whole else None


def plain(shop, who, day):
    """One customer's features by loops."""
    end = datetime.combine(day, datetime.min.time()) + timedelta(days=1)
    orders = [o for o in shop["orders"] if o["customer_id"] == who and o["ordered_at"] < end]
    owner = {o["order_id"]: o["customer_id"] for o in shop["orders"]}
    mine = {o["order_id"] for o in orders}
    lines = [line["product_id"] for line in shop["order_lines"] if line["order_id"] in mine]
    refunds = [
        r["refund_amount"]
        for r in shop["returns"]
        if r["returned_at"] < end and (r["customer_id"] or owner.get(r["order_id"])) == who
    ]
    dates = sorted({o["ordered_at"].date() for o in orders})
    gaps = [(b - a).days for a, b in pairwise(dates)]
    since, age = (day - dates[-1]).days, (day - dates[0]).days
    ago = {o["order_id"]: (day - o["ordered_at"].date()).days for o in orders}
    net = {w: sum(o["net_amount"] for o in orders if ago[o["order_id"]] < w) for w in (90, 365)}
    total = sum(o["net_amount"] for o in orders)
    count = len(orders)

    def share(rule):
        return sum(rule(o) for o in orders) / count

    year = net[365] / min(age + 1, 365)
    return {
        "days_since_last_order": since,
        "customer_age_days": age,
        "order_count": count,
        "order_day_count": len(dates),
        "order_count_90": sum(days < 90 for days in ago.values()),
        "order_count_365": sum(days < 365 for days in ago.values()),
        "mean_gap_days": fmean(gaps) if gaps else None,
        "sd_gap_days": stdev(gaps) if len(gaps) > 1 else None,
        "own_gap_quantile_days": float(np.quantile(gaps, 0.9)) if gaps else None,
        "last_gap_days": gaps[-1] if gaps else None,
        "days_since_to_mean_gap": since / fmean(gaps) if gaps else None,
        "net_amount_total": total,
        "net_amount_90": net[90],
        "net_amount_365": net[365],
        "spend_trend": per(net[90] / min(age + 1, 90), year),
        "average_order_value": total / count,
        "discount_share": per(
            sum(o["discount_amount"] for o in orders), sum(o["gross_amount"] for o in orders)
        ),
        "coupon_order_share": share(lambda o: bool(o["coupon_codes"])),
        "return_share": per(sum(refunds), total),
        "product_count": len(set(lines)) if lines else None,
        "category_count": len({CATEGORIES[p].split("/")[0] for p in lines if p in CATEGORIES})
        if lines
        else None,
        "lines_per_order": len(lines) / count if lines else None,
        "online_share": share(lambda o: o["channel"] != "store"),
        "store_count": len({o["store_id"] for o in orders if o["store_id"]}),
        "morning_share": share(lambda o: o["ordered_at"].hour < 12),
        "evening_share": share(lambda o: o["ordered_at"].hour >= 18),
        "weekend_share": share(lambda o: o["ordered_at"].isoweekday() > 5),
    }


def people(shop, day):
    return {
        o["customer_id"]
        for o in shop["orders"]
        if o["customer_id"] and o["ordered_at"].date() <= day
    }


def in_shanghai(shop):
    """The same rows as the tables want them: times are written in the shop's clock."""
    zone = ZoneInfo("Asia/Shanghai")

    def row(values):
        return {
            name: value.replace(tzinfo=zone) if isinstance(value, datetime) else value
            for name, value in values.items()
        }

    return {table: [row(values) for values in rows] for table, rows in shop.items()}


@made_at_random
@given(shop=shops())
def test_features_match_plain_python_when_shops_are_made_at_random(make_tables, shop):
    day = date(2026, 1, 31)
    tables = make_tables(**in_shanghai(shop))
    rows = customer_features(*(tables[name] for name in TABLES), day=day).to_pyarrow().to_pylist()
    assert {row["customer_id"] for row in rows} == people(shop, day)
    assert len(rows) == len(people(shop, day))
    for row in rows:
        wanted = plain(shop, row["customer_id"], day)
        assert list(wanted) == list(FEATURES) == [name for name in row if name != "customer_id"]
        for name, value in wanted.items():
            assert row[name] == (pytest.approx(value) if value is not None else None), name


@made_at_random
@given(shop=shops())
def test_panel_says_of_each_day_what_that_day_alone_says(make_tables, shop):
    days = [date(2025, 6, 30), date(2025, 12, 31), date(2026, 3, 31)]
    tables = make_tables(**in_shanghai(shop))
    given_tables = [tables[name] for name in TABLES]
    panel = customer_panel(*given_tables, days=days).to_pyarrow().to_pylist()
    key = "customer_id"
    for day in days:
        alone = customer_features(*given_tables, day=day).to_pyarrow().to_pylist()
        of_day = [
            {name: value for name, value in row.items() if name != "as_of_on"}
            for row in panel
            if row["as_of_on"] == day
        ]
        assert len(of_day) == len(alone)
        for one, other in zip(
            sorted(of_day, key=lambda r: r[key]), sorted(alone, key=lambda r: r[key]), strict=True
        ):
            assert one == pytest.approx(other)


def test_every_feature_is_named_in_both_languages():
    assert all(feature.label.en and feature.label.zh for feature in FEATURES.values())
    labels = [feature.label for feature in FEATURES.values()]
    assert len({label.en for label in labels}) == len({label.zh for label in labels}) == len(labels)
