"""Which rows an address asks for: conditions on declared columns, and the controls for them.

    f.<column>=value          exactly that; several times: one of these; "-": not known
    f.<column>_min=value      at least
    f.<column>_max=value      at most

Only columns that the analysis declares can be named, values are read by the column's type
and compared by the engine as values, never as text of a query.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.backoffice.insights.answers import Answer
from regulars.backoffice.insights.columns import label_of
from regulars.backoffice.insights.row_words import word_of
from regulars.backoffice.remember import remembered
from regulars.backoffice.stores import store_choices
from regulars.errors import ParameterInvalid, among
from regulars.tables.analysis import Analysis
from regulars.tables.schema import Column

PREFIX = "f."
ENDS: Mapping[str, Literal[">=", "<="]] = {"_min": ">=", "_max": "<="}
EXACT_TYPES = ("text", "flag", "integer", "day")
RANGE_TYPES = ("integer", "number", "money", "day")
MOST_VALUES, LONGEST = 30, 200
MOST_CHOICES = 30
NOT_KNOWN = "-"
Value = str | float | bool | date
Operator = Literal["in", ">=", "<="]


@dataclass(frozen=True)
class Condition:
    """One column against one value, or (``in``) against several; None is "not known"."""

    column: Column
    operator: Operator
    values: tuple[Value | None, ...]

    def holds(self, rows: ir.Table) -> ir.BooleanValue:
        """The condition on these rows."""
        column = rows[self.column.name]
        if self.operator == ">=":
            return column >= ibis.literal(self.values[0])
        if self.operator == "<=":
            return column <= ibis.literal(self.values[0])
        known = [value for value in self.values if value is not None]
        is_one = column.isin(known)
        return is_one | column.isnull() if None in self.values else is_one


@dataclass(frozen=True)
class FilterControl:
    """A column's control: choices, or a lowest and a highest."""

    name: str
    label: str
    meaning: str
    choices: tuple[tuple[str, str, bool], ...] = ()
    low: str = ""
    high: str = ""
    is_day: bool = False


def is_of_customers(analysis: Analysis) -> bool:
    """Whether its rows speak of single customers."""
    names = analysis.returns.column_names  # of visitors only a device is known
    return "customer_id" in analysis.returns.key and "is_visitor" not in names


def conditions(analysis: Analysis, query: Mapping[str, Any]) -> list[Condition]:
    """The conditions of an address; ParameterInvalid for what no column or no value is."""
    declared = {column.name: column for column in analysis.returns.columns}
    found: list[Condition] = []
    for key in sorted(query):
        given = [text.strip() for text in _texts(query, key) if text.strip()]
        if key.startswith(PREFIX) and given:
            column, operator = _named(analysis, declared, key.removeprefix(PREFIX))
            found.append(_condition(column, operator, given))
    return found


def key_of(found: Sequence[Condition]) -> tuple[Any, ...]:
    """What tells these conditions from others, for what is remembered."""
    return tuple((c.column.name, c.operator, c.values) for c in found)


def filtered(rows: ir.Table, found: Sequence[Condition]) -> ir.Table:
    """The rows for which every condition holds."""
    for condition in found:
        rows = rows.filter(condition.holds(rows))
    return rows


def filter_controls(
    answer: Answer, columns: Sequence[Column], query: QueryDict
) -> list[FilterControl]:
    """A control for every shown column that can be filtered by; none for free text."""
    stores = dict(store_choices(answer.scope.shop))
    made = (_control(answer, column, query, stores) for column in columns)
    return [control for control in made if control is not None]


def words(answer: Answer, found: Sequence[Condition]) -> Iterator[str]:
    """Each condition as a reader says it: 'Stage: loyal or new', 'Value at least 300'."""
    stores = dict(store_choices(answer.scope.shop))
    for condition in found:
        label = label_of(answer.analysis.name, condition.column)
        texts = [
            word_of(answer.analysis.name, condition.column, value, stores)
            for value in condition.values
        ]
        if condition.operator == "in":
            yield f"{label}: {_(' or ').join(texts)}"
        elif condition.operator == ">=":
            yield _("%(column)s at least %(value)s") % {"column": label, "value": texts[0]}
        else:
            yield _("%(column)s at most %(value)s") % {"column": label, "value": texts[0]}


