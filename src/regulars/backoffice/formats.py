"""Values as people read them: money with its sign, counts with separators, the shop's clock."""

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.backoffice.shop import current_home
from regulars.figures.household_traits import NAMES as HOUSEHOLD
from regulars.figures.lengths import HOUR, length
from regulars.figures.wording import points
from regulars.tables.schema import Column

NOTHING = "–"
SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$"}
NUMBER_TYPES = ("integer", "number", "money")
LENGTHS = {"seconds": 1, "hours": HOUR}  # units of time that are said in the one that fits
SHARES = (
    "_rate", "_share", "_baseline", "_uplift", "_probability",
    "bought_low", "bought_high", "retention_low", "retention_high",
    "_risk", "_risk_low", "_risk_high", "_probability_low", "_probability_high",
)  # fmt: skip
SMALLEST_P = 0.001
NAMED_SHARES = frozenset(
    {
        "share", "quantile", "alive_low", "alive_high", "rate_low", "rate_high",
        "persona_confidence", "discount_level", "novelty_level", "variety_level",
        "share_of_wallet", "share_of_wallet_low", "share_of_wallet_high", "next_need_chance",
        "response_propensity", "response_uplift_low", "response_uplift_high",
        "order_probability_anyway", "order_probability_approached", "purchase_score", "score",
        "own_weight", "stability", "lookalike_score",
    }
)  # fmt: skip
SURENESS = frozenset(f"{name}_score" for name in HOUSEHOLD)  # of a household's traits
DIFFERENCES = ("change_points", "share_difference")


def money_text(value: Decimal | float | None, currency: str | None = None) -> str:
    """¥1,234.50; a minus before the sign; the currency's code where it has no sign here."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    code = currency or current_home().settings.currency
    sign = SIGNS.get(code, f"{code} ")
    return f"{'-' if value < 0 else ''}{sign}{abs(value):,.2f}"


def number_text(value: float | Decimal | None, digits: int = 2) -> str:
    """1,234.5; whole numbers without a point."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NOTHING
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share_text(value: float | Decimal | None) -> str:
    """12.3%."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NOTHING
    return f"{value * 100:,.1f}%"


def moment_text(value: datetime | None) -> str:
    """2026-09-30 18:05 on the shop's clock."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else NOTHING


def cell_text(column: Column, value: Any) -> str:
    """A value of a declared column, by its type and unit."""
    if value is None or value == "":
        return NOTHING
    if column.name.endswith("change_rate"):
        return f"{value:+,.1%}"
    if column.name.endswith(DIFFERENCES):
        return points(value, get_language() or "en")
    if column.type == "number" and is_share(column):
        return share_text(value)
    if column.type in NUMBER_TYPES and column.unit in LENGTHS:
        return length(value * LENGTHS[column.unit], get_language() or "en")
    return NAMED_FORMATS.get(column.name, FORMATS.get(column.type, str))(value)


def unit_text(value: float | None, unit: str) -> str:
    """A figure by its unit: money, count, rate or number."""
    match unit:
        case "money":
            return money_text(value)
        case "rate":
            return share_text(value)
        case "count":
            return number_text(value, 0)
    return number_text(value)


def is_share(column: Column) -> bool:
    """Whether a column holds a rate or share between 0 and 1, shown as per cent."""
    return column.type == "number" and (
        column.name.endswith(SHARES)
        or column.name in NAMED_SHARES
        or column.name.removeprefix("household_") in SURENESS
        or column.unit == "0-1"
    )


def chance_text(value: float) -> str:
    """A p-value (or one for many comparisons) as it is printed: 0.034, < 0.001."""
    return f"{value:.3f}" if value >= SMALLEST_P else f"< {SMALLEST_P}"


NAMED_FORMATS: dict[str, Callable[[Any], str]] = {"p_value": chance_text, "q_value": chance_text}
FORMATS: dict[str, Callable[[Any], str]] = {
    "money": money_text,
    "integer": lambda value: f"{value:,}",
    "number": number_text,
    "flag": lambda value: _("yes") if value else _("no"),
    "moment": moment_text,
    "day": date.isoformat,
    "texts": ", ".join,
}
