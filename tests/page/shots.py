"""The README's pictures of the demo page: `make shots` makes them anew."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from tests.page.conftest import CHROMIUM, QUIET, TOUR_BILL, Demo, Reader

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "shots"
LARGEST_BYTES = 120_000
STILL = "*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important }"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        demo = Demo.start(Path(home), "--new")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--hide-scrollbars"])
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
            reader = Reader(page, demo.url)
            reader.opens()
            reader.approves(TOUR_BILL)
            reader.card(f"bill {TOUR_BILL}").get_by_role("button", name="Create option and use it").wait_for()
            shoot(page, "page-light")
            page.emulate_media(color_scheme="dark")
            shoot(page, "page-dark")
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 390, "height": 844})
            page.get_by_role("button", name="Show me").click()
            shoot(page, "page-phone")
        finally:
            browser.close()
            demo.stop()


def shoot(page: Page, name: str) -> None:
    """As WebP, which Chromium makes itself, and which is a third of the size."""
    page.wait_for_timeout(300)
    page.evaluate("css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }", STILL)
    page.evaluate("() => document.activeElement.blur()")
    page.wait_for_timeout(200)
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    content = base64.b64decode(taken["data"])
    if len(content) > LARGEST_BYTES:
        raise SystemExit(f"{name} has {len(content):,} bytes; at most {LARGEST_BYTES:,} are meant to.")
    (FOLDER / f"{name}.webp").write_bytes(content)
    print(f"{name}.webp {len(content):,} bytes")


if __name__ == "__main__":
    main()
