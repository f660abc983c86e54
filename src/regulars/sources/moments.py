"""Dates and times as people and machines write them, read by SQL over a whole column.

Known forms: ISO with or without offset, 2026/1/5, 2026年1月5日, 20260105 and 20260105083000,
05.01.2026, 5/1/2026, 5 Jan 2026, Excel serials, epoch seconds and milliseconds; hours in
12 or 24. Whether 03/04/2026 is in March or April is decided over the column, else asked.
Times without offset are in the shop's timezone: the session's, so that a cast does it.
"""

from collections.abc import Mapping
from typing import Literal

DayOrder = Literal["dmy", "mdy", "ymd"]
NAMED_ORDERS: Mapping[str, DayOrder] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
"""The orders that a person may name in a mapping."""
WIDE = "０１２３４５６７８９：／－．　\u00a0"
NARROW = "0123456789:/-.  "
TIME = (
    r"(?:[ T]*(上午|下午|中午|晚上|凌晨|早上)?\s*(\d{1,2})[:时点](\d{1,2})"
    r"(?:[:分](\d{1,2}(?:[.,]\d+)?))?秒?\s*([AaPp])?\.?(?:[Mm]\.?)?)?"
)
"""Groups: half of the day in Chinese, hour, minute, second with fraction, a or p."""
OFFSET = r"\s*([Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2}|UTC|GMT)$"
_YEAR = r"((?:18|19|20|21)\d{2})"
YMD = r"^" + _YEAR + r"\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + TIME
DMY = r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*((?:18|19|20|21)\d{2}|\d{2})" + TIME + "$"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"([A-Za-z]{3})[a-z]*"
DAY_MONTH = r"^(\d{1,2})(?:st|nd|rd|th)?[-\s]+" + _MONTH + r"\.?[-,\s]+(\d{4}|\d{2}),?" + TIME + "$"
MONTH_DAY = r"^" + _MONTH + r"\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}),?" + TIME + "$"
CLASSES: Mapping[str, str] = {
    "offset": YMD + OFFSET,
    "ymd": YMD + "$",
    "dots": r"^\d{1,2}\.\d{1,2}\.\d{4}\b",
    "parts": DMY,
    "compact": r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{4}(\d{2})?)?(\.0)?$",
    "serial": r"^[2-7]\d{4}(\.\d+)?$",
    "seconds": r"^\d{9,10}(\.\d+)?$",
    "milliseconds": r"^[1-4]\d{12}(\.0)?$",
    "day_month": DAY_MONTH,
    "month_day": MONTH_DAY,
}


def plain(text: str) -> str:
    """SQL: the moment of a text that is ISO already; null where it is not."""
    shape = f"left({text}, 2) IN ('18', '19', '20', '21') AND {text}[5] IN ('-', '/')"
    return f"CASE WHEN {shape} THEN try_cast({text} AS TIMESTAMPTZ) END"


def class_of(text: str) -> str:
    """SQL: which of CLASSES a text is written in; null for none."""
    cleaned = _cleaned(text)
    cases = " ".join(
        f"WHEN regexp_matches({cleaned}, {_sql(pattern)}) THEN '{name}'"
        for name, pattern in CLASSES.items()
    )
    return f"CASE {cases} END"


def parts(text: str) -> tuple[str, str]:
    """SQL: the first and the second number of a date in parts."""
    cleaned = _cleaned(text)
    return _group(cleaned, DMY, 1), _group(cleaned, DMY, 2)


