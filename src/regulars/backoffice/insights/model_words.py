"""Models in the reader's words: their measures, how much their scores moved, what reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.analyses import all_analyses
from regulars.backoffice.charts import language
from regulars.backoffice.insights.measure_words import measure_words
from regulars.backoffice.listing import trait_label
from regulars.decisions.finders import all_finders
from regulars.flow.model_history import Card, Drift, Measure, kinds_using, number, traits_of

LEVELS: Mapping[str, object] = {
    "steady": gettext_lazy("steady"),
    "moved": gettext_lazy("moved"),
    "shifted": gettext_lazy("shifted"),
    "unknown": gettext_lazy("not known"),
}
TAGS = {"steady": "", "moved": "r-tag-warn", "shifted": "r-tag-bad", "unknown": "r-tag-quiet"}
# What is short for a reader of models, and what stands for it on a page.
SHORT = {
    "auc": "AUC", "mae": "MAE", "mape": "MAPE", "wape": "WAPE", "rmse": "RMSE", "qini": "Qini",
    "brier": "Brier",
}  # fmt: skip
MEASURES: Mapping[str, object] = {
    "auc": gettext_lazy("AUC"),
    "roc_auc": gettext_lazy("AUC"),
    "brier_score": gettext_lazy("Brier score"),
    "log_loss": gettext_lazy("log loss"),
    "calibration_slope": gettext_lazy("calibration slope"),
    "calibration_intercept": gettext_lazy("calibration intercept"),
    "average_precision": gettext_lazy("average precision"),
    "lift": gettext_lazy("lift over random"),
    "coverage": gettext_lazy("coverage of the interval"),
    "coverage_rate": gettext_lazy("coverage of the interval"),
    "mean_absolute_error": gettext_lazy("mean absolute error"),
    "median_absolute_error": gettext_lazy("median absolute error"),
    "correlation": gettext_lazy("correlation"),
    "top_decile_lift": gettext_lazy("lift of the top tenth"),
    "calibration_error": gettext_lazy("calibration error"),
    "order_count_error": gettext_lazy("error of the number of orders"),
}
WIDTH, HEIGHT, EDGE = 132, 30, 3
MOST_TRAITS = 3


@dataclass(frozen=True)
class Spark:
    """A small line of a measure over the refreshes: SVG points, and its ends in words."""

    label: str
    points: str
    last_x: float
    last_y: float
    first: str
    last: str
    count: int


def measure_label(name: str) -> str:
    """A measure's name in words."""
    known = MEASURES.get(name)
    words = " ".join(SHORT.get(word, word) for word in name.split("_"))
    return str(known) if known else measure_words(name, language()) or words


def measure_value(measure: Measure | None) -> str:
    """'0.812 (0.801 to 0.823)' in the reader's language."""
    if measure is None or measure.value is None:
        return "–"
    if not measure.has_interval:
        return number(measure.value)
    ends = {"low": number(measure.low), "high": number(measure.high)}
    return f"{number(measure.value)} " + _("(%(low)s to %(high)s)") % ends


def level_word(moved: Drift | None) -> str:
    """How much the scores moved, in a word."""
    return str(LEVELS[moved.level]) if moved else ""


def level_tag(moved: Drift | None) -> str:
    """The tag's look for it."""
    return TAGS[moved.level] if moved else "r-tag-quiet"


def used_for(analysis: str) -> str:
    """What reads a model: the traits it gives customers, and the opportunities found by them."""
    names = traits_of(analysis)
    traits = [trait_label(name) for name in names[:MOST_TRAITS]]
    finders = all_finders()
    kinds = [finders[kind].title.in_language(language()) for kind in kinds_using(analysis)]
    between = "、" if language() == "zh" else ", "
    told = []
    if len(names) > MOST_TRAITS:
        values = {"names": between.join(traits), "count": len(names) - MOST_TRAITS}
        told.append(_("Traits: %(names)s and %(count)s more.") % values)
    elif traits:
        told.append(_("Traits: %(names)s.") % {"names": between.join(traits)})
    if kinds:
        told.append(_("Opportunities: %(names)s.") % {"names": between.join(kinds)})
    return " ".join(told) or _("Its own page.")


def analysis_title(name: str) -> str:
    """An analysis' title in the reader's language."""
    return all_analyses()[name].title.in_language(language())


def sparks(cards: Sequence[Card]) -> list[Spark]:
    """Each measure of the newest card over all cards that have it, where there are two or more."""
    made = []
    for newest in cards[-1].measures:
        known = [m for card in cards for m in card.measures if m.name == newest.name]
        values = [m.value for m in known if m.value is not None]
        if len(values) > 1:
            made.append(_spark(measure_label(newest.name), values))
    return made


def _spark(label: str, values: Sequence[float]) -> Spark:
    low, high = min(values), max(values)
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    span = (high - low) or 1.0
    middle = 0.5 if high == low else 0.0
    points = [
        (EDGE + i * step, HEIGHT - EDGE - ((value - low) / span + middle) * (HEIGHT - 2 * EDGE))
        for i, value in enumerate(values)
    ]
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ends = number(values[0]), number(values[-1])
    return Spark(label, text, round(points[-1][0], 1), round(points[-1][1], 1), *ends, len(values))
