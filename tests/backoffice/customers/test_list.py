"""The list of customers: found, filtered, sorted, paged, exported whole."""

import io
import re

import pytest
from openpyxl import load_workbook
from tests.backoffice.conftest import SignIn

from regulars.flow.shop import Shop
from regulars.lake import ShopHome


def _ids(page: str) -> list[str]:
    return re.findall(r'href="/customers/of/(C\d+)/"', page)


def _csv(client: object, address: str) -> list[str]:
    answer = client.get(address)  # type: ignore[attr-defined]
    return b"".join(answer).decode("utf-8-sig").splitlines()


@pytest.mark.parametrize(
    "words", ["C0002", "c0002", "13800000001", "+8613800000001", "PERSON1@example.com", "王小1"]
)
def test_customer_is_found_by_whole_identifier(
    small_shop: ShopHome, sign_in: SignIn, words: str
) -> None:
    shown = sign_in("analyst").get("/customers/", {"q": words}).content.decode()
    assert _ids(shown) == ["C0002"]


@pytest.mark.parametrize("words", ["1380000", "person", "0001", "' OR 1=1 --", "%"])
def test_nobody_is_found_by_a_part_of_a_number(
    small_shop: ShopHome, sign_in: SignIn, words: str
) -> None:
    shown = sign_in("analyst").get("/customers/", {"q": words}).content.decode()
    assert _ids(shown) == []
    assert "Nobody matches" in shown


def test_filters_and_sorting_agree_with_the_traits(small_shop: ShopHome, sign_in: SignIn) -> None:
    traits = Shop(small_shop).results["customer_traits"].to_pyarrow().to_pylist()
    wanted = sorted(
        (row for row in traits if row["order_count"] >= 5 and row["recency_score"] == 5),
        key=lambda row: (-row["order_count"], row["customer_id"]),
    )
    assert wanted
    address = "/customers/?order_count_min=5&recency_score=5&sort=-order_count"
    shown = sign_in("analyst").get(address).content.decode()
    assert _ids(shown) == [row["customer_id"] for row in wanted][:25]


def test_days_filter_both_ends_inclusive(small_shop: ShopHome, sign_in: SignIn) -> None:
    traits = Shop(small_shop).results["customer_traits"].to_pyarrow().to_pylist()
    day = min(row["first_order_on"] for row in traits)
    expected = sorted(row["customer_id"] for row in traits if row["first_order_on"] == day)
    address = f"/customers/?first_order_on_min={day}&first_order_on_max={day}"
    assert _ids(sign_in("analyst").get(address).content.decode()) == expected


def test_nonsense_in_the_address_is_left_out(small_shop: ShopHome, sign_in: SignIn) -> None:
    address = "/customers/?sort=-nothing&order_count_min=many&page=99999&foo=bar&is_member=true"
    answer = sign_in("analyst").get(address)
    assert answer.status_code == 200
    assert _ids(answer.content.decode())


def test_pages_hold_every_customer_once(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    seen = [
        found
        for page in (1, 2)
        for found in _ids(client.get(f"/customers/?page={page}&sort=city").content.decode())
    ]
    assert len(seen) == len(set(seen)) == 40


def test_csv_holds_every_match_and_every_trait(small_shop: ShopHome, sign_in: SignIn) -> None:
    lines = _csv(sign_in("analyst"), "/customers/export.csv")
    assert len(lines) == 1 + 40
    assert "RFM group (eleven)" in lines[0]
    assert lines[1].startswith("C0001,王**,138****0000,p***@example.com")


def test_xlsx_is_the_same_as_csv(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    file = io.BytesIO(b"".join(client.get("/customers/export.xlsx?home_store_id=S02")))
    book = load_workbook(file, read_only=True)
    rows = list(book.worksheets[0].values)
    lines = _csv(client, "/customers/export.csv?home_store_id=S02")
    assert [row[0] for row in rows] == [line.split(",")[0] for line in lines]
    book.close()


def test_store_staff_see_only_their_store(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("store_staff", store_id="S02")
    shop = Shop(small_shop)
    mine = shop.tables.orders.filter(shop.tables.orders.store_id == "S02")
    buyers = set(mine.customer_id.to_pyarrow().to_pylist())
    shown = _ids(client.get("/customers/").content.decode())
    assert set(shown) == buyers
    assert client.get("/customers/of/C0001/").status_code == 404
    assert client.get("/customers/of/C0003/").status_code == 200


def test_list_shows_what_was_imported_when_nothing_was_refreshed(
    home: ShopHome, settings: object, sign_in: SignIn
) -> None:
    from tests.backoffice.small_shop import fill_small_shop

    fill_small_shop(home, customer_count=5)
    settings.SHOP_HOME = home  # type: ignore[attr-defined]
    client = sign_in("owner")
    shown = client.get("/customers/").content.decode()
    assert len(_ids(shown)) == 5
    assert "analyses have not run" in shown
    assert client.get("/customers/of/C0001/").status_code == 200


def test_new_rows_show_without_a_restart(own_shop: ShopHome, sign_in: SignIn) -> None:
    from tests.backoffice.small_shop import arrow

    from regulars.lake import Lake

    client = sign_in("owner")
    assert client.get("/customers/of/NEW/").status_code == 404
    with Lake(own_shop).transaction("a newcomer") as transaction:
        transaction.merge("customers", arrow("customers", [{"customer_id": "NEW"}]))
    assert client.get("/customers/of/NEW/").status_code == 200