def moment(text: str, classes: frozenset[str], order: DayOrder | None) -> str:
    """SQL: the moment of a text written in one of ``classes``; null where it is none."""
    cleaned = _cleaned(text)
    cases = [
        f"WHEN regexp_matches({cleaned}, {_sql(CLASSES[name])}) "
        f"THEN {_reading(name, cleaned, order)}"
        for name in CLASSES
        if name in classes
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL::TIMESTAMPTZ"


def _reading(name: str, cleaned: str, order: DayOrder | None) -> str:  # noqa: PLR0911
    """SQL: the moment of a text that is written in the class ``name``."""
    match name:
        case "offset":
            offset = _group(cleaned, OFFSET, 1)
            zone = f"CASE WHEN upper({offset}) IN ('Z', 'UTC', 'GMT') THEN '+00' ELSE {offset} END"
            written = f"{_date(cleaned, YMD, 1, 2, 3)} || ' ' || {_time(cleaned, YMD, 4)}"
            return f"try_cast({written} || {zone} AS TIMESTAMPTZ)"
        case "ymd":
            return _local(_date(cleaned, YMD, 1, 2, 3), _time(cleaned, YMD, 4))
        case "dots":
            return _local(_date(cleaned, DMY, 3, 2, 1), _time(cleaned, DMY, 4))
        case "parts":
            year, month, day = {"mdy": (3, 1, 2), "ymd": (1, 2, 3)}.get(order or "", (3, 2, 1))
            return _local(_date(cleaned, DMY, year, month, day), _time(cleaned, DMY, 4))
        case "day_month":
            return _local(_named_date(cleaned, DAY_MONTH, 3, 2, 1), _time(cleaned, DAY_MONTH, 4))
        case "month_day":
            return _local(_named_date(cleaned, MONTH_DAY, 3, 1, 2), _time(cleaned, MONTH_DAY, 4))
        case "compact":
            return _compact(cleaned)
        case "serial":
            days = f"try_cast({cleaned} AS DOUBLE)"
            since = f"to_milliseconds(round({days} * 86400000)::BIGINT)"
            return f"(TIMESTAMP '1899-12-30' + {since})::TIMESTAMPTZ"
        case "seconds":
            return f"to_timestamp(try_cast({cleaned} AS DOUBLE))"
        case _:
            return f"to_timestamp(try_cast({cleaned} AS DOUBLE) / 1000)"


def _local(date: str, time: str) -> str:
    return f"try_cast({date} || ' ' || {time} AS TIMESTAMP)::TIMESTAMPTZ"


def _date(cleaned: str, pattern: str, year: int, month: int, day: int) -> str:
    written = _group(cleaned, pattern, year)
    full = f"CASE WHEN length({written}) = 2 THEN '20' || {written} ELSE {written} END"
    rest = (f"lpad({_group(cleaned, pattern, part)}, 2, '0')" for part in (month, day))
    return " || '-' || ".join((full, *rest))


def _named_date(cleaned: str, pattern: str, year: int, month: int, day: int) -> str:
    name = f"lower({_group(cleaned, pattern, month)})"
    number = f"list_position({list(MONTHS)!r}, {name})"
    written = _group(cleaned, pattern, year)
    full = f"CASE WHEN length({written}) = 2 THEN '20' || {written} ELSE {written} END"
    return (
        f"{full} || '-' || lpad({number}::VARCHAR, 2, '0') || '-' || "
        f"lpad({_group(cleaned, pattern, day)}, 2, '0')"
    )


def _time(cleaned: str, pattern: str, first: int) -> str:
    """SQL: hh:mm:ss of the TIME groups that begin at ``first``; midnight without any."""
    word, hour, minute, second, half = (_group(cleaned, pattern, first + step) for step in range(5))
    number = f"try_cast({hour} AS INTEGER)"
    after_noon = (
        f"((lower({half}) = 'p' OR {word} IN ('下午', '晚上') OR "
        f"({word} = '中午' AND {number} < 11)) AND {number} < 12)"
    )
    midnight = f"((lower({half}) = 'a' OR {word} IN ('上午', '凌晨', '早上')) AND {number} = 12)"
    hours = f"{number} + CASE WHEN {after_noon} THEN 12 WHEN {midnight} THEN -12 ELSE 0 END"
    seconds = (
        f"CASE WHEN {second} = '' THEN '00' WHEN regexp_matches({second}, '^\\d([.,]|$)') "
        f"THEN '0' || replace({second}, ',', '.') ELSE replace({second}, ',', '.') END"
    )
    return (
        f"CASE WHEN {hour} = '' THEN '00:00:00' ELSE lpad(({hours})::VARCHAR, 2, '0') || ':' || "
        f"lpad({minute}, 2, '0') || ':' || {seconds} END"
    )


def _compact(cleaned: str) -> str:
    digits = f"rpad(regexp_replace({cleaned}, '\\.0$', ''), 14, '0')"
    return f"try_strptime({digits}, '%Y%m%d%H%M%S')::TIMESTAMPTZ"


def _group(cleaned: str, pattern: str, group: int) -> str:
    return f"regexp_extract({cleaned}, {_sql(pattern)}, {group})"


def _cleaned(text: str) -> str:
    return f"trim(translate({text}, '{WIDE}', '{NARROW}'))"


def _sql(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
