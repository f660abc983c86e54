"""Takes the pictures of the documentation from a demo shop that is being served.

make demo
uv run --with pillow python docs/screenshots.py http://127.0.0.1:8000
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from regulars.cli.demo import PASSWORD

PICTURES = Path(__file__).resolve().parent / "pictures"
COLOURS = 256
PAGES = {
    "overview": "/",
    "customers": "/customers/",
    "rfm": "/insights/rfm/",
    "retention": "/insights/cohort_retention/",
    "opportunities": "/opportunities/",
    "campaigns": "/campaigns/",
    "quality": "/quality/",
    "funnel": "/behaviour/funnel/",
    "paths": "/behaviour/paths/",
}
TALL = {"funnel": 1150, "paths": 1150}  # a form above its figure
VARIANTS = {"en": ("en", "light"), "en-dark": ("en", "dark"), "zh": ("zh-hans", "light")}
VARIANTS["zh-dark"] = ("zh-hans", "dark")


def main(address: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (language, scheme) in VARIANTS.items():
            page = signed_in(browser, address, language, scheme)
            for stem, path in PAGES.items():
                if stem == "overview" or name == "en":
                    page.set_viewport_size({"width": 1280, "height": TALL.get(stem, 800)})
                    page.goto(address + path)
                    page.wait_for_load_state("networkidle")
                    page.wait_for_timeout(800)
                    save(page.screenshot(), PICTURES / f"{stem}-{name}.png")


def signed_in(browser: Browser, address: str, language: str, scheme: str) -> Page:
    """A page of the owner, in that language and light."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(address)
    page.fill("input[name=username]", "owner")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    return page


def save(screenshot: bytes, path: Path) -> None:
    """A small PNG: few colours are enough for a page."""
    image = Image.open(io.BytesIO(screenshot)).convert("RGB")
    image.quantize(COLOURS).save(path, optimize=True)


main(sys.argv[1])
