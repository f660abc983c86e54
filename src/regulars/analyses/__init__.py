"""The analyses: one file per question, found by being there.

A file in this folder that holds ``ANALYSIS`` is an analysis; nothing else need be told.
"""

import functools
import importlib
import pkgutil

import ibis.expr.types as ir
import pyarrow as pa

from regulars.errors import AnalysisUnknown
from regulars.tables.analysis import Analysis
from regulars.tables.shape import IBIS_TYPES

# The order in which a reader meets them; what is not named here follows by name.
READING_ORDER = (
    "kpis",
    "kpi_series",
    "sales_change",
    "rfm",
    "purchase_habits",
    "purchase_times",
    "purchase_mix",
    "cohort_retention",
    "lifecycle",
    "lifecycle_moves",
    "clv",
    "clv_calibration",
    "cac",
    "repurchase",
    "next_need",
    "repurchase_accuracy",
    "churn",
    "churn_drivers",
    "churn_comparison",
    "one_time_buyers",
    "personas",
    "persona_axes",
    "loyalty",
    "household_traits",
    "price_sensitivity",
    "category_audience",
    "lookalikes",
    "response",
    "product_ranking",
    "funnel",
    "funnel_customers",
    "time_to_convert",
    "paths",
    "path_steps",
    "page_values",
    "retention",
    "sessions",
    "search_terms",
    "store_visits",
    "store_zones",
    "zone_flow",
    "attribution",
    "decision_style",
)


@functools.cache
def all_analyses() -> dict[str, Analysis]:
    """Every analysis by its name, in reading order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    found = {m.ANALYSIS.name: m.ANALYSIS for m in modules if hasattr(m, "ANALYSIS")}
    order = [name for name in READING_ORDER if name in found]
    return {name: found[name] for name in dict.fromkeys([*order, *found])}


def kept_analyses() -> tuple[Analysis, ...]:
    """Those whose answers a refresh keeps, in reading order."""
    return tuple(analysis for analysis in all_analyses().values() if analysis.is_kept)


def find_analysis(name: str) -> Analysis:
    """The analysis of that name; AnalysisUnknown names what exists."""
    analyses = all_analyses()
    if name not in analyses:
        raise AnalysisUnknown(name, analyses)
    return analyses[name]


def deviations(analysis: Analysis, rows: ir.Table | pa.Table) -> list[str]:
    """Where computed rows differ from what the analysis declares; empty if they do not."""
    if isinstance(rows, pa.Table):
        wanted = analysis.returns.arrow_schema()
        fits = rows.schema.equals(wanted)
        return [] if fits else [f"{analysis.name} declares {wanted} but computes {rows.schema}"]
    declared = {column.name: IBIS_TYPES[column.type] for column in analysis.returns.columns}
    computed = dict(rows.schema().items())
    if list(declared) != list(computed):
        return [f"{analysis.name} declares {list(declared)} but computes {list(computed)}"]
    return [
        f"{analysis.name}.{name} is declared {declared[name]} but computed {computed[name]}"
        for name in declared
        if declared[name].copy(nullable=True) != computed[name].copy(nullable=True)
    ]
