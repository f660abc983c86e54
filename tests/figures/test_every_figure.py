"""What holds for every figure: both languages, light and dark, clicks, and honest emptiness."""

import json
import re

import plotly.graph_objects as go
import pytest

from regulars.analyses import all_analyses
from regulars.errors import AnalysisUnknown
from regulars.figures import figure_module, figure_names
from regulars.figures.theme import TRANSPARENT, template, themed

NAMES = list(all_analyses())
WEEKLY_CELL = {"period": "week", "mode": "bounded", "by_value": None}
SAMPLES = {
    "clv": [
        {"expected_amount": 300, "alive_probability": 0.9},
        {"expected_amount": 10, "alive_probability": 0.1, "is_one_time": False},
    ],
    "clv_calibration": [
        {"group_kind": kind, "group_number": number, "actual_order_count": 3}
        for kind, number in (("all", 0), ("tenth", 1), ("repeat_order_count", 0), ("week", 1))
    ],
    "cac": [
        {"dimension": "all", "member_name": None, "payback": "reached", "value_kind": "margin"},
        {"dimension": "channel", "member_name": "wechat", "payback": "not_yet"},
        {"dimension": "channel", "member_name": None, "payback": "no_cost", "cac_amount": None},
    ],
    "kpis": [{"metric": name} for name in ("net_sales", "order_count", "customer_count")],
    "kpi_series": [{"step": "day"}],
    "sales_change": [{"dimension": name} for name in ("store", "channel", "category")],
    "purchase_times": [
        {"weekday": weekday, "hour": hour} for weekday in range(1, 8) for hour in range(24)
    ],
    "purchase_mix": [{"dimension": name} for name in ("store", "channel", "category")],
    "purchase_habits": [{"frequency_class": "frequent", "preferred_hour_band": "18:00-22:00"}],
    "product_ranking": [{"trend": "new"}],
    "cohort_retention": [{"months_since": 0}, {"months_since": 1}],
    "funnel": [{"by_value": None, "step": 1}, {"by_value": None, "step": 2}],
    "funnel_customers": [{"customer_id": "ann"}, {"customer_id": "bob"}],
    "time_to_convert": [
        {"by_value": None, "kind": "bin", "from_seconds": 0.0, "to_seconds": 10.0},
        {"by_value": None, "kind": "quantile", "quantile": 0.5, "to_seconds": 4.0},
    ],
    "paths": [
        {"step": 0, "from_node": "(start)", "to_node": "Product Viewed"},
        {"step": 1, "from_node": "Product Viewed", "to_node": "(end)"},
    ],
    "path_steps": [{"step": 1, "node": "Product Viewed"}, {"step": 1, "node": "(end)"}],
    "page_values": [{"node": "(start)"}, {"node": "/cart"}],
    "store_visits": [{"store_id": None}, {"store_id": "S1"}, {"store_id": "S2"}],
    "store_zones": [
        {"store_id": store, "zone": zone} for store in (None, "S1", "S2") for zone in ("food", "x")
    ],
    "zone_flow": [
        {"from_zone": "(entry)", "to_zone": "food"},
        {"from_zone": "food", "to_zone": "(exit)"},
    ],
    "attribution": [
        {"touch": touch, "touch_kind": kind, "model": model}
        for model in ("first", "markov")
        for touch, kind in (("search", "named"), ("(other)", "other"), ("(no touch)", "none"))
    ],
    "retention": [
        WEEKLY_CELL | {"cohort_on": None, "period_on": None, "period_number": 0},
        WEEKLY_CELL | {"cohort_on": None, "period_on": None, "period_number": 1},
        WEEKLY_CELL | {"period_number": 0},
        WEEKLY_CELL | {"period_number": 1, "is_complete": False},
    ],
    "sessions": [
        {"dimension": "source", "member_name": name} for name in (None, "wechat", "unknown")
    ],
    "search_terms": [
        {"modifier": None, "head_term": "tissues"},
        {"head_term": "tissues", "lift": 2.0, "lift_low": 1.5, "lift_high": 3.0},
        {"head_term": "tissues", "modifier": "y", "lift": 0.5, "is_significant": False},
    ],
    "missed_searches": [{"query": "air fryer", "head_kind": "other"}, {"query": "y"}],
    "decision_style": [
        {"decision_style": style, "typical_hours": hours}
        for style, hours in (("impulse", 0.2), ("mixed", 3), ("deliberate", 70), ("x", None))
    ],
    "decision_style_by_category": [{"product_group": "tea"}, {"product_group": "milk"}],
    "lifecycle": [{"stage": stage} for stage in ("new", "loyal", "slipping", "lost", None)],
    "lifecycle_moves": [
        {"from_stage": "not_yet", "to_stage": "new"},
        {"from_stage": "active", "to_stage": "slipping"},
        {"from_stage": "active", "to_stage": "active"},
    ],
    "churn": [
        {"customer_id": "ann", "warning_rank": 1, "driver_1": "spend_trend", "churn_risk": 0.7},
        {"customer_id": "bob", "warning_rank": 2, "driver_1": None, "driver_1_effect": None},
        {"customer_id": "cat", "is_early_warning": False, "churn_risk": None},
    ],
    "churn_drivers": [
        {"driver": "discount_share", "effect_rank": 1, "effect_direction": None},
        {"driver": "net_amount_90", "effect_rank": 2, "effect_direction": -0.9},
    ],
    "churn_comparison": [
        {"churn_method": method, "measure": measure, "tenth": tenth, "is_used": is_used}
        for method, is_used in (("days_since_last_order", False), ("gradient_boosting", True))
        for measure, tenth in (("auc", 0), ("top_decile_lift", 0), ("calibration", 1))
    ],
    "one_time_buyers": [
        {"factor": "channel", "level": "web", "risk_ratio": 1.4, "is_significant": True},
        {"factor": "channel", "level": "store", "risk_ratio": 0.7, "is_significant": True},
        {"factor": "weekday", "level": "1", "risk_ratio": None},
    ],
    "lookalikes": [
        {"alike_in_zh": "折扣占比", "lookalike_rank": 1},
        {"alike_in_zh": None, "alike_in_en": None, "lookalike_rank": 2},
    ],
    "response": [
        {"recommended_arm": "approach", "response_uplift": 0.1, "uplift_low": 0.05},
        {"recommended_arm": "unsure", "response_uplift": None, "uplift_rank": None},
    ],
    "response_curve": [{"part": 1}, {"part": 2, "effect": None, "targeting_value": None}],
    "personas": [
        {"persona_en": "Thrifty", "persona_zh": "经济实惠型", "persona_confidence": 0.9},
        {"persona_en": None, "persona_zh": None, "persona_confidence": None},
    ],
    "persona_axes": [
        {"persona_en": en, "persona_zh": zh, "axis": axis, "is_shop": en == "The shop"}
        for en, zh in (("The shop", "全店"), ("Thrifty", "经济实惠型"))
        for axis in ("discount", "price", "novelty", "variety")
    ],
    "loyalty": [{"is_heavy": True}, {"is_heavy": False, "is_loyal": None}],
    "category_audience": [
        {
            "category": "food",
            "fact": "gender",
            "level": "female",
            "index": 150.0,
            "index_low": 120.0,
            "index_high": 180.0,
        },
        {"category": "food", "fact": "is_member", "level": "no", "is_significant": False},
    ],
    "repurchase": [
        {"purpose": purpose, "need_state": state}
        for purpose in ("dish_soap", "milk")
        for state in ("overdue", "due", "not_due", "probably_left")
    ],
    "next_need": [{"is_regular": True}, {"is_regular": False, "purpose": "dish_soap"}],
    "repurchase_accuracy": [
        {"dimension": dimension, "member": member, "method": method}
        for dimension, member in (("all", "all"), ("history", "2"), ("purpose", "milk"))
        for method in ("model", "own_mean_gap", "purpose_median_gap")
    ],
    "rfm": [{"group_en": "Lost", "group_zh": "一般挽留"}],
    "household_traits": [{"baby_score": 0.9, "said_traits": "pet_cat"}, {"baby_score": 0.4}],
    "household_evidence": [{"trait": "baby", "score": 0.9}, {"trait": "pet_cat", "score": 1.0}],
    "price_sensitivity": [
        {"category": name, "product_id": product, "by_value": None, "elasticity": value}
        for name, value in (("tea", -0.5), ("milk", -1.5))
        for product in (None, "P1")
    ],
    "customer_price_sensitivity": [
        {"price_sensitivity": kind, "extra_elasticity": value}
        for kind, value in (("sensitive", 0.8), ("insensitive", -0.8), ("not_sure", 0.0))
    ],
}


