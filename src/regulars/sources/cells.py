"""How the cells of a column are read: decided once over the whole column, then one SQL text.

What cannot be read is null where its text is not: the row goes to quarantine with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from regulars.lake.engine import name
from regulars.sources import moments, numbers
from regulars.tables.schema import SQL_TYPES, ColumnType

EXACT = "DECIMAL(18,4)"
"""Numbers are exact decimals until they are stored."""
BLANKS = "' \t\r\n\u3000\u00a0\ufeff'"
NUMERIC_TYPES = ("money", "number", "integer")
TIME_TYPES = ("moment", "day")
NOTHING = ("null", "none", "nan", "n/a", "na", "nat", "\\n", "-", "--", "—", "无", "#n/a")
TRUE = (
    "1", "1.0", "true", "t", "yes", "y", "on", "√",
    "是", "有", "同意", "已同意", "订阅", "已订阅", "在售",
)  # fmt: skip
FALSE = (
    "0", "0.0", "false", "f", "no", "n", "off", "×",
    "否", "无", "不同意", "未同意", "未订阅", "退订", "停售",
)  # fmt: skip


@dataclass(frozen=True)
class SourceColumn:
    """A column of a raw relation: its SQL expression, its own type, what it is to become."""

    target: str
    header: str
    expression: str
    source_type: str
    type: ColumnType


@dataclass(frozen=True)
class Reading:
    """How a column's cells become values, and how that was decided (for people)."""

    target: str
    header: str
    text: str
    value: str
    type: ColumnType
    form: str = ""

    @property
    def unreadable(self) -> str | None:
        """SQL that is true where the cell says something that cannot be read as its type."""
        if self.type in ("text", "texts", "json"):
            return None
        return f"({self.text} IS NOT NULL AND {self.value} IS NULL)"


class Unclear(Exception):
    """A column that can be read in more than one way; the message is the question."""


@dataclass(frozen=True)
class Survey:
    """What one look at a whole column found: filled cells, plainly readable ones, blanks."""

    filled: int
    plain: int
    blank_edged: int

    @property
    def is_plain(self) -> bool:
        return self.plain == self.filled


def readings(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[SourceColumn],
    forms: Mapping[str, str],
) -> tuple[list[Reading], list[str]]:
    """A Reading for each column, and questions about those that could be read in two ways.

    ``forms`` says for a target how it is written where a person said so (dmy, mdy, comma ...).
    """
    found: list[Reading] = []
    questions: list[str] = []
    surveys = _surveyed(connection, relation, columns)
    for column in columns:
        look = Look(connection, relation, column, surveys[column.target], forms.get(column.target))
        try:
            found.append(look.reading())
        except Unclear as question:
            questions.append(str(question))
    return found, questions


def text_of(expression: str, source_type: str, blank_edged: bool = True) -> str:
    """SQL: the cell's text without blanks around it; null where nothing is left."""
    if source_type != "VARCHAR":
        return f"(({expression})::VARCHAR)"
    return f"nullif(trim({expression}, {BLANKS}), '')" if blank_edged else expression


def code_of(text: str) -> str:
    """SQL: an identifier's text, without the '.0' that spreadsheets add to numbers."""
    return (
        f"CASE WHEN ends_with({text}, '.0') AND regexp_matches({text}, '^\\d+\\.0$') "
        f"THEN ({text})[:-3] ELSE {text} END"
    )


