"""Lifecycle and its moves against plain Python, and against customers worked by hand."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, exp, log
from statistics import NormalDist, fmean, variance

import numpy as np
import pytest

from regulars.errors import ParameterInvalid

START = date(2025, 1, 1)
FEW = {"loyal_order_count": 4}


def shop(seed, people=40, days=500):
    """Customers of very different rhythm, some of whom stop."""
    random = np.random.default_rng(seed)
    orders = []
    for person in range(people):
        day, ends = random.integers(0, 200), random.integers(100, days)
        mean = random.choice([4, 15, 40, 90])
        while day < ends:
            at = START + timedelta(days=int(day))
            orders.append((f"c{person}", f"{at} {random.integers(0, 24):02d}:30"))
            day += 1 + int(random.gamma(2, mean / 2) * random.choice([1, 1, 1, 8]))
    random.shuffle(orders)
    return [
        {"order_id": str(number), "customer_id": who, "ordered_at": at}
        for number, (who, at) in enumerate(orders)
    ]


def by_customer(orders, last_on):
    days = {}
    for order in orders:
        on = date.fromisoformat(order["ordered_at"][:10])
        if on <= last_on:
            days.setdefault(order["customer_id"], set()).add(on)
    return {who: sorted(found) for who, found in days.items()}


class Plain:
    """The rules by loops over each customer's days."""

    def __init__(self, orders, last_on, slipping=0.9, lost=0.98, loyal=4):
        self.days = by_customer(orders, last_on)
        self.slipping, self.lost, self.loyal = slipping, lost, loyal
        logs = [self.logs(days) for days in self.days.values() if len(days) > 1]
        freedom = sum(map(len, logs)) - len(logs)
        inside = sum(sum((x - fmean(own)) ** 2 for x in own) for own in logs)
        self.within = inside / freedom
        self.mean = fmean(map(fmean, logs))
        part = fmean(1 / len(own) for own in logs)
        self.between = max(variance(map(fmean, logs)) - self.within * part, 0)

    @staticmethod
    def logs(days):
        return [log((b - a).days) for a, b in pairwise(days)]

    def limits(self, days):
        own = self.logs(days)
        count = len(own)
        share = count * self.between / (count * self.between + self.within)
        mean = self.mean + (share * (fmean(own) - self.mean) if own else 0)
        inside = sum((x - fmean(own)) ** 2 for x in own)
        spread = (inside + 4 * self.within) / (max(count - 1, 0) + 4) + self.between * (1 - share)

        def whole(quantile):
            return max(ceil(round(exp(mean + NormalDist().inv_cdf(quantile) * spread**0.5), 6)), 1)

        return whole(self.slipping), max(whole(self.lost), whole(self.slipping) + 1)

    def bought(self, days):
        """The stage that the last of these days put him in."""
        if len(days) == 1:
            return "new"
        if (days[-1] - days[-2]).days > self.limits(days[:-1])[1]:
            return "won_back"
        return "loyal" if len(days) >= self.loyal else "active"

    def stage(self, who, on):
        days = [day for day in self.days[who] if day <= on]
        if not days:
            return "not_yet"
        slipping, lost = self.limits(days)
        away = (on - days[-1]).days
        if away > lost:
            return "lost"
        return "slipping" if away > slipping else self.bought(days)

    def since(self, who, on):
        """The first day of the run of days in this stage that ends on ``on``, day by day.

        A repeated order in the same stage goes on with it, unless he had slipped.
        """
        now, day = self.stage(who, on), on
        while day > self.days[who][0] and self.stage(who, day - timedelta(days=1)) == now:
            if now == "won_back" and day in self.days[who]:
                break
            day -= timedelta(days=1)
        return day


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("as_of", ["2025-07-31", "2026-04-10"])
def test_stages_match_plain_python_when_shops_are_made_at_random(ask, seed, as_of):
    orders, day = shop(seed), date.fromisoformat(as_of)
    plain = Plain(orders, day)
    rows = ask("lifecycle", as_of, FEW, orders=orders)
    assert {row["customer_id"] for row in rows} == set(plain.days)
    for row in rows:
        who = row["customer_id"]
        days = plain.days[who]
        assert row["stage"] == plain.stage(who, day), who
        assert (row["slipping_days"], row["lost_days"]) == plain.limits(days)
        assert (row["first_order_on"], row["last_order_on"]) == (days[0], days[-1])
        assert row["order_day_count"] == len(days)
        assert row["days_since_last_order"] == (day - days[-1]).days
        assert row["stage_since_on"] <= day
        if row["stage"] != "won_back":
            assert row["stage_since_on"] == plain.since(who, day), (who, days)
    assert len({row["stage"] for row in rows}) >= 4


