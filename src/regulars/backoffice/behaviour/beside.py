"""What is shown with an answer, under the same question: its neighbours, and measured lift."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from regulars.analyses import all_analyses
from regulars.backoffice.asked import asked
from regulars.backoffice.behaviour.answering import Answered, answered
from regulars.backoffice.behaviour.pages import BESIDE
from regulars.backoffice.campaigns.queries import all_effects, is_ours
from regulars.backoffice.charts import Chart, language
from regulars.backoffice.formats import money_text, share_text
from regulars.backoffice.scope import Scope
from regulars.errors import NothingToAnalyse

SIDE_WIDTH = 400  # of a wide window's narrower column


@dataclass(frozen=True)
class Beside:
    """Another answer to the same question, in short."""

    name: str
    title: str
    sentence: str
    chart: Chart | None
    address: str


def parts_beside(scope: Scope, found: Answered) -> list[Beside]:
    """The neighbours of an answer that can be asked the same."""
    known = all_analyses()
    names = [name for name in BESIDE.get(found.question.analysis.name, ()) if name in known]
    made = (_beside(scope, found, name) for name in names)
    return [part for part in made if part is not None]


@dataclass(frozen=True)
class Lift:
    """A campaign: what the models give it, and what was measured against its holdout."""

    name: str
    address: str
    given: str
    effect: str
    interval: str
    is_measured: bool


def measured_lift(scope: Scope, found: Answered) -> list[Lift]:
    """Every campaign that has a measured effect, or is a touch of the answer; newest first."""
    if found.question.analysis.name != "attribution":
        return []
    given = _given(found)
    effects = all_effects(scope.shop)
    campaigns = scope.shop.tables["campaigns"]
    rows = asked(
        scope.shop,
        "campaigns by start",
        lambda _none: campaigns.select("campaign_id", "campaign_name", "started_at").order_by(
            campaigns.started_at.desc(), campaigns.campaign_id
        ),
    )
    return [
        _lift(row, effects.get(row["campaign_id"], {}), given.get(row["campaign_id"]))
        for row in rows
        if row["campaign_id"] in effects or row["campaign_id"] in given
    ]


def _given(found: Answered) -> dict[str, tuple[float, float]]:
    """Touch -> the least and the most share of conversions that a model gives it."""
    shares: dict[str, list[float]] = {}
    for row in found.found.to_arrow().to_pylist():
        if row["touch_property"] == "campaign_id" and row["touch_kind"] == "named":
            shares.setdefault(row["touch"], []).append(row["conversion_share"])
    return {touch: (min(given), max(given)) for touch, given in shares.items()}


def _lift(
    row: dict[str, Any], effects: dict[str, dict[str, Any]], given: tuple[float, float] | None
) -> Lift:
    said_share = "–" if given is None else f"{share_text(given[0])} … {share_text(given[1])}"
    margin = effects.get("margin_amount")
    is_measured = margin is not None and margin["status"] != "unavailable"
    total, ends = "", ""
    if margin is not None and is_measured:
        total = money_text(margin["total_effect"])
        ends = f"{money_text(margin['total_low'])} … {money_text(margin['total_high'])}"
    return Lift(
        row["campaign_name"] or row["campaign_id"],
        reverse("campaign", args=[row["campaign_id"]]) if is_ours(row["campaign_id"]) else "",
        said_share,
        total,
        ends,
        is_measured,
    )


def _beside(scope: Scope, found: Answered, name: str) -> Beside | None:
    analysis = all_analyses()[name]
    question = found.question.of(analysis)
    try:
        other = answered(scope, question)
    except NothingToAnalyse:
        return None
    if not isinstance(other, Answered):
        return None
    address = f"{reverse('behaviour', args=[name])}?{question.query}"
    title = analysis.title.in_language(language())
    drawn = other.chart and replace(other.chart, min_width=min(other.chart.min_width, SIDE_WIDTH))
    return Beside(name, title, other.sentence, drawn, address)