def _texts(query: Mapping[str, Any], key: str) -> list[str]:
    return query.getlist(key) if isinstance(query, QueryDict) else [str(query[key])]


def _named(
    analysis: Analysis, declared: Mapping[str, Column], name: str
) -> tuple[Column, Operator]:
    """The column and the operator that a key names; a column's own name goes first."""
    if name in declared:
        return declared[name], "in"
    for end, operator in ENDS.items():
        column = declared.get(name.removesuffix(end)) if name.endswith(end) else None
        if column is not None and column.type in RANGE_TYPES:
            return column, operator
    raise ParameterInvalid(
        f"Analysis '{analysis.name}' has no column '{name}' to filter by. "
        f"{among(name, declared, 'Columns')}"
    )


def _condition(column: Column, operator: Operator, given: Sequence[str]) -> Condition:
    if len(given) > MOST_VALUES or any(len(text) > LONGEST for text in given):
        raise ParameterInvalid(
            f"Too much to filter '{column.name}' by: at most {MOST_VALUES} values of "
            f"{LONGEST} characters each."
        )
    if operator == "in":
        values = tuple(None if text == NOT_KNOWN else _value(column, text) for text in given)
        return Condition(column, operator, values)
    return Condition(column, operator, (_value(column, given[-1]),))


def _value(column: Column, text: str) -> Value:
    """The text as a value of the column's type."""
    try:
        if column.type == "flag":
            return {"true": True, "false": False}[text.lower()]
        if column.type == "day":
            return date.fromisoformat(text)
        if column.type in ("integer", "number", "money"):
            number = float(text)
            if math.isfinite(number):
                return number
            raise ValueError
    except (KeyError, ValueError):
        wanted = {"flag": "true or false", "day": "a day such as 2026-09-30"}
        raise ParameterInvalid(
            f"'{text}' is no value of '{column.name}': it holds "
            f"{wanted.get(column.type, 'numbers')}."
        ) from None
    return text


def _control(
    answer: Answer, column: Column, query: QueryDict, stores: Mapping[str, str]
) -> FilterControl | None:
    name, label = f"{PREFIX}{column.name}", label_of(answer.analysis.name, column)
    if column.type in ("text", "flag"):
        values = _choices(answer, column)
        given = query.getlist(name)
        values += [text for text in given if text and text not in values]
        if len(values) < 2 and not given:
            return None
        choices = tuple((v, _said(answer, column, v, stores), v in given) for v in values)
        return FilterControl(name, label, column.meaning, choices)
    if column.type in RANGE_TYPES:
        low, high = (query.get(f"{name}{end}", "") for end in ENDS)
        is_day = column.type == "day"
        return FilterControl(name, label, column.meaning, (), low, high, is_day)
    return None


def _said(answer: Answer, column: Column, value: str, stores: Mapping[str, str]) -> str:
    if value == NOT_KNOWN:
        return _("not known")
    given = _value(column, value) if column.type == "flag" else value
    return word_of(answer.analysis.name, column, given, stores)


def _choices(answer: Answer, column: Column) -> list[str]:
    """A column's values, the most frequent first; none where there are too many to offer."""
    if column.type == "flag":
        return ["true", "false"]

    def work_out() -> list[str]:
        rows = answer.rows
        counted = rows.group_by(column.name).aggregate(n=rows.count())
        top = counted.order_by(ibis.desc("n"), column.name).limit(MOST_CHOICES + 1).to_pyarrow()
        values = top[column.name].to_pylist()
        return [NOT_KNOWN if v is None else str(v) for v in values]

    found = remembered(answer.scope.shop, ("values", answer.key, column.name), work_out)
    return list(found) if len(found) <= MOST_CHOICES else []
