"""The refresh: every question asked, its answer kept, and what follows from the answers.

    timeline -> analyses -> customer traits -> what campaigns earned -> opportunities

Each but the timeline, which lies beside the lake, is one transaction of it. A step that has
nothing to work on is left out and says why; it never stops the others.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from regulars.analyses import kept_analyses
from regulars.decisions.finders import all_finders
from regulars.decisions.opportunities import OPPORTUNITIES
from regulars.effects.campaign_effects import CAMPAIGN_EFFECTS, campaign_effects
from regulars.effects.measured import measured_by_kind
from regulars.effects.movements import movements
from regulars.effects.outcomes import arm_statistics
from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.flow.model_cards import MODEL_CARDS, model_cards
from regulars.flow.progress import Report, Stage, silent
from regulars.flow.results import store
from regulars.flow.shop import Shop
from regulars.flow.traits import customer_traits, traits_table
from regulars.lake import Lake
from regulars.lake.store import Transaction
from regulars.lake.tidy import tidy
from regulars.lake.timeline import open_timeline
from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.fit import Fitted
from regulars.tables.schema import Table

TIMELINE_SHARE = 20  # of a hundred parts of the work


@dataclass(frozen=True)
class StepOutcome:
    """One step of a refresh: the rows it kept and how long it took, or why it was left out."""

    step: str
    row_count: int
    seconds: float
    left_out: str = ""


@dataclass(frozen=True)
class Answer:
    """One result to compute and keep."""

    table: Table
    ask: Callable[[], ir.Table | pa.Table | Fitted]


def refresh(shop: Shop, *, as_of: date | None = None, report: Report = silent) -> list[StepOutcome]:
    """Bring every result up to date; NothingToAnalyse where the shop has no orders or events.

    ``as_of``: the day after which nothing is considered (None: the shop's last day).
    """
    day = as_of or shop.last_day
    stage = Stage(report, 0, TIMELINE_SHARE)
    done = [_timeline(shop, stage)]
    report, total = stage.until(100), len(kept_analyses()) + 5
    report(done[0].step, 1, total)

    def told(outcomes: Iterator[StepOutcome]) -> None:
        for outcome in outcomes:
            done.append(outcome)
            report(outcome.step, len(done), total)

    models: dict[str, Mapping[str, Any]] = {}
    answers = [*_analyses(shop, day), Answer(MODEL_CARDS, lambda: model_cards(models))]
    told(_keep(shop, day, "analyses", answers, models))
    shop = shop.refreshed()
    told(_keep(shop, day, "customer traits", [_traits(shop, day)]))
    shop = shop.refreshed()
    told(_keep(shop, day, "campaign effects", [_effects(shop, day)]))
    shop = shop.refreshed()
    told(_keep(shop, day, "opportunities", [_opportunities(shop, day)]))
    tidy(Lake(shop.home))
    return done


def _timeline(shop: Shop, report: Report) -> StepOutcome:
    """Put into the timeline what the lake has and it has not yet."""
    started = time.monotonic()
    rows = open_timeline(shop.home, report=report).row_count
    return StepOutcome(TIMELINE, rows, time.monotonic() - started)


def _keep(
    shop: Shop,
    day: date,
    cause: str,
    answers: list[Answer],
    models: dict[str, Mapping[str, Any]] | None = None,
) -> Iterator[StepOutcome]:
    """Compute and keep several answers in one transaction; ``models`` takes what they fitted."""
    with Lake(shop.home).transaction(f"refresh {cause} as of {day}") as transaction:
        for answer in answers:
            yield _step(transaction, answer, day, {} if models is None else models)


def _step(
    transaction: Transaction, answer: Answer, day: date, models: dict[str, Mapping[str, Any]]
) -> StepOutcome:
    started = time.monotonic()
    name = answer.table.name
    try:
        rows = answer.ask()
        if isinstance(rows, Fitted):
            models[name] = rows.model
            rows = rows.rows
        change = store(transaction, answer.table, rows, day)
    except (NothingToAnalyse, ParameterInvalid) as reason:  # nothing here fits what is usual
        return StepOutcome(name, 0, time.monotonic() - started, str(reason))
    return StepOutcome(name, change.added_count, time.monotonic() - started)


def _analyses(shop: Shop, day: date) -> list[Answer]:
    def ask(analysis: Analysis) -> ir.Table | pa.Table | Fitted:
        shop.require(analysis)
        return shop.answer(analysis, day, {})

    return [Answer(analysis.returns, partial(ask, analysis)) for analysis in kept_analyses()]


def _traits(shop: Shop, day: date) -> Answer:
    def ask() -> ir.Table:
        answers = {name: of_day(shop.results[name], day) for name in shop.results}
        return customer_traits(shop.tables.customers, shop.tables.orders, answers)

    return Answer(traits_table(), ask)


def _effects(shop: Shop, day: date) -> Answer:
    def ask() -> pa.Table:
        tables = shop.tables
        moved = movements(
            tables.orders,
            tables.order_lines,
            tables.products,
            tables.returns,
            tables.points_entries,
            as_of=day,
        )
        sums = arm_statistics(tables.exposures, tables.campaigns, moved).to_pyarrow()
        return campaign_effects(sums, as_of=day)

    return Answer(CAMPAIGN_EFFECTS, ask)


def _opportunities(shop: Shop, day: date) -> Answer:
    def ask() -> ir.Table:
        measured = measured_by_kind(_present(shop, "campaign_effects", day))
        known = {"customer_traits": of_day(shop.results["customer_traits"], day)}
        found = [
            finder.find(
                known | {name: shop.tables[name] for name in finder.reads},
                as_of=day,
                measured=measured.get(kind),
            )
            for kind, finder in all_finders().items()
        ]
        return ibis.union(*found) if len(found) > 1 else found[0]

    return Answer(OPPORTUNITIES, ask)


def of_day(result: ir.Table, day: date) -> ir.Table:
    """A stored result's rows of one date, without the date."""
    return result.filter(result.as_of == day).drop("as_of")


def _present(shop: Shop, name: str, day: date) -> pa.Table:
    return of_day(shop.results[name], day).to_pyarrow()
