"""The overview and every analysis' page: sentence, figure, rows, exports, options."""

import io
import json
import re
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import load_workbook
from tests.backoffice.conftest import SignIn
from tests.backoffice.small_shop import END_ON

from regulars.analyses import all_analyses
from regulars.figures import figure_module, figure_names
from regulars.flow.shop import Shop
from regulars.lake import ShopHome

# What the small shop has nothing to say to: nobody searched there.
SILENT = ("search_terms", "missed_searches")
NAMES = [name for name in all_analyses() if name in figure_names() and name not in SILENT]


def _rows(home: ShopHome, name: str) -> pa.Table:
    """The answer that the page shows: kept by the refresh, or asked only."""
    if all_analyses()[name].is_kept:
        return Shop(home).results[name].drop("as_of").to_pyarrow()
    return Shop(home).analyse(name, as_of=END_ON).to_arrow()


def _left_out(home: ShopHome, name: str) -> bool:
    """Whether a model has too few customers here: the refresh has left it out."""
    if not all_analyses()[name].is_fitted:
        return False
    state = Shop(home).results["refresh_state"]
    reason = state.filter(state.result == name).left_out.to_pyarrow().to_pylist()
    return reason != [None]


def _figure(page: str, name: str = "figure") -> dict[str, Any]:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page)
    assert found
    spec: dict[str, Any] = json.loads(found[1])
    return spec


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page_says_its_sentence_and_draws_its_figure(
    small_shop: ShopHome, sign_in: SignIn, name: str, language: str
) -> None:
    from django.utils.html import escape

    shown = sign_in("analyst", language).get(f"/insights/{name}/").content.decode()
    if _left_out(small_shop, name):
        assert {"en": "There is no answer yet", "zh-hans": "暂无结果"}[language] in shown
        return
    rows = _rows(small_shop, name)
    sentence = figure_module(name).sentence(rows, language=language[:2], currency="CNY")
    assert escape(sentence) in shown
    drawn = _figure(shown)
    assert drawn["data"] or drawn["layout"]["annotations"]  # which say why nothing is drawn
    assert "2026-09-30" in shown


@pytest.mark.parametrize("name", NAMES)
def test_exports_hold_every_row(small_shop: ShopHome, sign_in: SignIn, name: str) -> None:
    client = sign_in("analyst")
    if _left_out(small_shop, name):
        page = client.get(f"/insights/{name}/rows.csv")
        assert page.headers["Content-Type"].startswith("text/html")  # the reason, no empty file
        return
    count = _rows(small_shop, name).num_rows
    lines = b"".join(client.get(f"/insights/{name}/rows.csv")).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + count
    file = io.BytesIO(b"".join(client.get(f"/insights/{name}/rows.xlsx")))
    book = load_workbook(file, read_only=True)
    assert sum(1 for _ in book.worksheets[0].values) == 1 + count
    book.close()


@pytest.mark.parametrize("address", ["", "rows.csv", "rows.xlsx"])
@pytest.mark.parametrize("name", SILENT)
def test_page_says_what_is_missing_when_there_is_nothing_to_say(
    small_shop: ShopHome, sign_in: SignIn, name: str, address: str
) -> None:
    english = sign_in("analyst").get(f"/insights/{name}/{address}").content.decode()
    assert "Nobody searched: no event" in english
    chinese = sign_in("analyst", "zh-hans").get(f"/insights/{name}/{address}").content.decode()
    assert "没有人搜索" in chinese


def test_rfm_says_how_its_cells_are_read(small_shop: ShopHome, sign_in: SignIn) -> None:
    english = sign_in("analyst").get("/insights/rfm/").content.decode()
    assert "The number in a cell is customers; its colour is the money they spent." in english
    chinese = sign_in("analyst", "zh-hans").get("/insights/rfm/").content.decode()
    assert "格中数字为顾客人数" in chinese


