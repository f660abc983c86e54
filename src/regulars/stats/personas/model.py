"""The personas of a shop: the leans of its customers, kinds of customers, and who is of which.

The kinds are found as the shop was known at the end of its last full quarter, and stay as they
are for the next: within a quarter nobody changes persona but by their own purchases. And by
those only where they say it clearly: whoever had a persona then keeps it until the chance
that another is nearer exceeds ``sureness``. Both are worked out from the tables anew each time,
so that the same tables always give the same personas.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.stats.group_rules import GroupRule
from regulars.stats.personas.axes import AXES
from regulars.stats.personas.clusters import Array, Clusters, Whole, find_clusters
from regulars.stats.personas.levels import Axis, axes_of, leans
from regulars.stats.personas.naming import names_of
from regulars.tables.text import Text

FEWEST_CUSTOMERS = 60
NOBODY = -1


@dataclass(frozen=True)
class Personas:
    """Everyone's leans and persona (NOBODY where purchases are too few); arrays by person."""

    sums: dict[str, Any]
    axes: dict[str, Axis]
    clusters: Clusters
    names: list[Text]
    scale: Array  # what one unit of ``leans`` is, in standard deviations between customers
    leans: Array
    errors: Array
    persona: Whole
    persona_then: Whole
    confidence: Array
    runner_up: Whole

    @property
    def levels(self) -> Array:
        """People x axes, in each axis' own unit."""
        own = self.leans * self.scale
        return np.column_stack([a.levels(own[:, i]) for i, a in enumerate(self.axes.values())])

    def name(self, kinds: Whole, language: str) -> Any:
        """The names of kinds; null for NOBODY."""
        names = pa.array([text.in_language(language) for text in self.names])
        places: Any = pa.array(kinds, mask=kinds == NOBODY)
        return names.take(places)


def quarter_before(day: date) -> date:
    """The last day of the last calendar quarter that is over."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - timedelta(days=1)


def judged_then(people: pa.Table, least: int) -> int:
    """How many customers had enough purchases by the earlier day."""
    return int((people["purchase_count_then"].to_numpy() >= least).sum())


def personas_of(
    people: pa.Table,
    *,
    as_of: date,
    rules: Sequence[GroupRule],
    kinds: int | None,
    least: int,
    sureness: float,
    seed: int,
) -> Personas:
    """The personas of customers sorted by id (``axes.axis_sums``).

    NothingToAnalyse where too few have enough purchases, or where nobody differs.
    """
    sums = {n: people[n].to_numpy() for n in people.column_names if n != "customer_id"}
    enough, enough_then = (sums[f"purchase_count{w}"] >= least for w in ("", "_then"))
    axes = axes_of(sums)
    judged = int(enough_then.sum())
    if judged < FEWEST_CUSTOMERS:
        raise NothingToAnalyse(
            f"Personas need {FEWEST_CUSTOMERS} customers with {least} purchases (order lines); "
            f"there are {judged} up to {as_of.isoformat()}."
        )
    now, then = leans(sums, axes), leans(sums, axes, "_then")
    spread = then[0][enough_then].std(axis=0)
    if not (spread > 0).any():
        raise NothingToAnalyse(
            f"The {judged} customers with {least} purchases up to {as_of.isoformat()} differ in "
            "discounts, prices, novelty and brands no more than by chance: there are no personas."
        )
    scale = np.where(spread > 1e-9, spread, 1.0)
    leans_now, errors = now[0] / scale, now[1] / scale**2
    clusters = find_clusters(then[0][enough_then] / scale, kinds, seed)
    persona_then = np.where(enough_then, clusters.nearest(then[0] / scale), NOBODY)
    persona = _kept(clusters, leans_now, errors, persona_then, sureness)
    confidence, runner_up = clusters.confidence(leans_now, errors, persona)
    return Personas(
        sums, axes, clusters, names_of(clusters.centres, rules), scale, leans_now, errors,
        np.where(enough, persona, NOBODY), persona_then,
        np.where(enough, confidence, np.nan), np.where(enough, runner_up, NOBODY),
    )  # fmt: skip


def _kept(
    clusters: Clusters, leans_now: Array, errors: Array, before: Whole, sureness: float
) -> Whole:
    """The persona before, unless the nearest now is nearer by a sufficient chance."""
    nearest = clusters.nearest(leans_now)
    had = before != NOBODY
    old = np.where(had, before, nearest)
    is_clear = clusters.surer(leans_now, errors, nearest, old) >= sureness
    return np.where(had & ~is_clear, old, nearest)


def measures(found: Personas) -> dict[str, Any]:
    """What a model card shows of it."""
    centres = {
        f"{name.en}: {axis}": float(centre[place])
        for name, centre in zip(found.names, found.clusters.centres, strict=True)
        for place, axis in enumerate(AXES)
    }
    stability = {f"stability of {k} kinds": v for k, v in found.clusters.stability.items()}
    return {"parameters": centres, "measures": stability}
