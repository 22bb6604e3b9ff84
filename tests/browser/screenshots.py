"""Take a picture of every page of the demo: `python -m tests.browser.screenshots --out DIR`.

The portal must be running with its demo (`make run`); `--site` says where. Each page is taken at
1440 and 390 px (`--width` says others), light and dark, as DIR/<who>/<page>.<width>.<theme>.png.
"""

from __future__ import annotations

import argparse
import base64
import hmac
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page

from calcom_portal.demo.people import OPERATOR_SECRET, PASSWORD
from tests.browser.chromium import Watch, chromium_path, running_chromium, visit
from tests.browser.stops import (
    ADMIN,
    CUSTOMER,
    DEMO_ADMIN,
    DEMO_CUSTOMER,
    NOBODY,
    OPERATOR,
    TECHNICIAN,
    Stop,
)

WIDTHS = (1440, 390)
THEMES = ("light", "dark")
OPERATOR_ADDRESS = "olga.brandt@portal.example"
TOURS: dict[str, tuple[str, tuple[Stop, ...]]] = {
    "nobody": ("", NOBODY),
    "customer": ("amit.bhatt@bayviewdental.example", (*CUSTOMER, *DEMO_CUSTOMER)),
    "technician": ("dana.okafor@calcom.example", TECHNICIAN),
    "admin": ("ruth.lindqvist@calcom.example", (*ADMIN, *DEMO_ADMIN)),
    "operator": (OPERATOR_ADDRESS, OPERATOR),
}


def main() -> int:
    """Take the pictures. Returns 1 when a page broke a rule or is missing."""
    asked = _arguments()
    path = chromium_path()
    if path is None:
        sys.stderr.write("Chromium is not installed.\n")
        return 1
    watch = Watch(asked.site, allowed=["404", "403", "410"])
    with running_chromium(path) as browser:
        for who in asked.who or TOURS:
            _tour(browser, watch, asked, who)
    for line in watch.broken:
        sys.stderr.write(f"{line}\n")
    return 1 if watch.broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take a picture of every page of the demo.")
    parser.add_argument("--out", type=Path, required=True, help="where the pictures go")
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="where the portal runs")
    parser.add_argument("--who", action="append", choices=TOURS, help="only this person's pages")
    parser.add_argument("--width", type=int, action="append", help="in px, instead of the usual")
    parser.add_argument("--only", default="", help="only pages with this in their name")
    return parser.parse_args()


def _tour(browser: Browser, watch: Watch, asked: argparse.Namespace, who: str) -> None:
    address, stops = TOURS[who]
    folder = asked.out / who
    folder.mkdir(parents=True, exist_ok=True)
    with visit(browser, asked.site, watch) as page:
        if address:
            _sign_in(page, address)
        for stop in stops:
            if asked.only in stop.name:
                _take(page, stop, folder, watch, asked.width or WIDTHS)


def _sign_in(page: Page, address: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    if address == OPERATOR_ADDRESS:
        page.get_by_label("Code").fill(_code_now(OPERATOR_SECRET))
        page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def _code_now(secret: str) -> str:
    """Return the six figures of an authenticator app (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def _take(page: Page, stop: Stop, folder: Path, watch: Watch, widths: Sequence[int]) -> None:
    try:
        stop.reach(page)
    except AssertionError as error:
        watch.broken.append(f"{folder.name}/{stop.name}: {error}")
        return
    for width in widths:
        for theme in THEMES:
            show(page, width, theme)
            if overflow := page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            ):
                watch.broken.append(f"{stop.name} at {width}: {overflow} px too wide")
            path = folder / f"{stop.name}.{width}.{theme}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")


def show(page: Page, width: int, theme: str) -> None:
    """Show the present page at a width, in a theme."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")


if __name__ == "__main__":
    sys.exit(main())
