"""Model cards as they are read: the newest of each model, those before it, and what moved.

A card says what a fitted analysis knew of its model on one day (``model_cards.py`` keeps
them). Read beside an earlier one it says whether the customers, or how well they are
foretold, have changed since.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.analyses import all_analyses
from regulars.decisions.finders import all_finders
from regulars.flow.model_cards import MODEL_CARDS
from regulars.flow.shop import Shop
from regulars.stats.population_stability import (
    MOVED,
    SHIFTED,
    chance_level,
    population_stability,
)


@dataclass(frozen=True)
class Measure:
    """One measure on held-back data, with its interval where there is one."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def has_interval(self) -> bool:
        return self.low is not None and self.high is not None

    def is_apart_from(self, other: "Measure") -> bool:
        """Whether the two intervals have nothing in common; False where one is not known."""
        if None in (self.low, self.high, other.low, other.high):
            return False
        return self.low > other.high or other.low > self.high  # type: ignore[operator] # known


@dataclass(frozen=True)
class Card:
    """What was known of one model on one day; ``card`` has the keys of ``tables/fit.py``."""

    analysis: str
    as_of: date
    model_name: str
    customer_count: int | None
    since_on: date | None
    until_on: date | None
    card: Mapping[str, Any]

    @property
    def measures(self) -> list[Measure]:
        given = self.card.get("measures") or {}
        return [_measure(name, value) for name, value in given.items()]

    @property
    def main_measure(self) -> Measure | None:
        """The first with an interval; else the first with a value."""
        known = [measure for measure in self.measures if measure.value is not None]
        return next((m for m in known if m.has_interval), known[0] if known else None)

    @property
    def scores(self) -> list[float]:
        return [x for x in self.card.get("scores") or [] if isinstance(x, int | float)]

    @property
    def reason(self) -> str:
        """Why nothing was fitted; empty where something was."""
        return str(self.card.get("reason") or "")


@dataclass(frozen=True)
class MeasureChange:
    """A measure on two cards. ``is_apart``: their intervals do not overlap."""

    now: Measure
    before: Measure

    @property
    def difference(self) -> float | None:
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value

    @property
    def is_apart(self) -> bool:
        return self.now.is_apart_from(self.before)


@dataclass(frozen=True)
class Drift:
    """What moved between two cards of a model.

    ``level``: steady, moved, shifted by the index's customary thresholds; unknown where a
    card has no deciles. ``by_chance``: what the index stays below 19 times in 20 if nothing
    has changed.
    """

    before: Card
    index: float | None
    by_chance: float | None
    changes: tuple[MeasureChange, ...]

    @property
    def level(self) -> str:
        if self.index is None:
            return "unknown"
        return "shifted" if self.index >= SHIFTED else "moved" if self.index >= MOVED else "steady"


def all_cards(shop: Shop) -> dict[str, list[Card]]:
    """Every card by analysis, in reading order; each analysis' cards the oldest first."""
    if MODEL_CARDS.name not in shop.results:
        return {}
    found: dict[str, list[Card]] = {}
    rows = shop.results[MODEL_CARDS.name].order_by("analysis", "as_of").to_pyarrow()
    for row in rows.to_pylist():
        found.setdefault(row["analysis"], []).append(_card(row))
    order = [name for name in all_analyses() if name in found]
    return {name: found[name] for name in order}


def drift(now: Card, before: Card) -> Drift:
    """What moved since an earlier card."""
    index = population_stability(before.scores, now.scores)
    counts = before.customer_count or 0, now.customer_count or 0
    known = {measure.name: measure for measure in before.measures}
    changes = tuple(MeasureChange(m, known[m.name]) for m in now.measures if m.name in known)
    return Drift(before, index, chance_level(before.scores, *counts), changes)


def last_drift(cards: list[Card]) -> Drift | None:
    """The newest card against the one before; None where there is only one."""
    return drift(cards[-1], cards[-2]) if len(cards) > 1 else None


