"""What the figures say of rows worked by hand."""

from datetime import date

import pytest

from regulars.figures import figure_module, wording


def draw(name, rows):
    return figure_module(name).figure(rows, language="en", currency="GBP")


def say(name, rows, language="en"):
    return figure_module(name).sentence(rows, language=language, currency="GBP")


def customer(recency, frequency, amount, group):
    return {
        "recency_score": recency,
        "frequency_score": frequency,
        "net_amount": amount,
        "group_en": group,
        "group_zh": "重要价值",
    }


def test_rfm_cells_count_customers_and_colour_money_when_drawn(result):
    rows = result(
        "rfm",
        customer(5, 2, 300, "Champions"),
        customer(5, 2, 500, "Champions"),
        customer(1, 1, 200, "Lost"),
    )
    (grid,) = draw("rfm", rows).data
    assert grid.x == ("1", "2", "3", "4", "5")
    assert (grid.text[1][4], grid.z[1][4]) == ("2", 800)
    assert list(grid.customdata[1][4]) == [5, 2, "£800"]
    assert grid.z[0][1] is None
    assert say("rfm", rows) == (
        "Of 3 customers, the 2 in “Champions” bring the most: £800, 80.0% of all net spend."
    )


def test_retention_is_a_triangle_of_rates_when_drawn(result):
    months = [(date(2026, 1, 1), 0, 4, 4), (date(2026, 1, 1), 1, 4, 1), (date(2026, 2, 1), 0, 2, 2)]
    rows = result(
        "cohort_retention",
        *(
            {
                "cohort_on": cohort,
                "months_since": age,
                "customer_count": size,
                "active_count": active,
                "retention_rate": active / size,
            }
            for cohort, age, size, active in months
        ),
    )
    (grid,) = draw("cohort_retention", rows).data
    assert grid.y == ("2026-02 (2)", "2026-01 (4)")
    assert grid.x == ("1",)
    assert [row[0] for row in grid.z] == [None, 0.25]
    assert list(grid.customdata[1][0])[:4] == ["2026-01-01", 1, "1", "4"]
    assert "25.0% ordered again" in say("cohort_retention", rows)
    assert "(1 of 4 whose next month is over)" in say("cohort_retention", rows)


def test_running_month_is_marked_when_hovered(result):
    rows = result(
        "cohort_retention", {"months_since": 0}, {"months_since": 1, "is_complete": False}
    )
    (grid,) = draw("cohort_retention", rows).data
    assert "month still running" in grid.customdata[0][0][4]


def test_products_left_out_are_counted_when_there_are_many(result):
    rows = result(
        "product_ranking",
        *(
            {"product_id": f"p{n}", "product_rank": n, "trend": "rising", "change_rate": 0.1}
            for n in range(1, 31)
        ),
    )
    bars, before = draw("product_ranking", rows).data
    assert len(bars.y) == len(before.y) == 15
    assert bars.name == "Net sales, first 15 of 30 products"
    assert "of 30 products 30 rise, 0 fall and 0 are new" in say("product_ranking", rows)


@pytest.mark.parametrize("name", ["sales_change", "purchase_mix"])
def test_members_left_out_are_counted_when_there_are_many(result, name):
    rank = "change_rank" if name == "sales_change" else "member_rank"
    rows = result(
        name,
        *({"dimension": "store", "member_id": str(n), rank: n} for n in range(1, 24)),
    )
    figure = draw(name, rows)
    title = figure.layout.annotations[0].text
    assert title == f"Stores ({len(figure.data[0].y)} of 23)"


def test_fall_is_told_by_sign_and_colour_when_sales_fell(result):
    fallen = {"dimension": "store", "member_name": "Alpha", "change_amount": -1234}
    rows = result("sales_change", {**fallen, "change_rank": 1})
    (bars,) = draw("sales_change", rows).data
    assert bars.marker.color == ("#D55E00",)
    assert "Alpha −£1,234" in say("sales_change", rows)


def test_lines_without_figures_are_left_out_when_there_is_no_last_year(result):
    missing = {f"last_year_{m}": None for m in ("net_sales", "order_count", "customer_count")}
    rows = result("kpi_series", {"step": "day", "net_sales": 5, **missing})
    assert [line.name for line in draw("kpi_series", rows).data] == [
        "the period before",
        "Net sales",
    ]


def test_unknown_comparison_is_a_dash_when_there_is_no_last_year(result):
    rows = result(
        "kpis",
        {
            "metric": "net_sales",
            "value": 1000.0,
            "change_rate": 0.125,
            "last_year_change_rate": None,
        },
        {"metric": "order_count", "value": 12.0},
        {"metric": "customer_count", "value": 7.0},
    )
    assert "£1,000 (+12.5% against the period before, – against last year)" in say("kpis", rows)
    assert "环比 +12.5%，同比 –" in say("kpis", rows, "zh")


def test_busiest_hour_is_named_when_told(result):
    rows = result(
        "purchase_times",
        *(
            {"weekday": w, "hour": h, "order_count": 9 if (w, h) == (6, 19) else 1}
            for w in range(1, 8)
            for h in range(24)
        ),
    )
    assert "Sat from 19:00 to 20:00: 9 of 176" in say("purchase_times", rows)


def test_sentence_names_the_dimension_of_each_leading_member() -> None:
    assert wording.leading("category", "food", "zh") == "品类：食品"
    assert wording.leading("channel", "web", "en") == "Channels: web shop"
    assert wording.leading("store", "上海一店", "zh") == "门店：上海一店"
