"""What a campaign earned as lines of a table, and in a few words for a list.

The sentence and the figure of it are figures/campaign_effects.py.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regulars.backoffice.campaigns.models import Campaign
from regulars.backoffice.charts import language
from regulars.backoffice.formats import money_text, number_text, share_text
from regulars.effects.outcomes import METRICS
from regulars.effects.unavailable import REASONS

Effects = Mapping[str, Mapping[str, Any]]
MONEY_METRICS = ("net_amount", "margin_amount")


def short_effect(campaign: Campaign, effects: Effects) -> str:
    """A few words for the list of campaigns."""
    if campaign.is_draft:
        return ""
    row = effects.get("margin_amount")
    if row is None:
        return _("not measured yet")
    if row["status"] == "unavailable":
        return _reason(row["reason"])
    ends = {
        "low": money_text(row["net_value_low_amount"]),
        "high": money_text(row["net_value_high_amount"]),
    }
    return _("%(low)s to %(high)s after costs") % ends


def effect_rows(effects: Effects) -> list[dict[str, str]]:
    """One line per metric: both arms, the difference with its interval, all customers together."""
    return [_line(metric, effects[metric]) for metric in METRICS if metric in effects]


def _line(metric: str, row: Mapping[str, Any]) -> dict[str, str]:
    label = METRICS[metric].in_language(language())
    if row["status"] == "unavailable":
        return {"label": label, "reason": _reason(row["reason"])}
    show = _shown(metric)
    return {
        "label": label,
        "treated": show(row["treated_mean"]),
        "holdout": show(row["holdout_mean"]),
        "effect": show(row["effect"]),
        "interval": f"{show(row['effect_low'])} … {show(row['effect_high'])}",
        "relative": share_text(row["relative_lift"]),
        "p_value": "< 0.001" if row["p_value"] < 0.001 else f"{row['p_value']:.3f}",
        "total": _total(metric, row),
    }


def _shown(metric: str) -> Any:
    if metric in MONEY_METRICS:
        return money_text
    return share_text if metric == "buyer_rate" else (lambda value: number_text(value, 3))


def _total(metric: str, row: Mapping[str, Any]) -> str:
    show = money_text if metric in MONEY_METRICS else (lambda value: number_text(value, 0))
    return f"{show(row['total_low'])} … {show(row['total_high'])}"


def _reason(reason: str) -> str:
    text = REASONS.get(reason)
    return text.in_language(language()) if text else reason
