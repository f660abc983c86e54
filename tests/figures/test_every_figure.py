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
    "rfm": [{"group_en": "Lost", "group_zh": "一般挽留"}],
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