@dataclass(frozen=True)
class Look:
    """One column under examination."""

    connection: duckdb.DuckDBPyConnection
    relation: str
    column: SourceColumn
    survey: Survey
    form: str | None

    def reading(self) -> Reading:
        """How the column is read; raises Unclear where a person must say."""
        kind = self.column.type
        if kind in NUMERIC_TYPES:
            return self._number()
        if kind in TIME_TYPES:
            return self._time()
        if kind == "flag":
            is_flag = self.column.source_type == "BOOLEAN"
            return self._read(self.column.expression if is_flag else _flag(self.text))
        if kind == "texts":
            parts = f"regexp_split_to_array({self.text}, '[,;|、，；\\s]+')"
            return self._read(f"list_filter({parts}, lambda x: x <> '')")
        target = self.column.target
        is_code = target.endswith(("_id", "_no")) or target in ("card", "phone")
        return self._read(code_of(self.text) if is_code else self.text)

    @property
    def text(self) -> str:
        column = self.column
        return text_of(column.expression, column.source_type, self.survey.blank_edged > 0)

    def _read(self, value: str, text: str | None = None, form: str = "") -> Reading:
        column = self.column
        return Reading(column.target, column.header, text or self.text, value, column.type, form)

    def _number(self) -> Reading:
        column, kind = self.column, self.column.type
        if column.source_type != "VARCHAR":
            return self._read(_whole(f"try_cast({column.expression} AS {EXACT})", kind))
        if self.survey.is_plain and self.form not in numbers.STYLES:
            return self._read(_whole(f"try_cast({self.text} AS {EXACT})", kind))
        said = _said(self.text)
        counts = self._one(*numbers.profile(said))
        profile = numbers.NumberProfile(*counts)
        # where cells prove both, the point is kept and the others are quarantined by line
        style = numbers.STYLES.get(self.form or "") or numbers.style_of(profile) or "point"
        form = {"point": "1,234.5", "comma": "1.234,5"}.get(style, "")
        return self._read(_whole(numbers.number(said, style, EXACT), kind), said, form)

    def _time(self) -> Reading:
        column, sql_type = self.column, SQL_TYPES[self.column.type]
        if column.source_type.startswith(("TIMESTAMP", "DATE")):
            return self._read(f"({column.expression})::TIMESTAMPTZ::{sql_type}")
        if self.survey.is_plain and column.source_type == "VARCHAR":
            return self._read(f"({moments.plain(self.text)})::{sql_type}")
        said = _said(self.text)
        classes, order = self._time_form(said)
        value = f"({moments.moment(said, classes, order)})::{sql_type}"
        return self._read(value, said, order or "")

    def _time_form(self, said: str) -> tuple[frozenset[str], moments.DayOrder | None]:
        first, second = moments.parts(said)
        found = self.connection.execute(
            f"SELECT {moments.class_of(said)} AS class, count(*), "
            f"max(try_cast({first} AS INTEGER)), max(try_cast({second} AS INTEGER)), "
            f"min({said}) FROM {self.relation} WHERE {said} IS NOT NULL GROUP BY class"
        ).fetchall()
        classes = frozenset(row[0] for row in found if row[0] is not None)
        if self.form is not None and self.form in moments.NAMED_ORDERS:
            return classes, moments.NAMED_ORDERS[self.form]
        for kind, _, most_first, most_second, example in found:
            if kind == "parts":
                return classes, _day_order(self.column, most_first, most_second, example)
        return classes, None

    def _one(self, *aggregates: str) -> tuple[int, ...]:
        return self.connection.execute(
            f"SELECT {', '.join(aggregates)} FROM {self.relation}"
        ).fetchall()[0]


_NO_LOOK = "count(NULL)"  # 0, and still an aggregate: one row comes back, not all of them


def _surveyed(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[SourceColumn]
) -> dict[str, Survey]:
    """One look at all columns together: most are plain, and need no closer one."""
    aggregates = [part for column in columns for part in _survey_of(column)]
    row: Sequence[int] = [0] * len(aggregates)
    if any(part != _NO_LOOK for part in aggregates):
        row = connection.execute(f"SELECT {', '.join(aggregates)} FROM {relation}").fetchall()[0]
    return {
        column.target: Survey(*row[3 * place : 3 * place + 3])
        for place, column in enumerate(columns)
    }


def _survey_of(column: SourceColumn) -> tuple[str, str, str]:
    if column.source_type != "VARCHAR":
        return (_NO_LOOK, _NO_LOOK, _NO_LOOK)
    cell = column.expression
    # comparing and searching bytes is far cheaper than trimming every cell
    blank = (
        f"{cell} < '!' OR right({cell}, 1) < '!' "
        f"OR contains({cell}, '\u3000') OR contains({cell}, '\u00a0')"
    )
    is_own = cell == column_expression(column.header)  # what a preset makes has no blanks
    edged = f"count(*) FILTER ({blank})" if is_own else _NO_LOOK
    if column.type in NUMERIC_TYPES:
        return (f"count({cell})", f"count(try_cast({cell} AS {EXACT}))", edged)
    if column.type in TIME_TYPES:
        return (f"count({cell})", f"count({moments.plain(cell)})", edged)
    return (_NO_LOOK, _NO_LOOK, edged)


def _whole(value: str, kind: ColumnType) -> str:
    """A whole number's value is read only if it is whole."""
    return f"CASE WHEN {value} % 1 = 0 THEN ({value})::BIGINT END" if kind == "integer" else value


def _day_order(
    column: SourceColumn, most_first: int, most_second: int, example: str
) -> moments.DayOrder:
    """Which number is the day, from the greatest of either over the column."""
    if 12 < most_first <= 31 and most_second <= 12:
        return "dmy"
    if most_second > 12 and most_first <= 12:
        return "mdy"
    why = "could be day/month or month/day" if most_first <= 12 else "mixes day/month and month/day"
    raise Unclear(
        f"Column '{column.header}' {why} (such as {example}). "
        f"Say which: --map {column.target}={column.header}:dmy or "
        f"--map {column.target}={column.header}:mdy"
    )


def _said(text: str) -> str:
    """Null for the words that spreadsheets and databases write for nothing."""
    return f"CASE WHEN lower({text}) NOT IN ({_listed(NOTHING)}) THEN {text} END"


def _flag(text: str) -> str:
    return (
        f"CASE WHEN lower({text}) IN ({_listed(TRUE)}) THEN TRUE "
        f"WHEN lower({text}) IN ({_listed(FALSE)}) THEN FALSE END"
    )


def _listed(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def column_expression(header: str) -> str:
    """SQL of a raw relation's column."""
    return name(header)
