"""The loop once, in a real browser, on a demo shop served as people serve it.

From an opportunity to a campaign, four weeks of simulated answers, and what it earned.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CLI = [sys.executable, "-m", "regulars.cli"]
PASSWORD = "regulars-demo"
MINUTE = 60_000


@pytest.fixture(scope="module")
def demo_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo shop of 2,000 customers with its worker, served on a free port."""
    home = tmp_path_factory.mktemp("browser") / "demo"
    known = {name: os.environ[name] for name in os.environ if not name.startswith("REGULARS_")}
    # A fixed last day: a shop of another day has another audience, and a small one may not do.
    size = ["--customers", "3000", "--months", "9", "--until", "2026-11-15", "--no-serve"]
    subprocess.run([*CLI, "demo", "--home", str(home), *size], env=known, check=True)
    port = _free_port()
    serve = [*CLI, "serve", "--home", str(home), "--port", str(port)]
    server = subprocess.Popen(serve, env=known)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def page(demo_address: str, browser: "Browser") -> Iterator["Page"]:
    """A marketer, signed in, in English."""
    context = browser.new_context(base_url=demo_address)
    context.add_cookies([{"name": "django_language", "value": "en", "url": demo_address}])
    opened = context.new_page()
    opened.goto("/")
    opened.fill("input[name=username]", "marketer")
    opened.fill("input[name=password]", PASSWORD)
    opened.press("input[name=password]", "Enter")
    opened.wait_for_selector(".r-title")
    yield opened
    context.close()


def test_opportunity_becomes_a_measured_campaign_when_run(page: "Page") -> None:
    page.goto("/opportunities/")
    assert "assumed" in page.inner_text("#win_back")
    page.click("#win_back >> text=Make a campaign")
    page.wait_for_selector("text=As customers read it")
    page.fill("textarea[name=message_en]", "{store_name} keeps {discount} for you")
    page.select_option("select[name=language]", "en")
    page.wait_for_selector(".w-bubble >> text=keeps 10% for you")
    page.fill("input[name=holdout_percent]", "50")
    page.click("button >> text=Save")
    page.wait_for_selector("text=Saved.")
    page.click("text=Launch …")
    page.click("text=Launch now")
    page.wait_for_selector("text=Nothing is measured yet")
    _wait_until_recorded(page)
    page.click("text=Let 4 weeks pass")
    page.wait_for_selector("text=Effect, by assignment", timeout=3 * MINUTE)
    assert "leaving them alone" in page.inner_text(".r-lead")
    assert "The arms are as large as planned" in page.inner_text(".r-page")
    assert page.locator(".r-tag >> text=measured").count() >= 1
    page.wait_for_selector(".r-plot .main-svg")
    page.goto("/opportunities/")
    assert "measured before" in page.inner_text("#win_back")


def _wait_until_recorded(page: "Page") -> None:
    """Reload until the worker has handed the messages over."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        page.reload()
        if page.locator("text=written to the lake").count():
            return
        time.sleep(0.5)
    pytest.fail("the messages were not handed over within a minute")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
