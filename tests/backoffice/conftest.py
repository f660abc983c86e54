"""A small, refreshed shop that the pages read, and people of each role signed in to it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.backoffice.small_shop import fill_small_shop
from tests.conftest import absent

from regulars.flow.refresh import refresh
from regulars.flow.shop import Shop
from regulars.lake import ShopHome

if TYPE_CHECKING:  # Django is set up after this file is read
    from django.contrib.auth.models import User
    from django.test import Client
    from playwright.sync_api import Browser, Page

PASSWORD = "correct horse battery"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SignIn = Callable[..., "Client"]


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Whatever language the page asked for last was in: a thread keeps it after its request."""
    from django.utils import translation

    translation.activate("en")


@pytest.fixture(scope="session")
def small_shop_made(tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    """A filled and refreshed shop, made once a worker. Copy it before you write to it."""
    home = ShopHome.create(
        tmp_path_factory.mktemp("small") / "shop",
        {"shop.name": "Lakeside", "shop.timezone": "Asia/Shanghai", "shop.currency": "CNY"},
    )
    fill_small_shop(home)
    refresh(Shop(home))
    return home


@pytest.fixture
def small_shop(small_shop_made: ShopHome, settings: Any) -> ShopHome:
    """The small shop, served by the pages. Read only."""
    settings.SHOP_HOME = small_shop_made
    return small_shop_made


@pytest.fixture
def own_shop(small_shop_made: ShopHome, settings: Any, tmp_path: Path) -> ShopHome:
    """A small shop of the test's own, served by the pages, to write to."""
    shutil.copytree(small_shop_made.path, tmp_path / "own")
    settings.SHOP_HOME = ShopHome.find(tmp_path / "own")
    return ShopHome.find(tmp_path / "own")


@pytest.fixture
def empty_shop(home: ShopHome, settings: Any) -> ShopHome:
    """A shop with nothing in it, served by the pages."""
    settings.SHOP_HOME = home
    return home


@pytest.fixture(autouse=True)
def no_throttle() -> None:
    """Wrong passwords of one test do not count in the next."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def person(db: None) -> Callable[..., "User"]:
    """Makes a user of a role; store staff belong to S01 unless said otherwise."""

    from regulars.backoffice.accounts.roles import STORE_STAFF
    from regulars.backoffice.accounts.services import create_user

    def make(role: str, name: str = "", store_id: str = "S01") -> "User":
        store = store_id if role == STORE_STAFF else ""
        return create_user(name or role, PASSWORD, role, store_id=store)

    return make


@pytest.fixture
def sign_in(person: Callable[..., "User"]) -> SignIn:
    """Signs a new person of a role in; the client speaks English unless told otherwise."""

    from django.test import Client

    def signed(role: str, language: str = "en", **kwargs: str) -> "Client":
        client = Client(headers={"accept-language": language})
        client.force_login(person(role, **kwargs))
        return client

    return signed


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A Chromium of the worker's own."""
    if not Path(CHROMIUM).exists():
        absent(f"no Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread; Django would take it for an async server
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture
def page(
    browser: "Browser", live_server: Any, small_shop: ShopHome, person: Any
) -> Iterator["Page"]:
    """An owner, signed in by hand; anything the console complains of fails the test."""
    person("owner")
    opened = browser.new_page(base_url=live_server.url, locale="en-GB")
    complaints: list[str] = []
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto("/")
    opened.fill("[name=username]", "owner")
    opened.fill("[name=password]", PASSWORD)
    opened.click("#login-form button[type=submit]")
    opened.wait_for_url(re.compile(r"/$"))
    yield opened
    opened.close()
    assert complaints == []
