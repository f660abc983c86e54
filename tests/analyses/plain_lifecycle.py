"""The rules of the lifecycle by loops over each customer's days, and shops to try them on."""

from datetime import date, timedelta
from itertools import pairwise
from math import ceil, exp, log
from statistics import NormalDist, fmean, variance

import numpy as np

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
