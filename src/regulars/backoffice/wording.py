"""Declared columns, their named values, and the analyses' options in words.

What has no words yet stays as it is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from regulars.backoffice.charts import language
from regulars.backoffice.formats import NUMBER_TYPES, cell_text
from regulars.figures.churn_wording import feature_name, method_name
from regulars.figures.household_traits import household_words
from regulars.figures.lifecycle_stages import stage_name
from regulars.figures.purposes import category_name, purpose_name
from regulars.figures.wording import event, member, weekday
from regulars.sources import reason_text
from regulars.tables.schema import Column

PARAMETERS = {
    "period": gettext_lazy("Period"),
    "repurchase_days": gettext_lazy("Days for a repurchase"),
    "step": gettext_lazy("Step"),
    "step_count": gettext_lazy("Steps"),
    "against": gettext_lazy("Compared with"),
    "category_level": gettext_lazy("Category level"),
    "cuts": gettext_lazy("Cuts"),
    "score_count": gettext_lazy("Scores"),
    "high_cut": gettext_lazy("High means above the"),
    "window_days": gettext_lazy("Days looked at"),
    "week_count": gettext_lazy("Weeks looked at"),
    "frequent_order_count": gettext_lazy("Orders of a frequent buyer"),
    "frequent_quantile": gettext_lazy("Quantile of frequent buyers"),
    "shrinkage_gaps": gettext_lazy("Gaps lent by the whole shop"),
    "cohort_count": gettext_lazy("Cohorts"),
    "month_count": gettext_lazy("Months"),
    "with_incomplete_month": gettext_lazy("With the running month"),
    "by": gettext_lazy("Ranked by"),
    "by_store": gettext_lazy("By store"),
    "trend_threshold": gettext_lazy("Change that counts as a trend"),
    "mode": gettext_lazy("A return is"),
    "periods": gettext_lazy("Periods shown"),
    "new_only": gettext_lazy("Only those who do it for the first time"),
    "top": gettext_lazy("Groups shown"),
    "people": gettext_lazy("Whom"),
    "scene": gettext_lazy("Visits of what happens"),
    "min_purchases": gettext_lazy("Purchases, at least"),
    "min_still_buying": gettext_lazy("Probability to still buy it, at least"),
    "lead_days": gettext_lazy("Days to remind before the need"),
    "held_back_days": gettext_lazy("Days held back"),
}
VALUES = {
    "overdue": gettext_lazy("overdue"),
    "due": gettext_lazy("to remind within a week"),
    "not_due": gettext_lazy("later"),
    "probably_left": gettext_lazy("probably buys it elsewhere"),
    "own_mean_gap": gettext_lazy("the customer's own mean gap"),
    "purpose_median_gap": gettext_lazy("the purpose's median gap"),
    "day": gettext_lazy("day"),
    "week": gettext_lazy("week"),
    "month": gettext_lazy("month"),
    "last_28_days": gettext_lazy("last 28 days"),
    "previous": gettext_lazy("the period before"),
    "last_year": gettext_lazy("last year"),
    "quantile": gettext_lazy("equal parts"),
    "mean": gettext_lazy("mean"),
    "median": gettext_lazy("median"),
    "fixed": gettext_lazy("fixed edges"),
    "net_sales": gettext_lazy("net sales"),
    "unit_count": gettext_lazy("pieces sold"),
    "gross_margin_amount": gettext_lazy("gross margin"),
    "return_rate": gettext_lazy("return rate"),
    "change_amount": gettext_lazy("change"),
    "one_time": gettext_lazy("one-time"),
    "occasional": gettext_lazy("occasional"),
    "frequent": gettext_lazy("frequent"),
    "new": gettext_lazy("new"),
    "rising": gettext_lazy("rising"),
    "steady": gettext_lazy("steady"),
    "falling": gettext_lazy("falling"),
    "stopped": gettext_lazy("stopped"),
    "unknown": gettext_lazy("not known"),
    "store": gettext_lazy("store"),
    "web": gettext_lazy("web shop"),
    "app": gettext_lazy("app"),
    "mini_program": gettext_lazy("mini program"),
    "marketplace": gettext_lazy("marketplace"),
    "channel": gettext_lazy("channel"),
    "category": gettext_lazy("category"),
    "impulse": gettext_lazy("impulse"),
    "deliberate": gettext_lazy("deliberate"),
    "mixed": gettext_lazy("mixed"),
    "not_enough_purchases": gettext_lazy("not enough purchases"),
    "product": gettext_lazy("product"),
    "brand": gettext_lazy("brand"),
    "other": gettext_lazy("other"),
    "product_group": gettext_lazy("a product of its kind"),
    "anything": gettext_lazy("anything"),
    "bounded": gettext_lazy("in exactly that period"),
    "unbounded": gettext_lazy("in that period or later"),
    "rolling": gettext_lazy("counted from one's own first event"),
    "source": gettext_lazy("where they came from"),
    "entry_page": gettext_lazy("page they entered by"),
    "exit_page": gettext_lazy("page they left by"),
    "hour": gettext_lazy("hour"),
    "customers": gettext_lazy("customers"),
    "visitors": gettext_lazy("visitors only"),
    "all": gettext_lazy("everybody"),
    "online": gettext_lazy("online"),
    "everywhere": gettext_lazy("everywhere"),
    "high": gettext_lazy("high"),
    "medium": gettext_lazy("medium"),
    "middle": gettext_lazy("middle"),
    "low": gettext_lazy("low"),
    "lost": gettext_lazy("lost"),
    "sensitive": gettext_lazy("answers prices"),
    "average": gettext_lazy("average"),
    "insensitive": gettext_lazy("answers prices little"),
    "not_sure": gettext_lazy("not sure"),
    "approach": gettext_lazy("approach"),
    "leave": gettext_lazy("leave alone"),
    "unsure": gettext_lazy("unsure"),
    "active": gettext_lazy("active"),
    "loyal": gettext_lazy("loyal"),
    "slipping": gettext_lazy("slipping"),
    "won_back": gettext_lazy("won back"),
    "not_yet": gettext_lazy("not yet a customer"),
    "days_since_last_order": gettext_lazy("days since the last order"),
    "logistic_regression": gettext_lazy("logistic regression"),
    "gradient_boosting": gettext_lazy("gradient boosting (LightGBM)"),
    "auc": gettext_lazy("pairs ranked rightly (AUC)"),
    "top_decile_lift": gettext_lazy("lift of the riskiest tenth"),
    "calibration_error": gettext_lazy("calibration error"),
    "brier": gettext_lazy("Brier score"),
    "log_loss": gettext_lazy("log loss"),
    "calibration": gettext_lazy("told against came"),
}


# Columns whose texts are names of ours, not words of a source.
NAMED_COLUMNS = frozenset(
    {
        "churn_method",
        "from_stage",
        "measure",
        "stage",
        "to_stage",
        "lifecycle_stage",
        "next_stage",
        "against",
        "bought_what",
        "budget_level",
        "channel",
        "churn_tier",
        "decision_style",
        "dimension",
        "frequency_class",
        "head_kind",
        "mode",
        "period",
        "modifier_kind",
        "preferred_channel",
        "price_sensitivity",
        "recommended_arm",
        "response_advice",
        "step",
        "trend",
    }
)
WEEKDAYS = frozenset({"weekday", "preferred_weekday"})
EVENTS = frozenset({"event_name", "from_node", "node", "to_node"})
STORES = frozenset({"store_id", "home_store_id", "preferred_store_id"})


# Columns whose texts an analysis' own figure has words for.
SPOKEN: Mapping[str, Callable[[str, str], str]] = {
    "next_need_purpose": purpose_name,
    "top_category": category_name,
    "likely_household_traits": household_words,
    "stage": stage_name,
    "next_stage": stage_name,
    "lifecycle_stage": stage_name,
    "churn_method": method_name,
    **dict.fromkeys(
        (f"{prefix}driver_{n}" for prefix in ("", "churn_") for n in (1, 2, 3)), feature_name
    ),
}


def said(text: object) -> str:
    """A reason, note, question or error, which are kept in English, in the reader's language."""
    return reason_text(str(text)).in_language(language())


