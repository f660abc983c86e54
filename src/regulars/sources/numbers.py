"""Numbers as people write them, read by SQL over a whole column.

Thousands separators, decimal commas, full-width digits, currency signs, percentages,
negatives in brackets or with the sign behind. Whether a comma is a decimal one is decided
over the column, never cell by cell.
"""

from dataclasses import dataclass
from typing import Literal

NumberStyle = Literal["plain", "point", "comma"]
STYLES: dict[str, NumberStyle] = {"point": "point", "comma": "comma"}
"""The styles that a person may name in a mapping."""
WIDE = "０１２３４５６７８９．，－−＋％（）￥＄　\u00a0\u202f"
NARROW = "0123456789.,--+%()¥$   "
CURRENCY = r"(?i)(cny|rmb|usd|gbp|eur|hkd|jpy|us\$|hk\$|人民币|元|[¥$€£\s''’`_])"
POINT = r"^[-+]?\(?[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?\)?-?%?$"
COMMA = r"^[-+]?\(?[-+]?(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?\)?-?%?$"
EXPONENT = r"^[-+]?\d+(\.\d+)?[eE][-+]?\d{1,2}$"
POINT_ONLY = r"(,\d{3}\.\d)|(,\d{3},\d{3})|(^\D*\d*\.(\d{1,2}|\d{4,})\D*$)"
COMMA_ONLY = r"(\.\d{3},\d)|(\.\d{3}\.\d{3})|(^\D*\d*,(\d{1,2}|\d{4,})\D*$)"


@dataclass(frozen=True)
class NumberProfile:
    """Counts over a column: filled cells, plain numbers, proof of a decimal point or comma."""

    filled: int
    plain: int
    point: int
    comma: int


def profile(text: str) -> tuple[str, ...]:
    """SQL aggregates that make a NumberProfile, in order."""
    cleaned = _cleaned(text)
    odd = f"try_cast({text} AS DOUBLE) IS NULL"
    return (
        f"count({text})",
        f"count(try_cast({text} AS DOUBLE))",
        f"count(*) FILTER (regexp_matches({cleaned}, {_sql(POINT_ONLY)}))",
        f"count(*) FILTER ({odd} AND regexp_matches({cleaned}, {_sql(COMMA_ONLY)}))",
    )


def style_of(counts: NumberProfile) -> NumberStyle | None:
    """How the column writes numbers; None where some cells prove a point and some a comma."""
    if counts.plain == counts.filled:
        return "plain"
    if counts.comma and counts.point:
        return None
    return "comma" if counts.comma else "point"


def number(text: str, style: NumberStyle, sql_type: str) -> str:
    """SQL: the number a text says, or null where it is none."""
    if style == "plain":
        return f"try_cast({text} AS {sql_type})"
    cleaned = _cleaned(text)
    shape = POINT if style == "point" else COMMA
    digits = f"regexp_replace({cleaned}, '[^0-9{'.' if style == 'point' else ','}]', '', 'g')"
    body = digits if style == "point" else f"replace({digits}, ',', '.')"
    negative = f"(contains({cleaned}, '-') <> contains({cleaned}, '('))"
    sign = f"CASE WHEN {negative} THEN '-' ELSE '' END"
    value = f"try_cast({sign} || {body} AS DECIMAL(30,10))"
    scaled = f"CASE WHEN ends_with({cleaned}, '%') THEN {value} / 100 ELSE {value} END"
    return (
        f"CASE WHEN regexp_matches({cleaned}, {_sql(EXPONENT)}) "
        f"THEN try_cast({cleaned} AS {sql_type}) "
        f"WHEN regexp_matches({cleaned}, {_sql(shape)}) "
        f"AND regexp_matches({cleaned}, '[0-9]') THEN try_cast({scaled} AS {sql_type}) END"
    )


def _cleaned(text: str) -> str:
    narrow = f"translate({text}, '{WIDE}', '{NARROW}')"
    return f"regexp_replace({narrow}, {_sql(CURRENCY)}, '', 'g')"


def _sql(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
