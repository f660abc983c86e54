"""Signing in, out, and the brake on guessing."""

import pytest
from django.test import Client
from tests.backoffice.conftest import PASSWORD

from regulars.lake import ShopHome


def _try(client: Client, password: str) -> int:
    answer = client.post("/sign-in/", {"username": "owner", "password": password})
    return answer.status_code


def test_right_password_leads_to_the_page_asked_for(small_shop: ShopHome, person: object) -> None:
    person("owner")  # type: ignore[operator]
    answer = Client().post(
        "/sign-in/?next=/customers/", {"username": "owner", "password": PASSWORD}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/customers/")


def test_next_leads_nowhere_else(small_shop: ShopHome, person: object) -> None:
    person("owner")  # type: ignore[operator]
    answer = Client().post(
        "/sign-in/?next=https://elsewhere.example/", {"username": "owner", "password": PASSWORD}
    )
    assert answer["Location"] == "/"


def test_even_the_right_password_waits_after_many_wrong_ones(
    small_shop: ShopHome, person: object
) -> None:
    person("owner")  # type: ignore[operator]
    client = Client()
    assert {_try(client, "wrong") for _ in range(10)} == {200}
    answer = client.post("/sign-in/", {"username": "owner", "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many wrong passwords" in answer.content.decode()


def test_signing_out_ends_the_session(small_shop: ShopHome, person: object) -> None:
    person("owner")  # type: ignore[operator]
    client = Client()
    assert _try(client, PASSWORD) == 302
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_demo_users_have_their_roles() -> None:
    from regulars.backoffice.accounts.access import may, store_of
    from regulars.backoffice.accounts.services import create_demo_users

    people = {user.username: user for user in create_demo_users("demo", store_id="S01")}
    assert set(people) == {"owner", "marketer", "analyst", "store"}
    assert may(people["owner"], "manage_users")
    assert not may(people["marketer"], "import_data")
    assert (store_of(people["owner"]), store_of(people["store"])) == (None, "S01")


@pytest.mark.django_db
def test_store_staff_without_a_store_see_no_store(person: object) -> None:
    from regulars.backoffice.accounts.access import NO_STORE, store_of

    assert store_of(person("store_staff", store_id="")) == NO_STORE  # type: ignore[operator]