def test_every_analysis_has_a_figure_when_listed():
    assert set(NAMES) <= set(figure_names())


def test_error_names_what_exists_when_there_is_no_figure():
    with pytest.raises(AnalysisUnknown, match="cohort_retention"):
        figure_module("theme")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_figure_is_drawn_in_the_language_when_there_are_rows(result, name, language):
    rows = result(name, *SAMPLES[name])
    module = figure_module(name)
    figure = module.figure(rows, language=language, currency="CNY")
    assert figure.data
    json.loads(figure.to_json())
    sentence = module.sentence(rows, language=language, currency="CNY")
    assert re.search(r"\d", sentence)
    assert sentence.endswith("。" if language == "zh" else ".")
    assert "{" not in sentence
    text = sentence + json.dumps(figure.to_plotly_json()["layout"], default=str)
    assert bool(re.search("[\u4e00-\u9fff]", sentence)) == (language == "zh"), text


@pytest.mark.parametrize("name", NAMES)
def test_every_point_carries_what_a_click_needs_when_drawn(result, name):
    figure = figure_module(name).figure(result(name, *SAMPLES[name]), language="en", currency="CNY")
    for trace in figure.data:
        assert trace.customdata is not None or trace.hoverinfo == "skip"


@pytest.mark.parametrize("name", NAMES)
def test_figure_says_so_when_there_is_nothing(result, name):
    module = figure_module(name)
    figure = module.figure(result(name), language="en", currency="CNY")
    assert not figure.data
    assert figure.layout.annotations[0].text == "There is nothing to show yet."
    assert module.sentence(result(name), language="zh", currency="CNY") == "暂无可显示的内容。"


