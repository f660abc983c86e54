"""What retention's and visits' figures draw and say of answers that are not the usual one."""

from datetime import date

import pytest

from regulars.figures import retention, sessions

MAY = date(2026, 5, 1)
CELL = {"period": "month", "mode": "bounded", "by_value": None, "is_complete": True}
OVERALL = {**CELL, "cohort_on": None, "period_on": None}


@pytest.fixture
def drawn(result):
    def draw(name, module, *rows, language="en"):
        table = result(name, *rows)
        return (
            module.figure(table, language=language, currency="CNY"),
            module.sentence(table, language=language, currency="CNY"),
        )

    return draw


def rates(number, people, back, low, high):
    return {
        "period_number": number, "customer_count": people, "returned_count": back,
        "retention_rate": back / people, "retention_low": low, "retention_high": high,
    }  # fmt: skip


def test_band_lies_around_the_curve_and_running_cells_are_marked(drawn):
    figure, sentence = drawn(
        "retention",
        retention,
        {**OVERALL, **rates(1, 200, 50, 0.2, 0.3)},
        {**OVERALL, **rates(2, 100, 20, 0.15, 0.25)},
        {**CELL, "cohort_on": MAY, **rates(1, 100, 30, 0.2, 0.4)},
        {**CELL, "cohort_on": MAY, **rates(2, 100, 10, 0.1, 0.2), "is_complete": False},
    )
    band, curve, grid = figure.data
    assert list(band.y) == [0.3, 0.25, 0.15, 0.2]
    assert list(curve.y) == [0.25, 0.2]
    assert [list(line) for line in grid.text] == [["30%", "10%…"]]
    assert list(grid.y) == ["2026-05 (100)"]
    assert list(grid.customdata[0][1][:2]) == ["2026-05-01", 2]
    assert sentence == (
        "Of 200 people whose month 1 is over, 50 came back in month 1: 25.0% (95% interval "
        "20.0% – 30.0%). In month 2 it is 20.0% of 100."
    )


def test_mode_is_said_where_it_changes_what_is_counted(drawn):
    row = {**OVERALL, **rates(1, 200, 50, 0.2, 0.3)}
    _, later = drawn("retention", retention, {**row, "mode": "unbounded"})
    assert "came back in month 1 or later: 25.0%" in later
    _, rolling = drawn("retention", retention, {**row, "mode": "rolling"}, language="zh")
    assert "在第 1 个月（从本人首次起算）回来" in rolling


def test_groups_are_curves_and_lines_when_the_answer_is_split(drawn):
    split = [
        {**OVERALL, "by_value": name, **rates(1, 100, back, back / 100 - 0.1, back / 100 + 0.1)}
        for name, back in (("wechat", 40), ("other", 20))
    ]
    cells = [{**row, "cohort_on": MAY} for row in split]
    figure, sentence = drawn("retention", retention, *split, *cells)
    assert [trace.name for trace in figure.data if trace.name] == ["WeChat", "other"]
    assert list(figure.data[-1].y) == ["other (100)", "WeChat (100)"]
    assert sentence.startswith("Most come back in month 1 of WeChat: 40.0% of 100")
    assert sentence.endswith("fewest of other: 20.0% of 100.")


def test_nothing_is_claimed_when_no_period_is_over(drawn):
    row = {**CELL, "cohort_on": MAY, **rates(0, 30, 3, 0, 1), "is_complete": False}
    figure, sentence = drawn("retention", retention, row)
    assert [trace.type for trace in figure.data] == ["heatmap"]
    assert sentence == "30 people so far (cohorts: 1); for none of them is a whole period over."


def test_figure_says_that_it_is_early_when_no_group_has_a_period_that_is_over(drawn):
    row = {**CELL, "cohort_on": MAY, **rates(0, 30, 3, 0, 1), "is_complete": False}
    figure, sentence = drawn("retention", retention, {**row, "by_value": "wechat"})
    assert not figure.data
    assert figure.layout.annotations[0].text == sentence


def test_day_without_visits_is_a_zero_when_visits_are_drawn_over_time(drawn):
    total = {"dimension": "day", "member_name": None, "visit_count": 9}
    days = [
        {"dimension": "day", "member_name": f"2026-05-0{day}", "visit_count": day} for day in (1, 4)
    ]
    figure, _ = drawn("sessions", sessions, total, *days)
    visits, conversion = figure.data
    assert list(visits.x) == ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"]
    assert list(visits.y) == [1, 0, 0, 4]
    assert list(conversion.y) == [0.5, None, None, 0.5]


def test_bounces_are_drawn_when_no_conversion_is_known(drawn):
    unknown = dict.fromkeys(("converted_count", "conversion_rate", "conversion_amount"))
    hour = {
        "dimension": "hour",
        "member_name": "21",
        "bounce_rate": 0.25,
        "visit_share": 0.5,
        **unknown,
    }
    total = {**hour, "member_name": None, "median_seconds": 3905.0, "visit_count": 8}
    figure, sentence = drawn("sessions", sessions, total, hour)
    assert figure.data[1].y[0] == 0.25
    assert figure.data[0].customdata[0][2] == "21:00"
    assert "longer than 1 h 5 min" in sentence
    assert "convert" not in sentence