def test_rfm_cell_opens_exactly_its_customers(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("marketer")
    trace = _figure(client.get("/insights/rfm/").content.decode())["data"][0]
    for texts, points in zip(trace["text"], trace["customdata"], strict=True):
        for text, point in zip(texts, points, strict=True):
            if text:
                shown = client.get(point[-1]).content.decode()
                assert f"{text} customer" in shown


def test_groups_add_up_and_open_their_customers(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("marketer")
    page = client.get("/insights/rfm/").content.decode()
    links = re.findall(r'href="(/customers/\?rfm_group_en=[^"]+)">', page)
    counts = [client.get(link).content.decode() for link in links]
    matches = [int(re.search(r"(\d+) customers? match", text)[1]) for text in counts]  # type: ignore[index]
    assert sum(matches) == 40


def test_point_opens_its_row(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = sign_in("analyst").get("/insights/kpis/?cell.metric=net_sales").content.decode()
    assert "1 to 1 of 1" in shown


def test_options_and_store_change_the_answer(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    whole = client.get("/insights/rfm/").content.decode()
    by_mean = client.get("/insights/rfm/?p.cuts=mean").content.decode()
    one_store = client.get("/insights/rfm/?store=S02").content.decode()
    assert "of 40" in whole
    assert len(_figure(by_mean)["data"][0]["x"]) == 2
    assert "of 40" not in one_store
    lines = b"".join(client.get("/insights/rfm/rows.csv?store=S02")).decode().splitlines()
    assert f"of {len(lines) - 1}" in one_store


def test_visits_are_of_what_is_usual_when_no_scene_is_chosen(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    client = sign_in("analyst")
    page = client.get("/insights/sessions/").content.decode()
    offered = re.search(r'<select[^>]*name="p.scene".*?</select>', page, re.DOTALL)
    assert offered
    assert re.findall(r'value="(\w*)"', offered[0]) == ["", "online", "everywhere"]
    counts = [
        [int(c[3].replace(",", "")) for c in _figure(shown)["data"][0]["customdata"]]
        for shown in (
            page,
            client.get("/insights/sessions/?p.scene=").content.decode(),
            client.get("/insights/sessions/?p.scene=everywhere").content.decode(),
        )
    ]
    assert counts[0] == counts[1]
    assert sum(counts[0]) < sum(counts[2])


def test_earlier_day_is_answered_as_of_that_day(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = sign_in("analyst").get("/insights/rfm/?as_of=2026-06-30").content.decode()
    assert "As of 2026-06-30" in shown


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("p.score_count=99", "from 2 to 10"),
        ("p.score_count=many", "It is a number"),
        ("p.cuts=pie", "Choices"),
        ("as_of=yesterday", "Write it as 2026-09-30"),
    ],
)
def test_bad_option_is_one_clear_line(
    small_shop: ShopHome, sign_in: SignIn, query: str, line: str
) -> None:
    answer = sign_in("analyst").get(f"/insights/rfm/?{query}")
    assert answer.status_code == 422
    assert line in answer.content.decode()


def test_unknown_analysis_is_a_404(small_shop: ShopHome, sign_in: SignIn) -> None:
    assert sign_in("analyst").get("/insights/horoscope/").status_code == 404


def test_store_staff_get_their_stores_answer(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("store_staff", store_id="S02")
    shown = client.get("/insights/rfm/").content.decode()
    asked_for_more = client.get("/insights/rfm/?store=S01").content.decode()
    assert "of 40" not in shown
    assert "C0001<" not in shown
    assert "C0001<" not in asked_for_more


def test_overview_shows_tiles_changes_and_freshness(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = sign_in("owner").get("/").content.decode()
    for text in ("Net sales", "against the period before", "What changed", "Newest order"):
        assert text in shown
    assert _figure(shown, "series")["data"]


def test_store_staff_overview_is_of_their_store(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = sign_in("store_staff", store_id="S02").get("/").content.decode()
    assert "西湖店" not in shown
    assert "opportunities" not in shown


def test_empty_shop_says_what_to_do(empty_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("owner")
    shown = client.get("/").content.decode()
    assert "Nothing has been imported yet" in shown
    assert 'href="/imports/"' in shown
    answer = client.get("/insights/rfm/")
    assert answer.status_code == 200
    assert "Begin with an export of your sales" in answer.content.decode()
    assert client.get("/customers/").status_code == 200


def test_damaged_lake_is_one_clear_line(own_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("owner")
    (own_shop.lake_path / "head.json").write_text("{")
    answer = client.get("/")
    assert answer.status_code == 422
    assert "Restore it from a backup" in answer.content.decode()
