"""Costs of winning customers, and what the new customers brought, by channel, campaign and month.

Sums only. A member that has costs and no customers, or customers and no costs, stays.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.stats.buying.purchase_days import Window
from regulars.stats.payback import Floats, Whole, mean_brought

Member = str | None
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Costs:
    """What was spent in the window, by (channel, campaign, month)."""

    rows: pa.Table

    @classmethod
    def of(cls, spent: pa.Table, campaigns: pa.Table, people: pa.Table, window: Window) -> "Costs":
        """``spent``: channel, campaign_id, on_date, cost. A campaign's own cost (campaigns:
        campaign_id, started_on, cost) counts where it brought customers and began in the window."""
        brought = pc.unique(people["campaign"]).drop_null()
        own = campaigns.filter(
            pc.and_(pc.is_in(campaigns["campaign_id"], brought), pc.is_valid(campaigns["cost"]))
        )
        own = own.filter(pc.is_valid(own["started_on"]))
        no_channel = pa.nulls(own.num_rows, pa.string())
        parts = [
            _rows(spent["channel"], spent["campaign_id"], spent["on_date"], spent["cost"]),
            _rows(no_channel, own["campaign_id"], own["started_on"], own["cost"]),
        ]
        rows = pa.concat_tables(parts)
        inside = pc.and_(
            pc.greater_equal(rows["day"], pa.scalar(window.since, pa.date32())),
            pc.less_equal(rows["day"], pa.scalar(window.until, pa.date32())),
        )
        rows = rows.filter(inside)
        return cls(rows.append_column("cohort", pc.strftime(rows["day"], "%Y-%m")))

    def by(self, dimension: str) -> dict[Member, float]:
        """Summed by member, in the order of days so that sums do not depend on the engine."""
        rows = self.rows.sort_by([("day", "ascending"), ("cost", "ascending")])
        if dimension == "all":
            return {None: float(pc.sum(rows["cost"]).as_py() or 0)}
        sums = rows.group_by(dimension, use_threads=False).aggregate([("cost", "sum")])
        found = zip(sums[dimension].to_pylist(), sums["cost_sum"].to_pylist(), strict=True)
        return {member: float(cost or 0) for member, cost in found}


@dataclass(frozen=True)
class Group:
    """New customers together: value so far and expected, and how it came by age in days."""

    customer_count: int
    brought_amount: float
    expected_amount: float
    brought: Floats
    watched: Whole


@dataclass(frozen=True)
class Counted:
    """New customers (first_on, channel, campaign), the value expected of each, and what they
    brought (``bought``: channel, campaign, cohort, day, amount; ``rate`` of it is value)."""

    new: pa.Table
    expected: Floats
    bought: pa.Table
    rate: float
    as_of: date

    nobody = Group(0, 0.0, 0.0, np.empty(0), np.empty(0, np.int64))

    def by(self, dimension: str) -> dict[Member, Group]:
        """The groups of a dimension."""
        if dimension == "all":
            whole = np.ones(self.new.num_rows, bool), np.ones(self.bought.num_rows, bool)
            return {None: self._group(*whole)}
        mine, theirs = self._members[dimension], self.bought[dimension]
        members = pc.unique(mine).to_pylist()
        return {member: self._group(_is(mine, member), _is(theirs, member)) for member in members}

    @cached_property
    def _members(self) -> dict[str, Any]:
        return {
            "channel": self.new["channel"],
            "campaign": self.new["campaign"],
            "cohort": pc.strftime(self.new["first_on"], "%Y-%m"),
        }

    @cached_property
    def _watched(self) -> Whole:
        first = self.new["first_on"].to_numpy().astype("datetime64[D]")
        return np.asarray((np.datetime64(self.as_of) - first).astype(np.int64))

    def _group(self, mine: Flags, theirs: Flags) -> Group:
        day = self.bought["day"].to_numpy()[theirs].astype(np.int64)
        amount = self.bought["amount"].to_numpy()[theirs] * self.rate
        order = np.lexsort((amount, day))  # one order of adding, whatever the engine's
        day, amount = day[order], amount[order]
        brought, watched = mean_brought(day, amount, self._watched[mine])
        return Group(
            int(mine.sum()), float(amount.sum()), float(self.expected[mine].sum()), brought, watched
        )


def _rows(channel: Any, campaign: Any, day: Any, cost: Any) -> pa.Table:
    columns = [channel.cast(pa.string()), campaign.cast(pa.string()), day.cast(pa.date32()), cost]
    return pa.table(columns, names=["channel", "campaign", "day", "cost"])


def _is(column: Any, member: Member) -> Flags:
    """Which rows have that member; null is one."""
    if member is None:
        return np.asarray(pc.is_null(column).to_numpy(), dtype=bool)
    found: Any = pc.fill_null(pc.equal(column, pa.scalar(member)), pa.scalar(False))
    return np.asarray(found.to_numpy(), dtype=bool)
