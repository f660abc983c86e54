"""Cells that the rest of their row explains: a factor's level, a driver's number in its unit."""

from collections.abc import Callable, Mapping
from typing import Any

from regulars.backoffice.charts import language
from regulars.backoffice.formats import NOTHING, number_text
from regulars.backoffice.insights.cells import cell_words
from regulars.backoffice.shop import current_home
from regulars.figures import cac, category_audience, clv_calibration, one_time_buyers
from regulars.figures.churn_wording import GOES_WITH, direction, feature_name, feature_value
from regulars.figures.household_traits import household_words
from regulars.figures.persona_axes import AXIS_NAMES
from regulars.figures.price_sensitivity import REASONS
from regulars.figures.purposes import category_name, purpose_name
from regulars.figures.repurchase_accuracy import METHODS
from regulars.figures.wording import member, month, points, weekday
from regulars.stats.churn.features import SEEN
from regulars.tables.schema import Column
from regulars.tables.text import Text

Row = Mapping[str, Any]
Said = Callable[[Any, Row, str], str]
ALL = Text("all", "全部")
WHOLE_SHOP = Text("all new customers", "全部新客")
WHOLE_CATEGORY = Text("the whole category", "整个品类")
PAYBACK = {
    "reached": Text("yes", "已回本"),
    "not_yet": Text("not yet", "尚未回本"),
    "no_cost": Text("no cost known", "无已知费用"),
    "no_customers": Text("no new customers", "没有新客"),
    "not_stated": Text("not stated", "未注明归属"),
}
CAC_BY = {
    "all": ALL,
    "channel": Text("channel", "渠道"),
    "campaign": Text("campaign", "活动"),
    "cohort": Text("month of the first order", "首单月份"),
}
GROUPS = {
    "all": Text("all customers", "全部顾客"),
    "week": Text("week held back", "留出期周次"),
    **{kind: words for kind, (words, *_how) in clv_calibration.KINDS.items()},
}
ACCURACY_BY = {
    "all": ALL,
    "history": Text("purchases so far", "既往购买次数"),
    "purpose": Text("purpose", "用途"),
}
ANSWERS = {
    "elastic": Text("strongly", "敏感"),
    "inelastic": Text("weakly", "不敏感"),
    "unclear": Text("not clear", "不确定"),
}
SOURCES = {"purchases": Text("purchases", "购买推断"), "said": Text("said so", "本人说明")}
TOO_FEW = {"too_few_purchases": Text("too few purchases", "购买太少")}
UNITS = {"days": Text("{value} days", "{value} 天"), "orders": Text("{value} orders", "{value} 单")}


def row_words(analysis: str, column: str, value: Any, row: Row) -> str | None:
    """The value as its row explains it; None where the column alone says enough."""
    said = SAID.get((analysis, column)) or COMMON.get(column)
    return said(value, row, language()) if said else None


def word_of(
    analysis: str, column: Column, value: Any, stores: Mapping[str, str] | None = None
) -> str:
    """A value outside of its row (a filter, a group): what its row would say without others."""
    said = SAID.get((analysis, column.name)) or COMMON.get(column.name)
    if said is not None and isinstance(value, str):
        return said(value, {}, language())
    return cell_words(analysis, column, value, stores)


def _of(words: Mapping[str, Text]) -> Said:
    """One of these words, else as it stands."""

    def said(value: Any, row: Row, tongue: str) -> str:
        del row
        if value is None or value == "":
            return NOTHING
        return words[value].in_language(tongue) if value in words else str(value)

    return said


def _purpose(value: Any, row: Row, tongue: str) -> str:
    del row
    return purpose_name(value, tongue) if value else NOTHING


def _category(value: Any, row: Row, tongue: str) -> str:
    del row
    return category_name(value, tongue) if value else NOTHING


def _product(value: Any, row: Row, tongue: str) -> str:
    del row
    return value or WHOLE_CATEGORY.in_language(tongue)


def _points(value: Any, row: Row, tongue: str) -> str:
    del row
    return points(value, tongue)


def _rounded(value: Any, row: Row, tongue: str) -> str:
    del row, tongue
    return number_text(value, 0)


def _month(value: Any, row: Row, tongue: str) -> str:
    del row, tongue
    return month(value)


def _level(value: Any, row: Row, tongue: str) -> str:
    if row["factor"] == "weekday" and value in set("1234567"):
        return weekday(int(value), tongue)
    words = one_time_buyers.LEVELS
    return words[value].in_language(tongue) if value in words else member(value, tongue)


