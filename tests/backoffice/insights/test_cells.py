"""Rows of an analysis in the reader's words: lengths of time, shares, nodes, models."""

from typing import Any

import pytest
from django.utils.translation import override

from regulars.analyses import find_analysis
from regulars.backoffice.insights.cells import cell_words


@pytest.mark.parametrize(
    ("analysis", "column", "value", "chinese"),
    [
        ("funnel", "median_seconds", 149.0, "2.5 分钟"),
        ("funnel", "event_name", "Product Viewed [channel = web]", "查看商品 [渠道 = web]"),
        ("decision_style", "typical_hours", 0.5, "30 分钟"),
        ("paths", "share", 0.941, "94.1%"),
        ("paths", "share_difference", 0.012, "+1.2个百分点"),
        ("paths", "from_node", "(start)", "开始"),
        ("paths", "to_node", "Survey Answered", "填写问卷"),
        ("page_values", "conversion_probability", 0.413, "41.3%"),
        ("zone_flow", "to_zone", "(exit)", "离店"),
        ("store_zones", "zone", "food", "食品"),
        ("store_visits", "store_id", None, "全部门店"),
        ("sessions", "member_name", None, "全部会话"),
        ("attribution", "touch", "short_video", "短视频"),
        ("attribution", "touch", "(no touch)", "（无触点）"),
        ("attribution", "model", "markov", "马尔可夫链"),
        ("search_terms", "p_value", 0.00001, "< 0.001"),
    ],
)
def test_cell_reads_as_its_figure_does_when_the_reader_is_chinese(
    analysis: str, column: str, value: Any, chinese: str
) -> None:
    declared = find_analysis(analysis).returns.column(column)
    with override("zh-hans"):
        assert cell_words(analysis, declared, value, {}) == chinese
