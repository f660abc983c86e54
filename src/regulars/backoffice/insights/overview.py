"""What the overview shows: key figures, what changed, today's opportunities, how fresh it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from regulars.backoffice.campaigns.queries import opportunity_kinds
from regulars.backoffice.charts import Chart, chart, language
from regulars.backoffice.formats import unit_text
from regulars.backoffice.insights.answers import Answer, answer
from regulars.backoffice.remember import remembered
from regulars.backoffice.scope import Scope
from regulars.errors import NothingToAnalyse
from regulars.figures import figure_module
from regulars.figures.wording import change, points

TILES = (
    "net_sales",
    "order_count",
    "customer_count",
    "new_customer_count",
    "average_order_value",
    "gross_margin_rate",
    "repurchase_rate",
    "return_rate",
)
FLAT = 0.0005  # a change that shows as 0.0
LESS_IS_BETTER = frozenset({"return_rate", "discount_share"})


@dataclass(frozen=True)
class Change:
    """A change against another period: in words, and whether it is a good one."""

    text: str
    before: str
    is_good: bool | None


@dataclass(frozen=True)
class Tile:
    """One key figure with its two comparisons."""

    metric: str
    label: str
    value: str
    previous: Change | None
    last_year: Change | None


@dataclass(frozen=True)
class Part:
    """What an analysis adds to the overview: its sentence and its chart."""

    name: str
    title: str
    sentence: str
    chart: Chart


def overview_context(scope: Scope) -> dict[str, Any]:
    """The overview's parts; ``is_empty`` where nothing was imported yet."""
    try:
        kpis = answer(scope, "kpis", parameters={})
    except NothingToAnalyse:
        return {"is_empty": True, "store_id": scope.store_id}
    rows = _rows(kpis)
    parts = [_part(answer(scope, name, parameters={})) for name in ("kpi_series", "sales_change")]
    height = max(part.chart.height for part in parts)  # they stand side by side
    series, changes = (replace(p, chart=replace(p.chart, height=height)) for p in parts)
    return {
        "is_empty": False,
        "store_id": scope.store_id,
        "as_of": kpis.as_of,
        "sentence": _sentence(kpis),
        "started_on": rows["net_sales"]["started_on"],
        "ended_on": rows["net_sales"]["ended_on"],
        "tiles": [_tile(rows[name]) for name in TILES if name in rows],
        "series": series,
        "changes": changes,
        "opportunities": opportunity_kinds(scope.shop) if scope.store_id is None else [],
        "freshness": _freshness(scope),
        "written_at": _written_at(scope),
    }


def _rows(kpis: Answer) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = remembered(
        kpis.scope.shop,
        ("kpi rows", kpis.key),
        lambda: {row["metric"]: row for row in kpis.to_arrow().to_pylist()},
    )
    return rows


def _sentence(found: Answer) -> str:
    return _part(found).sentence


def _part(found: Answer) -> Part:
    shop, name = found.scope.shop, found.analysis.name

    def draw() -> Part:
        rows, module = found.to_arrow(), figure_module(name)
        how = {"language": language(), "currency": shop.home.settings.currency}
        drawn = chart(module.figure(rows, **how))
        title = found.analysis.title.in_language(language())
        return Part(name, title, module.sentence(rows, **how), drawn)

    return remembered(shop, ("part", found.key, language()), draw)


def _tile(row: Mapping[str, Any]) -> Tile:
    return Tile(
        row["metric"],
        row[f"label_{language()}"],
        unit_text(row["value"], row["unit"]),
        _change(row, "", "previous_value"),
        _change(row, "last_year_", "last_year_value"),
    )


def _change(row: Mapping[str, Any], against: str, before: str) -> Change | None:
    """A tile's change: per cent of an amount or count, points of a rate."""
    is_rate = row["unit"] == "rate"
    value = row[f"{against}change_points" if is_rate else f"{against}change_rate"]
    if value is None:
        return None
    text = points(value, language()) if is_rate else change(value)
    rises_well = row["metric"] not in LESS_IS_BETTER
    is_good = None if abs(value) < FLAT else (value > 0) == rises_well
    return Change(text, unit_text(row[before], row["unit"]), is_good)


def _freshness(scope: Scope) -> list[tuple[str, datetime | None]]:
    """The newest moment that each kind of data knows of."""
    moments = {"orders": "ordered_at", "events": "occurred_at", "feedback": "created_at"}
    return [(table, _newest(scope, table, column)) for table, column in moments.items()]


def _newest(scope: Scope, table: str, column: str) -> datetime | None:
    moment = scope.shop.tables[table][column]
    found: datetime | None = remembered(
        scope.shop, ("newest", table), lambda: moment.max().to_pyarrow().as_py()
    )
    return found


def _written_at(scope: Scope) -> datetime | None:
    text = scope.shop.head.written_at
    return datetime.fromisoformat(text) if text else None
