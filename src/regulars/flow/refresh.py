"""The refresh: every question asked, its answer kept, and what follows from the answers.

    timeline -> analyses -> customer traits -> what campaigns earned -> opportunities

Each but the timeline, which lies beside the lake, is one transaction of it. A step that has
nothing to work on is left out and says why; it never stops the others. A result whose tables,
day and code are those it was worked out from stays as it is (``refresh_state.py``).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
from regulars.flow.refresh_state import REFRESH_STATE, Basis, Kept, kept_before, state_rows
from regulars.flow.results import clear, store
from regulars.flow.shop import Shop
from regulars.flow.shop_rules import rules_digest
from regulars.flow.traits import customer_traits, traits_table
from regulars.lake import Lake
from regulars.lake.store import Transaction
from regulars.lake.tidy import tidy
from regulars.lake.timeline import open_timeline
from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.fit import Fitted
from regulars.tables.schema import Table
from regulars.tables.sharing import sharing

TIMELINE_SHARE = 20  # of a hundred parts of the work


@dataclass(frozen=True)
class StepOutcome:
    """One step of a refresh: the rows it has and how long it took, or why it was left out.

    ``is_unchanged``: it stays as an earlier refresh left it.
    """

    step: str
    row_count: int
    seconds: float
    left_out: str = ""
    is_unchanged: bool = False


@dataclass(frozen=True)
class Answer:
    """One result to compute and keep; ``digest`` says from what."""

    table: Table
    digest: str
    ask: Callable[[], ir.Table | pa.Table | Fitted]

    @property
    def name(self) -> str:
        return self.table.name


@dataclass
class Run:
    """One refresh under way: its day, what was there before it, and what it keeps.

    ``skips``: results whose digest is still the same are left alone.
    """

    shop: Shop
    day: date
    before: Mapping[str, Kept]
    skips: bool
    kept: dict[str, Kept] = field(default_factory=dict)
    models: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def basis(self) -> Basis:
        return Basis(self.shop.head, self.day, str(self.shop.home.settings.timezone))

    def is_unchanged(self, answer: Answer) -> bool:
        known = self.before.get(answer.name)
        return self.skips and known is not None and known.digest == answer.digest


def refresh(
    shop: Shop, *, as_of: date | None = None, anew: bool = False, report: Report = silent
) -> list[StepOutcome]:
    """Bring every result up to date; NothingToAnalyse where the shop has no orders or events.

    ``as_of``: the day after which nothing is considered (None: the shop's last day).
    ``anew``: work out everything, also what has not changed since.
    """
    day = as_of or shop.last_day
    tidy(Lake(shop.home))  # before anything is read: it moves rows into other files
    shop = shop.refreshed()
    stage = Stage(report, 0, TIMELINE_SHARE)
    done = [_timeline(shop, stage)]
    report, total = stage.until(100), len(kept_analyses()) + 5
    report(done[0].step, 1, total)
    run = Run(shop, day, kept_before(shop.results[REFRESH_STATE.name], day), not anew)
    for cause, answers in (
        ("analyses", _analyses),
        ("customer traits", _traits),
        ("campaign effects", _effects),
        ("opportunities", _opportunities),
    ):
        with sharing():  # several analyses ask the same of the tables
            for outcome in _keep(run, cause, answers(run)):
                done.append(outcome)
                report(outcome.step, len(done), total)
        run.shop = run.shop.refreshed()
    return done


def _timeline(shop: Shop, report: Report) -> StepOutcome:
    """Put into the timeline what the lake has and it has not yet."""
    started = time.monotonic()
    rows = open_timeline(shop.home, report=report).row_count
    return StepOutcome(TIMELINE, rows, time.monotonic() - started)


def _keep(run: Run, cause: str, answers: list[Answer]) -> Iterator[StepOutcome]:
    """Compute and keep several answers in one transaction; none where all stay as they are."""
    if all(run.is_unchanged(answer) for answer in answers):
        yield from (_unchanged(run, answer) for answer in answers)
        return
    with Lake(run.shop.home).transaction(f"refresh {cause} as of {run.day}") as transaction:
        for answer in answers:
            if run.is_unchanged(answer):
                yield _unchanged(run, answer)
            else:
                yield _step(transaction, answer, run)
        rows = state_rows({**run.before, **run.kept})
        store(transaction, REFRESH_STATE, rows, run.day)


def _unchanged(run: Run, answer: Answer) -> StepOutcome:
    kept = run.kept[answer.name] = run.before[answer.name]
    return StepOutcome(answer.name, kept.row_count, 0.0, kept.left_out, is_unchanged=True)


def _step(transaction: Transaction, answer: Answer, run: Run) -> StepOutcome:
    started = time.monotonic()
    name, left_out, count = answer.name, "", 0
    try:
        rows = answer.ask()
        if isinstance(rows, Fitted):
            run.models[name] = rows.model
            rows = rows.rows
        count = store(transaction, answer.table, rows, run.day).added_count
    except (NothingToAnalyse, ParameterInvalid) as reason:  # nothing here fits what is usual
        left_out = str(reason)
        run.models.pop(name, None)
        if name not in run.before or run.before[name].row_count:
            clear(transaction, answer.table, run.day)
    run.kept[name] = Kept(name, answer.digest, count, left_out)
    return StepOutcome(name, count, time.monotonic() - started, left_out)


def _analyses(run: Run) -> list[Answer]:
    """Every kept analysis, and the cards of the models that were fitted for them."""

    def ask(analysis: Analysis) -> ir.Table | pa.Table | Fitted:
        run.shop.require(analysis)
        return run.shop.answer(analysis, run.day, {})

    basis = run.basis

    def digest_of(analysis: Analysis) -> str:
        rules = rules_digest(run.shop.home, analysis.name)
        return basis.digest(analysis.reads, [rules] if rules else [])

    answers = [
        Answer(analysis.returns, digest_of(analysis), partial(ask, analysis))
        for analysis in kept_analyses()
    ]
    fitted = {analysis.name for analysis in kept_analyses() if analysis.is_fitted}
    of_models = [answer for answer in answers if answer.name in fitted]
    digest = basis.digest((), [f"{answer.name} {answer.digest}" for answer in of_models])
    return [*answers, Answer(MODEL_CARDS, digest, lambda: _cards(run, of_models))]


def _cards(run: Run, answers: Iterable[Answer]) -> pa.Table:
    """The cards of what was fitted now, and those of before of what was not fitted again."""
    still = [answer.name for answer in answers if run.is_unchanged(answer)]
    stored = run.shop.results[MODEL_CARDS.name]
    kept = of_day(stored.filter(stored.analysis.isin(still)), run.day) if still else None
    new = model_cards(run.models)
    return pa.concat_tables([new, kept.to_pyarrow().cast(new.schema)]) if kept is not None else new


def _traits(run: Run) -> list[Answer]:
    def ask() -> ir.Table:
        shop = run.shop
        answers = {name: of_day(shop.results[name], run.day) for name in shop.results}
        return customer_traits(shop.tables.customers, shop.tables.orders, answers)

    telling = [analysis.name for analysis in kept_analyses() if analysis.traits]
    digest = run.basis.digest(("customers", "orders"), [run.kept[name].digest for name in telling])
    return [Answer(traits_table(), digest, ask)]


def _effects(run: Run) -> list[Answer]:
    reads = (
        "orders", "order_lines", "products", "returns", "points_entries", "exposures", "campaigns",
    )  # fmt: skip

    def ask() -> pa.Table:
        tables = run.shop.tables
        moved = movements(*(tables[name] for name in reads[:5]), as_of=run.day)
        sums = arm_statistics(tables.exposures, tables.campaigns, moved).to_pyarrow()
        return campaign_effects(sums, as_of=run.day)

    return [Answer(CAMPAIGN_EFFECTS, run.basis.digest(reads), ask)]


def _opportunities(run: Run) -> list[Answer]:
    def ask() -> ir.Table:
        shop, day = run.shop, run.day
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

    reads = {name for finder in all_finders().values() for name in finder.reads}
    following = [run.kept[name].digest for name in ("customer_traits", "campaign_effects")]
    return [Answer(OPPORTUNITIES, run.basis.digest(reads, following), ask)]


def of_day(result: ir.Table, day: date) -> ir.Table:
    """A stored result's rows of one date, without the date."""
    return result.filter(result.as_of == day).drop("as_of")


def _present(shop: Shop, name: str, day: date) -> pa.Table:
    return of_day(shop.results[name], day).to_pyarrow()
