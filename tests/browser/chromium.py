"""The system's Chromium, and what every page that it shows must keep to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000


def chromium_path() -> str | None:
    """Return where the system's Chromium lies, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def running_chromium(path: str) -> Iterator[Browser]:
    """Run the browser, without a window."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code. The
    # tests call both one after the other, never the one inside the other.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), headless=True)
        try:
            yield browser
        finally:
            browser.close()
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@dataclass
class Watch:
    """Everything that a page must not do: errors, broken policy, requests to other hosts.

    `allowed` holds words of console messages that a test provokes, such as "404".
    """

    site: str
    broken: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a context, from its first request on."""
        context.on("request", lambda request: self._request(request.url))
        context.on("weberror", lambda error: self.broken.append(f"script: {error.error}"))
        context.on("console", self._console)

    def assert_clean(self) -> None:
        """Fail when anything was broken."""
        assert self.broken == []

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob", "about"):
            return
        if f"{parts.scheme}://{parts.netloc}" != self.site:
            self.broken.append(f"request to another host: {url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if not any(words in message.text for words in self.allowed):
            self.broken.append(f"console: {message.text} {message.location.get('url', '')}")


@contextmanager
def visit(
    browser: Browser, site: str, watch: Watch, *, width: int = 1440, javascript: bool = True
) -> Iterator[Page]:
    """Open a window of its own: no cookie of anybody else."""
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 900},
        java_script_enabled=javascript,
        reduced_motion="reduce",
        timezone_id="America/Los_Angeles",
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    watch.over(context)
    try:
        yield context.new_page()
    finally:
        context.close()