def traits_of(analysis: str) -> list[str]:
    """The traits that customers owe to a model."""
    return [trait.name for trait in all_analyses()[analysis].traits]


def kinds_using(analysis: str) -> list[str]:
    """The kinds of opportunity that read one of its traits."""
    told = set(traits_of(analysis))
    return [kind for kind, finder in all_finders().items() if told & set(finder.traits)]


def number(value: float | None) -> str:
    """A figure of a model to four digits that count."""
    return "" if value is None else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def measure_text(measure: Measure | None) -> str:
    """'0.812 (0.801 to 0.823)'."""
    if measure is None:
        return ""
    ends = f" ({number(measure.low)} to {number(measure.high)})" if measure.has_interval else ""
    return number(measure.value) + ends


def card_document(card: Card) -> dict[str, Any]:
    """A card as one JSON object."""
    return {"analysis": card.analysis, "as_of": card.as_of.isoformat(), **card.card}


def card_markdown(card: Card, moved: Drift | None = None) -> str:
    """A card as a page of text."""
    analysis = all_analyses()[card.analysis]
    lines = [f"# {analysis.title.en} ({card.model_name or card.analysis})", ""]
    lines += [analysis.question.en, "", f"- as of: {card.as_of}"]
    lines += [f"- analysis: {card.analysis}"]
    if card.customer_count is not None:
        lines += [f"- customers: {card.customer_count:,}"]
    if card.since_on or card.until_on:
        lines += [f"- data: {card.since_on or '?'} to {card.until_on or '?'}"]
    if card.reason:
        lines += [f"- not fitted: {card.reason}"]
    lines += _parameter_lines(card) + _held_back_lines(card)
    if moved is not None:
        index = "not known" if moved.index is None else f"{moved.index:.3f} ({moved.level})"
        lines += ["", f"## Since {moved.before.as_of}", ""]
        lines += [f"- population stability index of the scores: {index}"]
        lines += [
            f"- {change.now.name}: {number(change.before.value)} -> {number(change.now.value)}"
            for change in moved.changes
        ]
    return "\n".join(lines) + "\n"


def _parameter_lines(card: Card) -> list[str]:
    rows = parameters(card)
    if not rows:
        return []
    head = [
        "",
        "## Parameters",
        "",
        "| parameter | value | standard error |",
        "| --- | --- | --- |",
    ]
    return [*head, *(f"| {n} | {number(v)} | {number(e)} |" for n, v, e in rows)]


def _held_back_lines(card: Card) -> list[str]:
    measures = card.measures
    if not measures:
        return []
    rows = [f"| {m.name} | {number(m.value)} | {_ends(m)} |" for m in measures]
    held = card.card.get("held_back") or {}
    since = f" ({', '.join(f'{k} {v}' for k, v in held.items())})" if held else ""
    return ["", f"## On held-back data{since}", "", "| measure | value | interval |",
            "| --- | --- | --- |", *rows]  # fmt: skip


def _ends(measure: Measure) -> str:
    return f"{number(measure.low)} to {number(measure.high)}" if measure.has_interval else ""


def parameters(card: Card) -> list[tuple[str, float | None, float | None]]:
    """Name, value and standard error of each parameter."""
    given: Mapping[str, Any] = card.card.get("parameters") or {}
    errors: Mapping[str, Any] = card.card.get("standard_errors") or {}
    return [(name, _number(value), _number(errors.get(name))) for name, value in given.items()]


def _card(row: Mapping[str, Any]) -> Card:
    names: Iterable[str] = ("analysis", "as_of", "customer_count", "since_on", "until_on")
    known = {name: row[name] for name in names}
    return Card(model_name=row["model_name"] or "", card=json.loads(row["card"]), **known)


def _measure(name: str, given: Any) -> Measure:
    if isinstance(given, Mapping):
        return Measure(name, *(_number(given.get(part)) for part in ("value", "low", "high")))
    return Measure(name, _number(given))


def _number(given: Any) -> float | None:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return float(given) if is_number else None
