"""Saved questions and lists of customers: kept, opened, changed, deleted, by whom it may be."""

import re
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from tests.backoffice.conftest import SignIn

from regulars.flow.shop import Shop
from regulars.lake import ShopHome

if TYPE_CHECKING:
    from django.test import Client

WAY = "step=Product+Viewed&step=Checkout+Started&step=Order+Completed"
PEOPLE = f"/behaviour/funnel/people/?{WAY}"


def _save(client: "Client", name: str, **flags: str) -> int:
    from regulars.backoffice.behaviour.models import SavedQuestion

    given = {"query": f"{WAY}&window=3d", "name": name, **flags}
    answer = client.post("/behaviour/funnel/save/", given)
    assert answer["Location"] == f"/behaviour/funnel/?{WAY}&window=3d"
    return SavedQuestion.objects.get(name=name).pk


def test_saved_question_opens_as_it_was_asked(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    _save(client, "Way to the order", is_shared="yes")
    page = client.get("/behaviour/").content.decode()
    found = re.search(r'href="(/behaviour/funnel/\?[^"]+)">Way to the order<', page)
    assert found
    opened = client.get(found[1].replace("&amp;", "&"))
    assert opened.status_code == 200
    assert "--window 3d" in opened.content.decode()


def test_question_kept_to_oneself_is_seen_by_its_maker_and_owners(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    maker = sign_in("analyst")
    _save(maker, "Mine alone")
    seen = {
        role: "Mine alone" in client.get("/behaviour/").content.decode()
        for role, client in (
            ("maker", maker), ("marketer", sign_in("marketer")), ("owner", sign_in("owner")),
        )
    }  # fmt: skip
    assert seen == {"maker": True, "marketer": False, "owner": True}


def test_only_its_maker_or_an_owner_changes_a_question(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    from regulars.backoffice.behaviour.models import SavedQuestion

    maker = sign_in("analyst")
    number = _save(maker, "First name", is_shared="yes")
    change, delete = (f"/behaviour/saved/{number}/{verb}/" for verb in ("change", "delete"))
    other = sign_in("marketer")
    assert other.post(change, {"name": "Taken"}).status_code == 403
    assert other.post(delete).status_code == 403
    maker.post(change, {"name": "Second  name"})
    assert SavedQuestion.objects.get(pk=number).name == "Second name"
    assert maker.post(change, {"name": "  "}).status_code == 422
    sign_in("owner").post(delete)
    assert not SavedQuestion.objects.filter(pk=number).exists()
    assert maker.post(change, {"name": "Gone"}).status_code == 404


def test_pinned_question_stands_on_the_overview(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    number = _save(client, "Every morning", is_shared="yes", is_on_overview="yes")
    assert 'hx-get="/behaviour/cards/"' in client.get("/").content.decode()
    cards = client.get("/behaviour/cards/").content.decode()
    assert "Every morning" in cards
    assert f'id="pinned-{number}"' in cards
    assert "11" in cards  # people at the first step, in its sentence
    client.post(f"/behaviour/saved/{number}/change/", {"is_on_overview": "no"})
    assert "Every morning" not in client.get("/behaviour/cards/").content.decode()


def test_pinned_question_that_fails_says_why_and_the_others_stand(
    small_shop: ShopHome, sign_in: SignIn, person: Any
) -> None:
    from regulars.backoffice.behaviour.services import change_question, save_question

    client = sign_in("analyst")
    _save(client, "Good", is_shared="yes", is_on_overview="yes")
    owner = person("owner")
    for name, analysis, texts in (
        ("Event gone", "funnel", {"step": ["Product Vewed"]}),
        ("Analysis gone", "horoscope", {}),
    ):
        made = save_question(name, analysis, texts, owner)
        change_question(made.pk, owner, is_on_overview=True)
    cards = client.get("/behaviour/cards/").content.decode()
    assert "Did you mean" in cards
    assert "no longer there" in cards
    assert "Good" in cards
    assert client.get("/behaviour/").status_code == 200


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("at=1", {f"C{n:04}" for n in range(1, 11)}),
        ("at=2", {f"C{n:04}" for n in range(1, 7)}),
        ("at=1&outcome=lost", {f"C{n:04}" for n in range(7, 11)}),
        ("at=3", {f"C{n:04}" for n in range(1, 5)}),
    ],
)
def test_people_of_a_step_are_shown_masked_and_exported_whole(
    small_shop: ShopHome, sign_in: SignIn, query: str, ids: set[str]
) -> None:
    client = sign_in("marketer")
    page = client.get(f"{PEOPLE}&{query}").content.decode()
    assert set(re.findall(r"/customers/of/(C\d+)/", page)) == ids
    assert f"{len(ids)} customers." in page
    assert ("1 visitor" in page) == ("at=1" in query)
    assert "+86138" not in page
    answer = client.get(f"{PEOPLE.replace('?', 'rows.csv?')}&{query}")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert {line.split(",")[0] for line in lines[1:]} == ids


def test_every_bar_of_a_funnel_opens_as_many_as_it_shows(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    import json

    client = sign_in("analyst")
    page = client.get(f"/behaviour/funnel/?{WAY}").content.decode()
    found = re.search(r'<script id="figure" type="application/json">(.*?)</script>', page)
    assert found
    bars = [trace for trace in json.loads(found[1])["data"] if trace.get("customdata")]
    assert {point[2] for trace in bars for point in trace["customdata"]} == {"reached", "lost"}
    for trace in bars:
        for height, point in zip(trace["y"], trace["customdata"], strict=True):
            behind = client.get(point[-1]).content.decode()
            said = re.search(r"(\d+) customers?\.(?: Beside them (\d+))?", behind)
            assert said
            assert int(said[1]) + int(said[2] or 0) == height


def test_list_is_saved_filtered_by_renamed_and_deleted(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    client = sign_in("marketer")
    given = {"query": f"{WAY}&at=1&outcome=lost", "name": "Looked only"}
    saved = client.post("/behaviour/funnel/people/save/", given)
    listed = client.get(saved["Location"]).content.decode()
    assert set(re.findall(r"/customers/of/(C\d+)/", listed)) == {f"C{n:04}" for n in range(7, 11)}
    assert "4 customers match" in listed
    number = saved["Location"].rpartition("=")[2]
    lines = b"".join(client.get(f"/customers/export.csv?list={number}")).splitlines()  # type: ignore[arg-type]
    assert len(lines) == 1 + 4
    both = client.get(f"/customers/?list={number}&home_store_id=S02").content.decode()
    assert set(re.findall(r"/customers/of/(C\d+)/", both)) == {"C0010"}
    page = client.get("/customers/lists/").content.decode()
    assert "Looked only" in page
    assert "Lost after step 1" in page
    assert sign_in("analyst").post(f"/customers/lists/{number}/delete/").status_code == 403
    client.post(f"/customers/lists/{number}/rename/", {"name": "Lookers"})
    assert "Lookers" in client.get("/customers/lists/").content.decode()
    client.post(f"/customers/lists/{number}/delete/")
    assert "Lookers" not in client.get("/customers/lists/").content.decode()
    assert _ids(client, f"/customers/?list={number}") == set()


def test_filtered_customers_become_a_list(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("marketer")
    query = "home_store_id=S02&order_count_min=3"
    wanted = _ids(client, f"/customers/?{query}")
    assert 1 < len(wanted) < 25
    saved = client.post("/customers/lists/save/", {"query": query, "name": "Of the second store"})
    assert _ids(client, saved["Location"]) == wanted
    page = client.get("/customers/lists/").content.decode()
    assert "/customers/?home_store_id=S02&amp;order_count_min=3" in page


def test_list_keeps_within_the_store_of_its_reader(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("owner")
    saved = client.post("/behaviour/funnel/people/save/", {"query": f"{WAY}&at=1", "name": "All"})
    of_store = sign_in("store_staff", store_id="S02")
    scope = _ids(of_store, "/customers/")
    assert _ids(of_store, saved["Location"]) == scope & {f"C{n:04}" for n in range(1, 11)}
    assert of_store.get("/customers/lists/").status_code == 403


def test_nobody_makes_no_list(small_shop: ShopHome, sign_in: SignIn) -> None:
    from regulars.backoffice.customers.models import CustomerList

    given = {"query": "step=Order+Completed&step=Product+Viewed&at=2", "name": "Nobody"}
    answer = sign_in("owner").post("/behaviour/funnel/people/save/", given)
    assert answer.status_code == 422
    assert not CustomerList.objects.exists()


def test_million_ids_are_kept_whole_and_read_at_once(small_shop: ShopHome, person: Any) -> None:
    from regulars.backoffice.customers.queries import members
    from regulars.backoffice.customers.services import delete_list, save_list

    count = 1_000_000
    ids = pa.table({"customer_id": [f"M{n:09}" for n in range(count)]})
    owner = person("owner")
    started = time.perf_counter()
    made = save_list("A million", ids.to_batches(70_000), owner, as_of=date(2026, 9, 30))
    saved = time.perf_counter()
    _key, found = members(Shop(small_shop), made.pk)
    read = time.perf_counter()
    assert made.customer_count == count
    assert found.equals(ids)
    assert saved - started < 20
    assert read - saved < 5
    delete_list(made.pk, owner)
    assert made.parts.count() == 0


def _ids(client: "Client", address: str) -> set[str]:
    return set(re.findall(r"/customers/of/(C\d+)/", client.get(address).content.decode()))
