"""The figures on a customer's page: every trait under what it is about, with its uncertainty.

Which group a trait stands in follows from the analysis that declares it; the traits of an
analysis that no group names stand under the last heading, so a new one shows by itself.
A trait with companions ``<name>_low`` and ``<name>_high`` is shown with them as interval.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.analyses import all_analyses
from regulars.backoffice.charts import language
from regulars.backoffice.wording import value_text
from regulars.figures import figure_names
from regulars.flow.traits import declared_traits, traits_table
from regulars.tables.analysis import TIMELINE
from regulars.tables.schema import Column
from regulars.tables.text import Text

LOW, HIGH = "_low", "_high"
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("Value", "价值"), ("clv", "rfm", "loyalty", "cac")),
    (Text("Next need", "下一次需求"), ("next_need", "repurchase")),
    (Text("Leaving", "流失"), ("lifecycle", "churn", "one_time_buyers")),
    (Text("Who they are", "顾客是谁"), ("personas", "household_traits", "category_audience")),
    (
        Text("How they buy", "如何购买"),
        ("purchase_habits", "decision_style", "customer_price_sensitivity", "price_sensitivity"),
    ),
    (Text("Response", "响应"), ("response", "lookalikes")),
)
OTHERS = Text("More", "其他")


class TraitShown(NamedTuple):
    """A trait in words: value with its interval, meaning, and the analysis it comes from."""

    name: str
    label: str
    value: str
    interval: str
    meaning: str
    source: str
    url: str


@dataclass(frozen=True)
class TraitGroup:
    """The traits of one heading, in declared order."""

    title: str
    traits: Sequence[TraitShown]


def trait_groups(
    values: Mapping[str, Any], stores: Mapping[str, str], *, sees_behaviour: bool
) -> list[TraitGroup]:
    """Every known trait of a customer, by heading; headings without any are left out."""
    columns = {column.name: column for column in traits_table().columns}
    by_analysis: dict[str, list[TraitShown]] = {}
    for name, declared in declared_traits().items():
        if values.get(name) in (None, "") or _is_end(name, columns) or _is_foreign(name):
            continue
        shown = _shown(name, columns, values, stores, sees_behaviour=sees_behaviour)
        by_analysis.setdefault(declared.analysis, []).append(shown)
    return [
        TraitGroup(title.in_language(language()), found)
        for title, analyses in _headings(by_analysis)
        if (found := [trait for name in analyses for trait in by_analysis.get(name, ())])
    ]


def interval_of(name: str, values: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """The two ends of a trait, where both are known."""
    low, high = values.get(f"{name}{LOW}"), values.get(f"{name}{HIGH}")
    return None if low is None or high is None else (low, high)


def _headings(found: Mapping[str, Any]) -> Iterator[tuple[Text, Sequence[str]]]:
    yield from GROUPS
    named = {name for _title, analyses in GROUPS for name in analyses}
    yield OTHERS, [name for name in found if name not in named]


def _is_end(name: str, columns: Mapping[str, Column]) -> bool:
    """Whether a trait is shown as the end of another one's interval."""
    base = name.removesuffix(LOW) if name.endswith(LOW) else name.removesuffix(HIGH)
    return base != name and {base, f"{base}{LOW}", f"{base}{HIGH}"} <= set(columns)


def _is_foreign(name: str) -> bool:
    """Whether a trait is another one's name in the other language (RFM has two namings of it)."""
    own, other = ("_zh", "_en") if language() == "zh" else ("_en", "_zh")
    twin = name.removesuffix(other) + own
    return name.endswith(other) and twin in declared_traits() and not name.startswith("rfm_")


def _shown(
    name: str,
    columns: Mapping[str, Column],
    values: Mapping[str, Any],
    stores: Mapping[str, str],
    *,
    sees_behaviour: bool,
) -> TraitShown:
    declared = declared_traits()[name]
    ends = interval_of(name, values)
    interval = ""
    if ends is not None:
        low, high = (_text(columns[name], value, stores) for value in ends)
        interval = _("%(low)s to %(high)s") % {"low": low, "high": high}
    analysis = all_analyses()[declared.analysis]
    is_open = declared.analysis in figure_names() and (
        sees_behaviour or TIMELINE not in analysis.reads
    )
    return TraitShown(
        name,
        declared.trait.label.in_language(language()),
        _text(columns[name], values[name], stores),
        interval,
        declared.trait.meaning.in_language(language()),
        analysis.title.in_language(language()),
        reverse("insight", args=[declared.analysis]) if is_open else "",
    )


def _text(column: Column, value: Any, stores: Mapping[str, str]) -> str:
    """The value with its unit: '17' days as '17 days'; other units say themselves in the label."""
    text = value_text(column, value, stores)
    is_in_days = column.unit == "days" and not isinstance(value, date)
    return _("%(number)s days") % {"number": text} if is_in_days else text
