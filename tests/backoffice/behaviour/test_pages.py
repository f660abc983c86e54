"""The builders: form, answer, errors beside the field, export, offers, permissions."""

import json
import re

import pytest
from tests.backoffice.conftest import SignIn

from regulars.flow.shop import Shop
from regulars.lake import ShopHome

WAY = "step=Product+Viewed&step=Checkout+Started&step=Order+Completed"
NAMES = (
    "funnel", "time_to_convert", "paths", "path_steps", "page_values", "retention", "sessions",
    "attribution", "decision_style", "store_zones", "zone_flow", "store_visits",
)  # fmt: skip


def _error(page: str, option: str) -> str:
    found = re.search(rf'id="error-{option}"[^>]*>(.*?)</p>', page)
    assert found, option
    return found[1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page_answers_when_nothing_is_asked(
    small_shop: ShopHome, sign_in: SignIn, name: str, language: str
) -> None:
    shown = sign_in("analyst", language).get(f"/behaviour/{name}/")
    text = shown.content.decode()
    assert shown.status_code == 200
    assert f"regulars analyse {name}" in text
    assert 'id="answer"' in text
    assert (
        re.search("[\u4e00-\u9fff]", text.partition('class="r-lead"')[2][:60]) or language == "en"
    )


@pytest.mark.parametrize("name", ["paths", "path_steps", "page_values", "sessions"])
def test_no_scene_is_chosen_when_none_is_asked(
    small_shop: ShopHome, sign_in: SignIn, name: str
) -> None:
    client = sign_in("analyst", "zh-hans")
    page = client.get(f"/behaviour/{name}/").content.decode()
    offered = re.search(r'<select[^>]*name="scene".*?</select>', page, re.DOTALL)
    assert offered
    assert re.findall(r'value="(\w*)" *>(\w+)<', offered[0]) == [
        ("", "默认"), ("online", "线上"), ("everywhere", "全部"),
    ]  # fmt: skip
    assert "--scene" not in page
    assert "--scene online" in client.get(f"/behaviour/{name}/?scene=online").content.decode()


def test_funnel_shows_its_numbers_and_offers_events_with_counts(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    page = sign_in("analyst").get(f"/behaviour/funnel/?{WAY}").content.decode()
    rows = Shop(small_shop).analyse(
        "funnel", steps=("Product Viewed", "Checkout Started", "Order Completed")
    )
    counts = [row["customer_count"] for row in rows.to_rows()]
    assert counts[:2] == [11, 6]  # ten customers and a visitor looked
    for row in rows.to_rows():
        assert f">{row['customer_count']}<" in page
    found = re.search(r'<script id="offered" type="application/json">(.*?)</script>', page)
    assert found
    offered = json.loads(found[1])
    events = {event["name"]: event["count"] for event in offered["events"]}
    assert events == Shop(small_shop).timeline.event_counts
    assert "channel" in {one["name"] for one in offered["properties"]}


def test_form_alone_asks_for_the_answer_alone(small_shop: ShopHome, sign_in: SignIn) -> None:
    headers = {"hx-request": "true", "hx-target": "answer"}
    answer = sign_in("analyst").get(f"/behaviour/funnel/?{WAY}&window=2d&until=", headers=headers)
    text = answer.content.decode()
    assert "<html" not in text
    assert answer["HX-Push-Url"] == f"/behaviour/funnel/?{WAY}&window=2d"


@pytest.mark.parametrize(
    ("query", "option", "says"),
    [
        ("step=Product+Vewed", "step", "Did you mean"),
        (f"{WAY}&window=0d", "window", "above zero"),
        (f"{WAY}&since=2026-09-02&until=2026-09-01", "since", "after"),
        (f"{WAY}&since=2020-01-01&until=2020-02-01", "until", "events run from"),
        (f"{WAY}&since=soon", "since", "It is a day"),
        ("step=Product+Viewed+%5Bchannel+%3E+3%5D", "step", "none of its values is a number"),
        (f"{WAY}&by=shoe_size", "by", "shoe_size"),
        (f"{WAY}&hold=shoe_size", "hold", "shoe_size"),
        (f"{WAY}&exclude=Nonsense", "exclude", "does not occur"),
        (f"{WAY}&exclude=Checkout+Started", "exclude", "Checkout Started"),
        ("step=Product+Viewed+%5Bcolour+%3D+red%5D", "step", "colour"),
        ("step=%5B", "step", "names no event"),
    ],
)
def test_error_stands_beside_its_field(
    small_shop: ShopHome, sign_in: SignIn, query: str, option: str, says: str
) -> None:
    client = sign_in("analyst")
    answer = client.get(f"/behaviour/funnel/?{query}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in _error(page, option)
    assert "r-notice-warn" in page
    swapped = client.get(
        f"/behaviour/funnel/?{query}", headers={"hx-request": "true", "hx-target": "answer"}
    )
    assert swapped.status_code == 200  # htmx swaps nothing else in
    assert says in _error(swapped.content.decode(), option)


def test_all_wrong_fields_are_told_at_once(small_shop: ShopHome, sign_in: SignIn) -> None:
    page = sign_in("analyst").get("/behaviour/funnel/?step=Nothing&window=0d").content.decode()
    assert "does not occur" in _error(page, "step")
    assert "above zero" in _error(page, "window")
    assert _error(page, "since") == ""


def test_error_is_chinese_for_a_chinese_reader(small_shop: ShopHome, sign_in: SignIn) -> None:
    page = sign_in("analyst", "zh-hans").get("/behaviour/funnel/?step=Product+Vewed&window=0d")
    for option in ("step", "window"):
        assert re.search("[\u4e00-\u9fff]", _error(page.content.decode(), option)), option


def test_column_is_there_when_it_says_something(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    plain = client.get(f"/behaviour/funnel/?{WAY}").content.decode()
    split = client.get(f"/behaviour/funnel/?{WAY}&by=gender").content.decode()
    assert "By value" not in plain
    assert "By value" in split
    zones = client.get("/behaviour/store_zones/").content.decode()
    assert "西湖店" in zones.partition('id="rows"')[2]


def test_export_holds_every_row_of_the_question(small_shop: ShopHome, sign_in: SignIn) -> None:
    answer = sign_in("analyst").get(f"/behaviour/funnel/rows.csv?{WAY}")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert len(lines) == 1 + 3
    assert ",3," in lines[3]


def test_values_are_offered_with_the_counts_of_the_step(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    client = sign_in("analyst")
    every = client.get("/behaviour/values/?property=product_id").json()["values"]
    of_orders = client.get("/behaviour/values/?property=product_id&event=Checkout+Started")
    assert {one["name"]: one["count"] for one in of_orders.json()["values"]} == {"P001": 6}
    assert {one["name"]: one["label"] for one in every}["P001"] == "牛奶 P001"
    assert client.get("/behaviour/values/?property=product_id&q=nothing").json()["values"] == []
    assert "does not occur" in client.get("/behaviour/values/?property=colour").json()["error"]
    cities = client.get("/behaviour/values/?trait=city").json()["values"]
    assert cities[0]["name"] == "杭州"


def test_values_agree_with_plain_counts(small_shop: ShopHome, sign_in: SignIn) -> None:
    events = Shop(small_shop).tables.events.to_pyarrow().to_pylist()
    expected: dict[str, int] = {}
    for row in events:
        if row["channel"]:
            expected[row["channel"]] = expected.get(row["channel"], 0) + 1
    address = "/behaviour/values/?property=channel&event=Product+Viewed&event=Product+Added"
    found = sign_in("analyst").get(address).json()["values"]
    named = [e for e in events if e["event_name"] in ("Product Viewed", "Product Added")]
    assert {one["name"]: one["count"] for one in found} == {"web": len(named)}


def test_attribution_says_what_was_measured(small_shop: ShopHome, sign_in: SignIn) -> None:
    page = sign_in("analyst").get("/behaviour/attribution/").content.decode()
    assert "Autumn letter" in page
    assert "would have bought anyway" in page


@pytest.mark.parametrize("name", ["funnel", "paths", "people"])
def test_store_staff_get_a_clear_refusal(small_shop: ShopHome, sign_in: SignIn, name: str) -> None:
    client = sign_in("store_staff")
    answer = client.get("/behaviour/funnel/people/" if name == "people" else f"/behaviour/{name}/")
    assert answer.status_code == 403
    assert "Ask an owner" in answer.content.decode()
    assert client.get("/insights/funnel/").status_code in (403, 404)
    assert 'href="/behaviour/' not in client.get("/").content.decode()


def test_shop_without_events_says_what_to_import(empty_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("owner")
    for name in ("funnel", "retention", "sessions"):
        answer = client.get(f"/behaviour/{name}/")
        assert answer.status_code == 200
        assert "--table events" in answer.content.decode()
    assert client.get("/behaviour/").status_code == 200
    assert client.get("/behaviour/cards/").status_code == 200
    assert client.get("/customers/lists/").status_code == 200


def test_unknown_page_is_a_404(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    assert client.get("/behaviour/horoscope/").status_code == 404
    assert client.get("/behaviour/rfm/").status_code == 404


def test_question_is_worked_out_once_for_a_state_of_the_lake(
    small_shop: ShopHome, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.stats.funnels import runs

    client = sign_in("analyst")
    first = client.get(f"/behaviour/funnel/?{WAY}&window=5d").content
    monkeypatch.setattr(runs, "runs_of", None)  # would fail if it were asked again
    assert b'id="figure"' in first
    second = client.get(f"/behaviour/funnel/?{WAY}&window=5d")
    assert second.status_code == 200


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Nobody searched: no event &#x27;Products Searched&#x27;"),
        ("zh-hans", "还没有人搜索过"),
    ],
)
@pytest.mark.parametrize("name", ["search_terms", "missed_searches"])
def test_page_says_what_to_bring_beside_its_form_when_nobody_searched(
    small_shop: ShopHome, sign_in: SignIn, name: str, language: str, says: str
) -> None:
    shown = sign_in("analyst", language).get(f"/behaviour/{name}/")
    page = shown.content.decode()
    assert shown.status_code == 200
    assert says in page
    assert 'id="question-form"' in page
    assert 'href="/imports/"' in page
    assert "r-notice-warn" not in page
    assert "b-sentence" not in page