@pytest.mark.parametrize("seed", [1, 2])
def test_next_stage_begins_on_its_day_when_the_customer_stays_away(ask, seed):
    orders, as_of = shop(seed), date(2025, 12, 31)
    plain = Plain(orders, as_of)
    for row in ask("lifecycle", str(as_of), FEW, orders=orders):
        who, on = row["customer_id"], row["next_stage_on"]
        if row["stage"] == "lost":
            assert on is row["next_stage"] is row["days_until_next_stage"] is None
            continue
        assert plain.stage(who, on) == row["next_stage"] != row["stage"]
        assert plain.stage(who, on - timedelta(days=1)) == row["stage"]
        assert row["days_until_next_stage"] == (on - as_of).days > 0


@pytest.mark.parametrize("as_of", ["2026-03-31", "2026-04-10"])
def test_moves_match_plain_python_and_add_up_when_shops_are_made_at_random(ask, as_of):
    orders, last_on = shop(4), date(2026, 3, 31)
    plain = Plain(orders, last_on)
    rows = ask("lifecycle_moves", as_of, {"month_count": 5, **FEW}, orders=orders)
    ends = [date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31)]
    ends += [date(2026, 2, 28), last_on]
    for before, after in pairwise(ends):
        wanted = Counter((plain.stage(who, before), plain.stage(who, after)) for who in plain.days)
        wanted.pop(("not_yet", "not_yet"), None)
        month = [row for row in rows if row["month_on"] == after.replace(day=1)]
        found = {(r["from_stage"], r["to_stage"]): r["customer_count"] for r in month}
        assert found == wanted
        for row in month:
            whole = sum(n for (stage, _), n in wanted.items() if stage == row["from_stage"])
            is_new = row["from_stage"] == "not_yet"
            expected = None if is_new else pytest.approx(row["customer_count"] / whole)
            assert row["move_rate"] == expected
    assert len({row["month_on"] for row in rows}) == 5


def test_last_month_ends_in_todays_stages_when_today_ends_a_month(ask):
    orders = shop(5)
    stages = Counter(row["stage"] for row in ask("lifecycle", "2025-12-31", orders=orders))
    moves = ask("lifecycle_moves", "2025-12-31", {"month_count": 1}, orders=orders)
    ended = Counter()
    for row in moves:
        ended[row["to_stage"]] += row["customer_count"]
    assert ended == stages


def test_nobody_has_a_stage_when_nobody_ever_came_back(ask):
    orders = [
        {"order_id": str(n), "customer_id": f"c{n}", "ordered_at": "2025-03-01 10:00"}
        for n in range(3)
    ]
    rows = ask("lifecycle", "2025-12-31", orders=orders)
    assert len(rows) == 3
    assert all(row["stage"] is row["slipping_days"] is row["next_stage_on"] is None for row in rows)
    assert ask("lifecycle_moves", "2025-12-31", orders=orders) == []


def test_newcomers_are_judged_by_the_shop_when_they_have_no_gap(ask):
    weekly = [
        {"order_id": f"{who}{week}", "customer_id": who, "ordered_at": f"{on} 10:00"}
        for who in ("ann", "bob")
        for week in range(10)
        for on in [START + timedelta(days=7 * week)]
    ]
    orders = [*weekly, {"order_id": "x", "customer_id": "cat", "ordered_at": "2025-03-01 10:00"}]
    rows = {row["customer_id"]: row for row in ask("lifecycle", "2025-03-05", orders=orders)}
    # everybody's gaps are seven days, without any spread
    assert {row["slipping_days"] for row in rows.values()} == {7}
    assert {row["lost_days"] for row in rows.values()} == {8}
    assert {who: row["stage"] for who, row in rows.items()} == {
        "ann": "loyal",
        "bob": "loyal",
        "cat": "new",
    }
    assert rows["cat"]["next_stage_on"] == date(2025, 3, 9)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"slipping_quantile": 0.2}, "It is a number from 0.5 to 0.999."),
        ({"lost_quantile": 0.9}, "It is a number above slipping_quantile, which is 0.9."),
        ({"loyal_order_count": 1}, "It is a whole number from 2"),
    ],
)
def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(ask, parameters, message):
    for name in ("lifecycle", "lifecycle_moves"):
        with pytest.raises(ParameterInvalid) as refused:
            ask(name, "2026-03-31", parameters, orders=[])
        assert message in str(refused.value)