@pytest.mark.parametrize("name", NAMES)
def test_ground_and_ink_come_from_the_template_when_turned_dark(result, name):
    figure = figure_module(name).figure(result(name, *SAMPLES[name]), language="en", currency="CNY")
    own = figure.to_plotly_json()["layout"]
    assert "paper_bgcolor" not in own
    assert "font" not in own
    assert "colorscale" not in own.get("coloraxis", {})
    dark = themed(figure, dark=True)
    assert dark.layout.template.layout.font.color != figure.layout.template.layout.font.color
    assert dark.layout.template.layout.paper_bgcolor == TRANSPARENT


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("dark", "ground"), [(False, "#FFFFFF"), (True, "#111827")])
def test_ink_is_readable_when_on_the_pages_ground(dark, ground):
    ink = template(dark).layout.font.color
    light, deep = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (light + 0.05) / (deep + 0.05) > 7  # WCAG 2.2, 1.4.6, enhanced contrast


def test_chinese_fonts_are_named_when_the_system_has_several():
    family = template().layout.font.family
    assert all(font in family for font in ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"))


def test_figure_stays_as_it_was_when_a_dark_one_is_made():
    figure = go.Figure(layout={"template": template()})
    themed(figure, dark=True)
    assert figure.layout.template.layout.font.color == template().layout.font.color
