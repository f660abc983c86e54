"""The pages in a real Chromium: sign in, open each, switch language and theme, click through."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    "/",
    "/customers/",
    "/customers/of/C0001/",
    "/insights/kpis/",
    "/insights/kpi_series/",
    "/insights/sales_change/",
    "/insights/rfm/",
    "/insights/purchase_habits/",
    "/insights/purchase_times/",
    "/insights/purchase_mix/",
    "/insights/cohort_retention/",
    "/insights/product_ranking/",
    "/access-log/",
)


def _settled(page: "Page", address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    charts = page.locator("[data-chart]").count()
    if charts:
        page.wait_for_function(f"document.querySelectorAll('.r-plot .main-svg').length >= {charts}")


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_draw_and_fit_the_window(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        _settled(page, address)
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) == 0, address


def test_language_switch_turns_every_page_chinese(page: "Page") -> None:
    page.click(".r-languages button[value=zh-hans]")
    page.wait_for_selector("html[lang=zh-hans]")
    for address in PAGES:
        _settled(page, address)
        assert re.search(r"[\u4e00-\u9fff]", page.inner_text("h1.r-title, .r-lead"))
    page.click(".r-languages button[value=en]")
    page.wait_for_selector("html[lang=en]")


def test_theme_switch_turns_page_and_charts_dark(page: "Page") -> None:
    _settled(page, "/insights/rfm/")
    page.evaluate("localStorage.setItem('adminTheme', JSON.stringify('dark'))")
    _settled(page, "/insights/rfm/")
    assert "dark" in (page.get_attribute("html", "class") or "")
    colour = page.evaluate("getComputedStyle(document.querySelector('.r-plot .xtick text')).fill")
    assert colour == "rgb(215, 220, 226)"  # figures.theme's ink on dark


def test_rfm_cell_opens_its_customers(page: "Page") -> None:
    _settled(page, "/insights/rfm/")
    cell = page.locator(".r-plot .heatmaplayer text, .r-plot .hm text").filter(
        has_text=re.compile(r"^\d+$")
    )
    count = cell.first.text_content() or "no cell"
    box = cell.first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(r"/customers/\?recency_score=\d&frequency_score=\d"))
    assert page.inner_text(".r-lead").startswith(count)
    page.locator(".r-table tbody a").first.click()
    page.wait_for_url(re.compile(r"/customers/of/C\d+/"))


def test_quick_search_finds_by_phone(page: "Page") -> None:
    page.fill(".r-quick input", "13800000001")
    page.press(".r-quick input", "Enter")
    page.wait_for_url(re.compile("q=13800000001"))
    assert page.locator(".r-table tbody tr").count() == 1


def test_personal_data_is_shown_on_purpose_and_hidden_again(page: "Page") -> None:
    _settled(page, "/customers/of/C0001/")
    assert "138****0000" in page.inner_text(".r-facts")
    page.click("text=Show personal data")
    page.wait_for_selector("text=+8613800000000")
    page.click("text=Hide")
    page.wait_for_selector("text=138****0000")


def test_excel_downloads(page: "Page") -> None:
    _settled(page, "/insights/rfm/")
    with page.expect_download() as download:
        page.click("text=Excel")
    assert download.value.suggested_filename == "rfm-2026-09-30.xlsx"
