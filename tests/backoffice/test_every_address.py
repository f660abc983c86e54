"""Every address there is, against everybody who may not use it: none is forgotten.

The addresses come from the URL configuration itself, so that a new one is tested the
moment it is there. What answers without a sign-in is named here, and nothing else.
"""

import re
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from tests.backoffice.conftest import SignIn

from regulars.lake import ShopHome

if TYPE_CHECKING:
    from django.test import Client

OPEN = {"/healthz", "/i18n/setlang/", "/sign-in/", "/sign-out/", "/admin/logout/"}
REDIRECTS = {"/admin/login/"}  # to the sign-in page
VALUES = {
    "slug:kind": "win_back", "slug:name": "rfm", "path:customer_id": "C0001",
    "str:campaign_id": "nothing", "str:import_id": "nothing", "uuid": str(uuid.UUID(int=0)),
    "path:object_id": "1", "int:content_type_id": "1", "path:object_id2": "1",
}  # fmt: skip
# What changes something, and who may do it.
WRITES = {
    "/imports/new/": {"owner", "analyst"},
    "/imports/draft/{uuid}/look/": {"owner", "analyst"},
    "/imports/draft/{uuid}/run/": {"owner", "analyst"},
    "/imports/draft/{uuid}/discard/": {"owner", "analyst"},
    "/refresh/": {"owner", "analyst"},
    "/opportunities/win_back/campaign/": {"owner", "marketer"},
    "/campaigns/nothing/save/": {"owner", "marketer"},
    "/campaigns/nothing/preview/": {"owner", "marketer"},
    "/campaigns/nothing/launch/": {"owner", "marketer"},
    "/campaigns/nothing/discard/": {"owner", "marketer"},
    "/demo/let-time-pass/": {"owner", "marketer"},
    "/behaviour/funnel/save/": {"owner", "marketer", "analyst"},
    "/behaviour/funnel/people/save/": {"owner", "marketer", "analyst"},
    "/behaviour/saved/1/change/": {"owner", "marketer", "analyst"},
    "/behaviour/saved/1/delete/": {"owner", "marketer", "analyst"},
    "/insights/rfm/people/save/": {"owner", "marketer", "analyst"},
    "/customers/lists/1/campaign/": {"owner", "marketer"},
    "/rules/household/save/": {"owner", "marketer"},
    "/rules/household/remove/": {"owner", "marketer"},
    "/rules/household/reset/": {"owner", "marketer"},
    "/rules/household/apply/": {"owner", "marketer"},
    "/customers/lists/save/": {"owner", "marketer", "analyst"},
    "/customers/lists/1/rename/": {"owner", "marketer", "analyst"},
    "/customers/lists/1/delete/": {"owner", "marketer", "analyst"},
}


def addresses() -> list[str]:
    """One address for every pattern of the back office."""
    from django.urls import get_resolver

    return sorted(set(_addresses(get_resolver().url_patterns, "/")))


def _addresses(patterns: Any, prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _addresses(pattern.url_patterns, prefix + route)
        else:
            yield prefix + _filled(route)


def _filled(route: str) -> str:
    route = re.sub(r"\(\?P<\w+>.*?\)\$?$", "nothing", route).removesuffix("$")
    return re.sub(r"<([^>]+)>", lambda found: _value(found[1]), route)


def _value(converter: str) -> str:
    return VALUES.get(converter) or VALUES.get(converter.partition(":")[0], "1")


def _ask(client: "Client", method: str, address: str) -> Any:
    answer = getattr(client, method)(address)
    if answer.streaming:
        b"".join(answer)
    return answer


@pytest.mark.parametrize("method", ["get", "post"])
def test_address_is_closed_to_whom_nobody_knows(
    small_shop: ShopHome, db: None, method: str
) -> None:
    from django.test import Client

    found = addresses()
    assert len(found) > 40
    assert set(found) >= OPEN | REDIRECTS
    opened = []
    for address in set(found) - OPEN:
        answer = _ask(Client(), method, address)
        is_sent_to_sign_in = answer.status_code == 302 and "/sign-in/" in answer["Location"]
        # 405: asked in the wrong way, which says and does nothing
        if not (is_sent_to_sign_in or answer.status_code == 405):
            is_admin = "/admin/login/" in answer.get("Location", "")
            opened += [] if is_admin else [(address, answer.status_code)]
    assert opened == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_address_is_closed_to_whom_has_no_role(small_shop: ShopHome, db: None, method: str) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_user("nobody", password="x", is_staff=True))
    harmless = {"/admin/", "/admin/password_change/", "/admin/password_change/done/"}
    harmless |= {"/admin/jsi18n/", "/admin/search/", "/admin/autocomplete/"}
    opened = {
        address: status
        for address in set(addresses()) - OPEN - REDIRECTS - harmless
        if (status := _ask(client, method, address).status_code) not in (302, 403, 404, 405)
    }
    assert opened == {}


@pytest.mark.parametrize("role", ["owner", "marketer", "analyst", "store_staff"])
def test_writing_is_refused_when_the_role_may_not(
    own_shop: ShopHome, sign_in: SignIn, role: str, settings: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    client = sign_in(role)
    nobodys = {path.replace("{uuid}", VALUES["uuid"]): roles for path, roles in WRITES.items()}
    refused = {path for path in nobodys if _ask(client, "post", path).status_code == 403}
    assert refused == {path for path, roles in nobodys.items() if role not in roles}


def test_writing_is_refused_when_the_form_is_not_ours(
    own_shop: ShopHome, person: Any, settings: Any
) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(person("owner"))
    for address in WRITES:
        answer = client.post(address.replace("{uuid}", VALUES["uuid"]))
        assert answer.status_code == 403, address


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_nobody_is_sent_elsewhere_after_signing_in(
    small_shop: ShopHome, person: Any, address: str
) -> None:
    from django.test import Client
    from tests.backoffice.conftest import PASSWORD

    person("owner")
    given = {"username": "owner", "password": PASSWORD, "next": address}
    answer = Client().post("/sign-in/", given)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    moved = Client().post("/i18n/setlang/", {"language": "en", "next": address})
    assert "evil" not in moved["Location"]
    assert "javascript" not in moved["Location"]
