"""The shop's past campaigns as experiments: everyone assigned, with what was known of them the
day before and what they did in the window.

Two rounds of questions: which campaigns are over, with how many in each arm; then a row per
person assigned. Campaigns without a holdout, and those whose arms did not come out as planned,
teach nothing. Of many people a part is taken, by a hash of their id.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from regulars.errors import NothingToAnalyse, ParameterInvalid, among
from regulars.stats.campaign_windows import WINDOW_DAYS, answers, assigned
from regulars.stats.customer_features import customer_panel
from regulars.stats.periods import until
from regulars.stats.sample_ratio import sample_ratio_p_value
from regulars.tables.fit import Fit, Fitted
from regulars.tables.sharing import once

MOST_DAYS = 12
MOST_PEOPLE = 100_000
FEWEST_IN_ARM, FEWEST_ANSWERS = 100, 10
IMPLAUSIBLE = 0.001  # arms as far from the plan come up once in a thousand campaigns


@dataclass(frozen=True)
class Campaign:
    """One campaign that is over, its arms, and the chance that its arms came out so."""

    campaign_id: str
    name: str
    treated_count: int
    holdout_count: int
    planned_holdout_share: float | None

    @property
    def treated_share(self) -> float:
        return self.treated_count / (self.treated_count + self.holdout_count)

    @property
    def sample_ratio_p(self) -> float | None:
        """None where no share was planned."""
        planned = self.planned_holdout_share
        if planned is None or not 0 < planned < 1:
            return None
        counts = (self.treated_count, self.holdout_count)
        return sample_ratio_p_value(counts, (1 - planned, planned))

    @property
    def left_out(self) -> str:
        """Why nothing is learned from it; "" where something is."""
        if not self.holdout_count or not self.treated_count:
            return "no holdout" if self.treated_count else "nobody was approached"
        p = self.sample_ratio_p
        return "arms not as planned" if p is not None and p < IMPLAUSIBLE else ""


@dataclass(frozen=True)
class Trials:
    """What to learn from: campaigns, and a row per (campaign_id, customer_id) with campaign_id,
    customer_id, is_treated, has_ordered, net_amount, discount_amount, message_cost and the
    features."""

    campaigns: tuple[Campaign, ...]
    left_out: Mapping[str, str]
    people: pa.Table
    since: date
    until: date


Learn = Callable[..., Fitted | Fit]


def of_trials(
    tables: Mapping[str, ir.Table],
    *,
    as_of: date,
    campaign: str | None,
    kind: str | None,
    also: Mapping[str, ir.Table],
    learn: Learn,
) -> Fit:
    """Ask for the trials, and what ``also`` asks for; ``learn(trials, **also)`` has the answer.

    ``tables``: exposures, campaigns, orders, order_lines, products, returns. ``campaign``: one
    by its id; ``kind``: all of one kind; neither: all. What is not over by ``as_of`` is not
    there. ParameterInvalid where there is no such campaign, NothingToAnalyse where too few
    were assigned.
    """
    orders = tables["orders"].filter(until(tables["orders"].ordered_at, as_of))
    exposures = tables["exposures"]
    exposures = exposures.filter(until(exposures.assigned_at, as_of))
    people = assigned(exposures, tables["campaigns"], window_days=WINDOW_DAYS)
    people = people.filter(people.until_at <= ibis.literal(as_of + timedelta(days=1)))

    def second(runs: pa.Table) -> Fit:
        chosen, left_out, days = _chosen(runs.to_pylist(), campaign, kind, as_of)
        wanted = people.filter(
            people.campaign_id.isin([one.campaign_id for one in chosen]),
            people.from_at.date().isin(days),
        )
        total = sum(one.treated_count + one.holdout_count for one in chosen)
        if total > MOST_PEOPLE:
            part = wanted.customer_id.hash().cast("float64") / 2.0**63
            wanted = wanted.filter(part.abs() < MOST_PEOPLE / total)
        rows = _with_features(wanted, orders, tables, days)

        def make(people: pa.Table, **rest: pa.Table) -> Fitted | Fit:
            told = tuple(left_out.items())
            found = once(_trials, {"people": people}, chosen=chosen, left_out=told,
                         since=min(days), as_of=as_of)  # fmt: skip
            return learn(found, **rest)

        return Fit(asks={"people": rows, **also}, make=make)

    return Fit(asks={"runs": _runs(people, tables["campaigns"])}, make=second)


def _trials(
    people: pa.Table,
    *,
    chosen: tuple[Campaign, ...],
    left_out: tuple[tuple[str, str], ...],
    since: date,
    as_of: date,
) -> Trials:
    found = people.sort_by([("campaign_id", "ascending"), ("customer_id", "ascending")])
    _require_enough(found, as_of)
    return Trials(chosen, dict(left_out), found, since, as_of)


def _runs(people: ir.Table, campaigns: ir.Table) -> ir.Table:
    """One row per campaign and day of assignment."""
    rows = people.mutate(assigned_on=people.from_at.date())
    counted = rows.group_by("campaign_id", "assigned_on").aggregate(
        treated_count=rows.count(where=rows.is_treated),
        holdout_count=rows.count(where=~rows.is_treated),
    )
    named = campaigns.select(
        "campaign_id",
        "campaign_name",
        "kind",
        planned_holdout_share=campaigns.offer.cast("json")["holdout_share"].float,
    )
    return counted.left_join(named, "campaign_id").drop("campaign_id_right")


def _with_features(
    wanted: ir.Table, orders: ir.Table, tables: Mapping[str, ir.Table], days: list[date]
) -> ir.Table:
    """Everyone wanted who had ordered before, with features of the day before the assignment."""
    theirs = orders.semi_join(wanted, "customer_id")
    before = [day - timedelta(days=1) for day in days]
    known = customer_panel(
        theirs, tables["order_lines"], tables["products"], tables["returns"], days=before
    )
    people = wanted.mutate(as_of_on=wanted.from_at.date() - ibis.interval(days=1))
    people = people.mutate(as_of_on=people.as_of_on.cast("date"))
    done = answers(wanted, theirs, tables["returns"])
    rows = people.inner_join(known, ["customer_id", "as_of_on"])
    rows = rows.left_join(done, ["campaign_id", "customer_id"])
    features = [name for name in known.columns if name not in ("customer_id", "as_of_on")]
    return rows.select(
        "campaign_id",
        "customer_id",
        "is_treated",
        "message_cost",
        *features,
        has_ordered=rows.net_amount.notnull(),
        net_amount=rows.net_amount.fill_null(0.0),
        discount_amount=rows.discount_amount.fill_null(0.0),
    )


def _chosen(
    runs: list[dict[str, Any]], campaign: str | None, kind: str | None, as_of: date
) -> tuple[tuple[Campaign, ...], dict[str, str], list[date]]:
    """The campaigns to learn from, why not from others, and the latest days of assignment."""
    _require_known(runs, campaign, kind, as_of)
    asked = [
        run for run in runs
        if campaign in (None, run["campaign_id"]) and kind in (None, run["kind"])
    ]  # fmt: skip
    days = sorted({run["assigned_on"] for run in asked}, reverse=True)[:MOST_DAYS]
    by_id: dict[str, list[dict[str, Any]]] = {}
    for run in sorted(asked, key=lambda run: (run["campaign_id"], run["assigned_on"])):
        if run["assigned_on"] in days:
            by_id.setdefault(run["campaign_id"], []).append(run)
    found = [_campaign(name, parts) for name, parts in by_id.items()]
    left_out = {one.campaign_id: one.left_out for one in found if one.left_out}
    chosen = tuple(one for one in found if not one.left_out)
    if not chosen:
        named = ", ".join(f"{name}: {why}" for name, why in list(left_out.items())[:3])
        raise NothingToAnalyse(
            f"What a message changes needs a campaign with a holdout whose arms came out as "
            f"planned; up to {as_of} there is none ({named})."
        )
    return chosen, left_out, days


def _campaign(campaign_id: str, runs: list[dict[str, Any]]) -> Campaign:
    return Campaign(
        campaign_id,
        runs[0]["campaign_name"] or campaign_id,
        sum(run["treated_count"] for run in runs),
        sum(run["holdout_count"] for run in runs),
        runs[0]["planned_holdout_share"],
    )


def _require_known(
    runs: list[dict[str, Any]], campaign: str | None, kind: str | None, as_of: date
) -> None:
    if not runs:
        raise NothingToAnalyse(
            f"What a message changes is learned from campaigns that are over; up to {as_of} "
            f"there is none with assigned customers."
        )
    for name, given, column in (("campaign", campaign, "campaign_id"), ("kind", kind, "kind")):
        existing = sorted({str(run[column]) for run in runs if run[column] is not None})
        if given is not None and given not in existing:
            raise ParameterInvalid(
                f"Parameter {name}: no campaign that is over by {as_of} has it '{given}'. "
                f"{among(given, existing, 'There are')}"
            )


def _require_enough(people: pa.Table, as_of: date) -> None:
    arm = people["is_treated"].to_numpy().astype(bool)
    ordered = people["has_ordered"].to_numpy().astype(bool)
    treated, held = int(arm.sum()), int((~arm).sum())
    bought, anyway = int(ordered[arm].sum()), int(ordered[~arm].sum())
    if min(treated, held) < FEWEST_IN_ARM or min(bought, anyway) < FEWEST_ANSWERS:
        raise NothingToAnalyse(
            f"What a message changes needs {FEWEST_IN_ARM} earlier buyers in each arm, of whom "
            f"{FEWEST_ANSWERS} ordered; up to {as_of} {bought} of {treated} approached and "
            f"{anyway} of {held} held out did."
        )