def _audience(value: Any, row: Row, tongue: str) -> str:
    own = {"is_member": category_audience.YES_NO, "spend_third": category_audience.THIRDS}
    words = own.get(row["fact"], {})
    return words[value].in_language(tongue) if value in words else member(value, tongue)


def _channel(value: Any, row: Row, tongue: str) -> str:
    if value is None:
        whole = WHOLE_SHOP if row["dimension"] == "all" else cac.NOT_STATED
        return whole.in_language(tongue)
    return member(value, tongue)


def _foretold(value: Any, row: Row, tongue: str) -> str:
    if row["dimension"] == "purpose":
        return purpose_name(value, tongue)
    return ALL.in_language(tongue) if value == "all" else str(value)


def _driver(value: Any, row: Row, tongue: str) -> str:
    """A driver's number in its unit: 30 days, 12.3%, ¥310."""
    if value is None:
        return NOTHING
    text = feature_value(row["driver"], value, current_home().settings.currency)
    seen = SEEN.get(row["driver"])
    unit = UNITS.get(seen.unit) if seen else None
    return unit.in_language(tongue).format(value=text) if unit else text


def _direction(value: Any, row: Row, tongue: str) -> str:
    del row
    return GOES_WITH[direction(value)].in_language(tongue)


def _feature(value: Any, row: Row, tongue: str) -> str:
    del row
    return feature_name(value, tongue) if value else NOTHING


def _measured(value: Any, row: Row, tongue: str) -> str:
    del row, tongue
    return NOTHING if value is None else f"{value:.3f}"


def _tenth(value: Any, row: Row, tongue: str) -> str:
    del row, tongue
    return str(value) if value else NOTHING


def _household(value: Any, row: Row, tongue: str) -> str:
    del row
    return household_words(value, tongue) if value else NOTHING


def _alike(value: Any, row: Row, tongue: str) -> str:
    """What speaks for the likeness, its categories in the reader's words."""
    del row
    if not value:
        return NOTHING
    between, colon = ("、", "：") if tongue == "zh" else (", ", ": ")
    parts = [part.split(colon) for part in value.split(between)]
    return between.join(colon.join(member(word, tongue) for word in part) for part in parts)


COMMON: Mapping[str, Said] = {
    "purpose": _purpose,
    "likely_traits": _household,
    "said_traits": _household,
    "denied_traits": _household,
}
SAID: Mapping[tuple[str, str], Said] = {
    ("lifecycle_moves", "month_on"): _month,
    ("clv_calibration", "group_kind"): _of(GROUPS),
    **{
        ("clv_calibration", name): _rounded
        for name in (
            "expected_order_count",
            "expected_low",
            "expected_high",
            "past_rate_order_count",
        )
    },
    ("cac", "dimension"): _of(CAC_BY),
    ("cac", "member_name"): _channel,
    ("cac", "value_kind"): _of(cac.KINDS),
    ("cac", "payback"): _of(PAYBACK),
    ("repurchase_accuracy", "dimension"): _of(ACCURACY_BY),
    ("repurchase_accuracy", "member"): _foretold,
    ("repurchase_accuracy", "method"): _of({k: words for k, (words, _c) in METHODS.items()}),
    ("churn_drivers", "driver"): _feature,
    ("churn_drivers", "effect_direction"): _direction,
    ("churn_drivers", "low_value"): _driver,
    ("churn_drivers", "middle_value"): _driver,
    ("churn_drivers", "high_value"): _driver,
    ("churn_comparison", "value"): _measured,
    ("churn_comparison", "value_low"): _measured,
    ("churn_comparison", "value_high"): _measured,
    ("churn_comparison", "tenth"): _tenth,
    ("one_time_buyers", "factor"): _of(one_time_buyers.FACTORS),
    ("one_time_buyers", "level"): _level,
    ("personas", "persona_reason"): _of(TOO_FEW),
    ("persona_axes", "axis"): _of(AXIS_NAMES),
    ("household_evidence", "source"): _of(SOURCES),
    ("price_sensitivity", "category"): _category,
    ("price_sensitivity", "product_name"): _product,
    ("price_sensitivity", "response"): _of(ANSWERS),
    ("price_sensitivity", "reason"): _of(REASONS),
    ("category_audience", "category"): _category,
    ("category_audience", "fact"): _of(category_audience.FACTS),
    ("category_audience", "level"): _audience,
    ("lookalikes", "alike_in_en"): _alike,
    ("lookalikes", "alike_in_zh"): _alike,
    ("response_curve", "effect"): _points,
    ("response_curve", "effect_low"): _points,
    ("response_curve", "effect_high"): _points,
    ("response", "response_uplift"): _points,
    ("response", "uplift_low"): _points,
    ("response", "uplift_high"): _points,
}
