"""Methods and features of churn in words: what a risk goes with, never why."""

from regulars.figures.wording import amount_of, count
from regulars.stats.churn.features import SEEN
from regulars.tables.text import Text

METHODS = {
    "days_since_last_order": Text("days since the last order", "距上次下单天数"),
    "alive_probability": Text("P(alive)", "P(alive) 活跃概率"),
    "logistic_regression": Text("logistic regression", "逻辑回归"),
    "gradient_boosting": Text("gradient boosting (LightGBM)", "梯度提升树（LightGBM）"),
}
GOES_WITH = {
    "leaving": Text("a higher number goes with leaving", "数值越高，越与流失相关"),
    "staying": Text("a higher number goes with staying", "数值越高，越与留存相关"),
    "mixed": Text("no one direction", "方向不一"),
}
CLEAR = 0.3  # rank correlation from which a direction is named


def method_name(method: str, language: str) -> str:
    """A method as the reader says it."""
    known = METHODS.get(method)
    return known.in_language(language) if known else method


def feature_name(feature: str, language: str) -> str:
    """A feature as the reader says it."""
    known = SEEN.get(feature)
    return known.label.in_language(language) if known else feature


def feature_value(feature: str, value: float | None, currency: str) -> str:
    """A feature's number in its unit."""
    unit = SEEN[feature].unit if feature in SEEN else ""
    if unit in ("money", "share"):
        return amount_of(value, "rate" if unit == "share" else unit, currency)
    return count(None if value is None else round(value, 1))


def direction(correlation: float | None) -> str:
    """leaving, staying or mixed."""
    if correlation is None or abs(correlation) < CLEAR:
        return "mixed"
    return "leaving" if correlation > 0 else "staying"
