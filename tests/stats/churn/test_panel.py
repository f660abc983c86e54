"""The panel: its days, and its label against plain loops."""

from datetime import date, timedelta

import numpy as np
import pytest

from regulars.errors import NothingToAnalyse
from regulars.stats.churn.panel import panel_days, sampled, training_panel
from regulars.stats.customer_features import FEATURES


@pytest.mark.parametrize("known", [56, 100, 200, 365, 549, 3000])
def test_nothing_learnt_from_reaches_into_what_is_held_back(known):
    as_of = date(2026, 3, 31)
    first = as_of - timedelta(days=known - 1)
    days = panel_days(first, as_of, 90)
    horizon = timedelta(days=days.horizon)
    assert days.held_back[-1] + horizon == as_of
    assert max(days.learnt) + horizon <= days.held_back[0]
    assert min(days.learnt) - horizon >= first
    assert len(days.held_back) == 2
    assert 1 <= len(days.learnt) <= 12
    assert list(days.past) == sorted(set(days.past))


def test_one_line_says_what_is_missing_when_too_little_is_known():
    with pytest.raises(NothingToAnalyse, match="there are 55 up to 2026-03-31"):
        panel_days(date(2026, 2, 5), date(2026, 3, 31), 90)
    with pytest.raises(NothingToAnalyse, match="there are 0 up to"):
        panel_days(None, date(2026, 3, 31), 90)


def test_label_matches_plain_loops_when_customers_come_and_go(make_tables):
    random = np.random.default_rng(3)
    first, as_of = date(2025, 1, 1), date(2025, 12, 31)
    came = {
        f"c{person}": sorted({int(day) for day in random.integers(0, 364, random.integers(1, 25))})
        for person in range(30)
    }
    orders = [
        {"order_id": f"{who}-{day}", "customer_id": who, "ordered_at": _noon(first, day)}
        for who, days in came.items()
        for day in days
    ]
    tables = make_tables(orders=orders)
    given = [tables[name] for name in ("orders", "order_lines", "products", "returns")]
    days = panel_days(first, as_of, 60)
    sample = sampled(given[0], as_of, 20, seed=1)
    panel = training_panel(given, sample, days).to_pyarrow().to_pylist()
    places = {row["customer_id"]: row["place"] for row in panel}
    assert sorted(places.values()) == list(range(20))
    assert set(FEATURES) < set(panel[0])
    for row in panel:
        then = (row["as_of_on"] - first).days
        assert row["order_count"] == sum(day <= then for day in came[row["customer_id"]])
        end = then + row["horizon_days"]
        stayed_away = not any(then < day <= end for day in came[row["customer_id"]])
        assert row["stayed_away"] == stayed_away
        assert 1 <= row["horizon_days"] <= 60
    seen = {(row["customer_id"], row["as_of_on"]) for row in panel}
    assert len(seen) == len(panel)
    wanted = {
        (who, day)
        for who in places
        for day in (*days.past, as_of)
        if came[who][0] <= (day - first).days
    }
    assert seen == wanted


def _noon(first, day):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    at = first + timedelta(days=day)
    return datetime(at.year, at.month, at.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
