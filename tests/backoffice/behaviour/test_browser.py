"""The builders in a real Chromium: built by pointing, answered without reloading, opened."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAY = "step=Product+Viewed&step=Checkout+Started&step=Order+Completed"
PAGES = (
    "/behaviour/",
    f"/behaviour/funnel/?{WAY}",
    f"/behaviour/funnel/?{WAY}&by=city",
    "/behaviour/time_to_convert/",
    "/behaviour/paths/",
    "/behaviour/path_steps/",
    "/behaviour/page_values/",
    "/behaviour/retention/",
    "/behaviour/sessions/",
    "/behaviour/attribution/",
    f"/behaviour/funnel/people/?{WAY}&at=1",
    "/customers/lists/",
)


def _settled(page: "Page") -> None:
    """Every chart that is there is drawn."""
    page.wait_for_function(
        "[...document.querySelectorAll('[data-chart]')].every(c => c.querySelector('.main-svg'))"
    )


def _steps(page: "Page") -> list[str]:
    shown = page.locator("[data-name=step] .b-step")
    return [shown.nth(n).locator(".b-part").first.inner_text() for n in range(shown.count())]


def _add_step(page: "Page", typed: str) -> None:
    page.click("[data-add=step]")
    page.fill(".b-picker input", typed)
    page.press(".b-picker input", "Enter")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_draw_and_fit_the_window(page: "Page", width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(f"localStorage.setItem('adminTheme', JSON.stringify('{theme}'))")
    for address in PAGES:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        _settled(page)
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) == 0, address


def test_funnel_is_built_by_pointing_and_the_address_holds_it(page: "Page") -> None:
    page.goto("/behaviour/funnel/?step=Product+Viewed")
    page.evaluate("window.notReloaded = true")
    _add_step(page, "order")
    page.wait_for_url(re.compile(r"step=Product\+Viewed&step=Order\+Completed$"))
    _add_step(page, "checkout")
    page.wait_for_url(re.compile(r"step=Order\+Completed&step=Checkout\+Started$"))
    page.locator("[data-name=step] .b-step").nth(2).get_by_title("Earlier").click()
    page.wait_for_url(re.compile(f"{re.escape(WAY)}$"))
    assert _steps(page) == ["Product Viewed", "Checkout Started", "Order Completed"]
    page.fill("[name=window]", "3d")
    page.press("[name=window]", "Tab")
    page.wait_for_url(re.compile("window=3d"))
    _settled(page)
    assert "11" in page.inner_text(".b-sentence")
    assert page.evaluate("window.notReloaded")
    page.reload()  # the link that would be shared
    assert _steps(page) == ["Product Viewed", "Checkout Started", "Order Completed"]
    assert page.input_value("[name=window]") == "3d"
    page.locator("[data-name=step] .b-step").nth(1).get_by_title("Remove").click()
    page.wait_for_url(re.compile(r"step=Product\+Viewed&step=Order\+Completed&window=3d"))


def test_condition_is_pointed_at_with_values_of_the_data(page: "Page") -> None:
    page.goto(f"/behaviour/funnel/?{WAY}")
    page.locator(".b-ghost", has_text="where").first.click()
    page.fill(".b-picker input", "product")
    page.press(".b-picker input", "Enter")
    option = page.locator(".b-options li", has_text="牛奶 P001")
    option.wait_for()
    assert option.locator("small").inner_text() == "11"
    option.click()
    page.wait_for_url(re.compile(r"product_id\+%3D\+P001"))
    assert page.locator(".b-part.is-condition").first.inner_text().startswith("Product = P001")


def test_several_values_are_ticked_together(page: "Page") -> None:
    page.goto("/behaviour/funnel/?step=Product+Viewed+%5Bchannel+%3D+web%5D")
    page.locator(".b-part.is-condition button").first.click()
    page.locator(".b-options li", has_text="web").locator("input").wait_for()
    assert page.locator(".b-options input:checked").count() == 1
    page.fill(".b-picker input[type=search]", "app")
    page.locator(".b-options li", has_text="app").locator("input").check()
    page.locator(".b-picker .r-button").click()
    page.wait_for_url(re.compile(r"channel\+%3D\+web%2C\+app"))


def test_error_comes_and_goes_beside_its_field(page: "Page") -> None:
    page.goto(f"/behaviour/funnel/?{WAY}")
    page.fill("[name=window]", "0d")
    page.press("[name=window]", "Tab")
    page.wait_for_selector("#error-window:has-text('above zero')")
    assert page.locator("#answer [data-chart]").count() == 0
    page.fill("[name=window]", "2d")
    page.press("[name=window]", "Tab")
    page.wait_for_selector("#answer [data-chart]")
    assert page.inner_text("#error-window") == ""


def test_bar_opens_its_people_who_become_a_list(page: "Page") -> None:
    page.goto(f"/behaviour/funnel/?{WAY}")
    _settled(page)
    page.locator("#answer .r-plot .barlayer .point").first.scroll_into_view_if_needed()
    box = page.locator("#answer .r-plot .barlayer .point").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("/behaviour/funnel/people/"))
    assert "10 customers" in page.inner_text(".r-lead")
    page.click("text=Save as a list")
    page.fill(".b-menu-body [name=name]", "All who looked")
    page.click(".b-menu-body button")
    page.wait_for_url(re.compile(r"/customers/\?list=\d+"))
    assert page.inner_text(".r-lead").startswith("10 customers")
    page.goto("/customers/lists/")
    assert "All who looked" in page.inner_text(".r-table")


def test_question_is_saved_and_stands_on_the_overview(page: "Page") -> None:
    page.goto(f"/behaviour/funnel/?{WAY}")
    page.click("text=Save this question")
    page.fill(".b-menu-body [name=name]", "Morning look")
    page.check(".b-menu-body [name=is_on_overview]")
    page.click(".b-menu-body button")
    page.wait_for_url(re.compile("/behaviour/funnel/"))
    page.goto("/")
    card = page.locator(".b-card", has_text="Morning look")
    card.wait_for()
    _settled(page)
    card.locator("a").click()
    page.wait_for_url(re.compile(re.escape(WAY)))


def test_way_starts_where_it_was_clicked(page: "Page") -> None:
    page.goto("/behaviour/paths/")
    _settled(page)
    page.evaluate("window.notReloaded = true")
    page.locator(".sankey-node", has_text="Product Added").first.locator("rect").first.click()
    page.wait_for_url(re.compile(r"from=Product\+Added"))
    _settled(page)
    assert page.evaluate("window.notReloaded")
    assert page.locator("[data-name=from] .b-part").first.inner_text() == "Product Added"


def test_chinese_reader_finds_no_english_in_the_builder(page: "Page") -> None:
    page.click(".r-languages button[value=zh-hans]")
    page.wait_for_selector("html[lang=zh-hans]")
    for address in PAGES[1:10]:
        page.goto(address)
        _settled(page)
        labels = page.locator(".b-label, .r-title, .b-form button, .r-chip, .b-sentence")
        for text in labels.all_inner_texts():
            assert re.search("[\u4e00-\u9fff]|^[^A-Za-z]*$", text), (address, text)