def spoken_figures(figures: Mapping[str, Any], tongue: str) -> dict[str, Any]:
    """A reason's figures, its purpose in the reader's words."""
    purpose = figures.get("purpose")
    said = {"purpose": purpose_name(purpose, tongue)} if purpose else {}
    return {**figures, **said}


def is_number(column: Column) -> bool:
    """Whether a column's values read as numbers, and so stand to the right."""
    return column.type in NUMBER_TYPES and column.name not in WEEKDAYS


def parameter_label(name: str) -> str:
    """An option's name in words."""
    return str(PARAMETERS.get(name, name.replace("_", " ").capitalize()))


def value_label(value: str) -> str:
    """A named value in words."""
    return str(VALUES.get(value, value))


def value_text(column: Column, value: Any, stores: Mapping[str, str] | None = None) -> str:
    """A value of a declared column as a reader wants it: named, formatted, stores by name."""
    if value is None or value == "":
        return cell_text(column, value)
    if column.name in WEEKDAYS and value in range(1, 8):
        return weekday(int(value), language())
    if column.name in STORES:
        return (stores or {}).get(value, value)
    if column.name in EVENTS or column.name == "member_name":
        return (event if column.name in EVENTS else member)(value, language())
    spoken = SPOKEN.get(column.name) if isinstance(value, str) else None
    if spoken or column.name in NAMED_COLUMNS:
        return spoken(value, language()) if spoken else value_label(value)
    return cell_text(column, value)
