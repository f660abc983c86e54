"""Every page against every role: the one table of roles, seen from outside."""

from typing import TYPE_CHECKING

import pytest
from tests.backoffice.conftest import SignIn

from regulars.lake import ShopHome

if TYPE_CHECKING:
    from django.test import Client

# page, then who may see it
EVERYBODY = {"owner", "marketer", "analyst", "store_staff"}
OFFICE = {"owner", "marketer", "analyst"}
PAGES = {
    "/": EVERYBODY,
    "/customers/": EVERYBODY,
    "/customers/of/C0001/": EVERYBODY,
    "/insights/rfm/": EVERYBODY,
    "/insights/kpis/": EVERYBODY,
    "/customers/export.csv": OFFICE,
    "/customers/export.xlsx": OFFICE,
    "/insights/rfm/rows.csv": OFFICE,
    "/insights/rfm/rows.xlsx": OFFICE,
    "/behaviour/": OFFICE,
    "/behaviour/cards/": OFFICE,
    "/behaviour/funnel/": OFFICE,
    "/behaviour/retention/": OFFICE,
    "/behaviour/values/?property=channel": OFFICE,
    "/behaviour/funnel/rows.csv": OFFICE,
    "/behaviour/funnel/rows.xlsx": OFFICE,
    "/behaviour/funnel/people/": OFFICE,
    "/behaviour/funnel/people/rows.csv": OFFICE,
    "/insights/funnel/": OFFICE,
    "/insights/funnel/rows.csv": OFFICE,
    "/customers/lists/": OFFICE,
    "/opportunities/": OFFICE,
    "/campaigns/": OFFICE,
    "/rules/household/": {"owner", "marketer"},
    "/imports/": {"owner", "analyst"},
    "/quality/": {"owner", "analyst"},
    "/access-log/": {"owner"},
    "/admin/auth/user/": {"owner"},
    "/admin/auth/user/add/": {"owner"},
}
OFFERED = (
    "/behaviour/", "/behaviour/funnel/", "/customers/lists/", "/rules/household/", "/imports/",
    "/quality/",
    "/access-log/", "/admin/auth/user/",
)  # fmt: skip


def _status(client: "Client", page: str) -> int:
    answer = client.get(page)
    if answer.streaming:
        b"".join(answer)  # read to its end, which closes its file
    return int(answer.status_code)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_role_reaches_exactly_its_pages(small_shop: ShopHome, sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    reached = {page for page in PAGES if _status(client, page) == 200}
    assert reached == {page for page, roles in PAGES.items() if role in roles}


@pytest.mark.django_db
@pytest.mark.parametrize("page", sorted(PAGES))
def test_page_asks_to_sign_in_when_nobody_is(small_shop: ShopHome, page: str) -> None:
    from django.test import Client

    answer = Client().get(page)
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"] or "/admin/login/" in answer["Location"]


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_sidebar_offers_no_page_that_the_role_may_not_see(
    small_shop: ShopHome, sign_in: SignIn, role: str
) -> None:
    shown = sign_in(role).get("/").content.decode()
    for page, roles in PAGES.items():
        if page in OFFERED:
            assert (f'href="{page}"' in shown) == (role in roles)


def test_user_without_a_role_sees_nothing(small_shop: ShopHome, db: None) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_user("nobody", password="x", is_staff=True))
    assert {client.get(page).status_code for page in PAGES} == {403}


def test_forbidden_page_says_what_to_do(small_shop: ShopHome, sign_in: SignIn) -> None:
    answer = sign_in("marketer").get("/access-log/")
    assert answer.status_code == 403
    assert "Ask an owner" in answer.content.decode()
