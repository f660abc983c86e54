"""A cell of an analysis' rows in the reader's words, as its figure and sentence say it."""

from collections.abc import Callable, Mapping
from typing import Any

from regulars.backoffice.charts import language
from regulars.backoffice.wording import value_text
from regulars.figures import attribution, paths, zone_flow
from regulars.figures.lengths import step_name
from regulars.figures.wording import member, property_name
from regulars.tables.schema import Column
from regulars.tables.text import Text

NOT_KNOWN = Text("not known", "未知")
# Where an empty cell is not an unknown one but the row of all.
WHOLE: Mapping[tuple[str, str], Text] = {
    ("sessions", "member_name"): Text("all visits", "全部会话"),
    ("store_visits", "store_id"): Text("all stores", "全部门店"),
    ("store_zones", "store_id"): Text("all stores", "全部门店"),
    ("zone_flow", "store_id"): Text("all stores", "全部门店"),
    ("retention", "cohort_on"): Text("all", "全部"),
}
KINDS = {
    "bin": Text("span of time", "时长区间"),
    "quantile": Text("quantile", "分位数"),
    "named": Text("touch", "触点"),
    "other": Text("others together", "其余合并"),
    "none": Text("no touch", "无触点"),
    "product": Text("product", "商品"),
    "brand": Text("brand", "品牌"),
}
TOUCHES = {"(no touch)": attribution.NO_TOUCH, "(other)": attribution.OTHER}
MODELS = {name: title for name, (title, _colour) in attribution.MODELS.items()}
Said = Callable[[str, str], str]
"""From a text of the rows and a language to how it is said."""


def _among(words: Mapping[str, Text], otherwise: Said) -> Said:
    """One of these words, else said otherwise."""
    return lambda value, language: (
        words[value].in_language(language) if value in words else otherwise(value, language)
    )


def _itself(value: str, language: str) -> str:
    del language
    return value


_NODE = _among(paths.WORDS, step_name)
_ZONE = _among(zone_flow.WORDS, member)
_KIND = _among(KINDS, _itself)
WORDS: Mapping[str, Said] = {
    "from_node": _NODE,
    "to_node": _NODE,
    "node": _NODE,
    "from_zone": _ZONE,
    "to_zone": _ZONE,
    "zone": _ZONE,
    "event_name": step_name,
    "by_value": _among({NOT_KNOWN.en: NOT_KNOWN}, member),
    "kind": _KIND,
    "touch_kind": _KIND,
    "touch": _among(TOUCHES, member),
    "touch_property": property_name,
    "model": _among(MODELS, _itself),
}


def cell_words(
    analysis: str, column: Column, value: Any, stores: Mapping[str, str] | None = None
) -> str:
    """The value as a reader says it; what the analysis has no words of its own for, as usual."""
    if value is None and (whole := WHOLE.get((analysis, column.name))):
        return whole.in_language(language())
    if isinstance(value, str) and column.name in WORDS:
        return WORDS[column.name](value, language())
    return value_text(column, value, stores)
