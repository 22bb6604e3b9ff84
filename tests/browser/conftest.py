"""A real browser, a real web server, real mail. Without a browser the journeys are skipped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.viewer import Viewer
from contracts.promised import forget_promises
from tests.browser.chromium import NAMES, Watch, chromium_path, running_chromium, visit
from tests.browser.site import SiteTime, number_rows_afresh, running_site
from tests.builders import PASSWORD, build_password
from tests.notifications.smtp_sink import Sink, running_sink
from tests.ports import free_port
from tests.servers import TestServers

_stages = count(1)

FRIDAY_16 = "2026-06-12T16:00:00-07:00"


@dataclass
class Stage:
    """What a journey needs: windows for people, and the address of the portal."""

    site: str
    watch: Watch
    time: SiteTime
    _browser: Browser
    _windows: ExitStack

    def window(self, *, width: int = 1440, javascript: bool = True) -> Page:
        """Open a window in which nobody is signed in."""
        window = visit(self._browser, self.site, self.watch, width=width, javascript=javascript)
        return self._windows.enter_context(window)

    def signed_in(self, person: Viewer, *, width: int = 1440, javascript: bool = True) -> Page:
        """Sign somebody in on the real sign-in page."""
        build_password(person)
        page = self.window(width=width, javascript=javascript)
        page.goto("/account/login/")
        fill_sign_in(page, address_of(person))
        expect(page.get_by_role("navigation").first).to_be_attached()
        return page

    def entered(self, browser: Client) -> Page:
        """Open a window that goes on where a test client has signed in."""
        page = self.window()
        name = portal.SESSION_COOKIE_NAME
        value = browser.cookies[name].value
        page.context.add_cookies([{"name": name, "value": value, "url": self.site}])
        return page


def fill_sign_in(page: Page, address: str) -> None:
    """Fill the sign-in page and send it."""
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def address_of(person: Viewer) -> str:
    """Return the address with which somebody signs in."""
    return user_of(person).email


def user_of(person: Viewer) -> User:
    """Return the account of somebody."""
    assert person.user_id is not None
    return User.objects.get(pk=person.user_id)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser keep one journey of all: it says so, in one line."""
    here = Path(__file__).parent
    journeys = [item for item in items if item.path.is_relative_to(here)]
    if journeys and chromium_path() is None:
        config.hook.pytest_deselected(items=journeys[1:])
        items[:] = [item for item in items if item not in journeys[1:]]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium."""
    path = chromium_path()
    if path is None:
        words = f"No browser: install Chromium (looked for {', '.join(NAMES)})."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    with running_chromium(path) as browser:
        yield browser


@dataclass(frozen=True)
class WebServer:
    """The web server of this run."""

    site: str
    log: Path


@pytest.fixture(scope="session")
def web_server(
    django_db_setup: None, servers: TestServers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    """Start the web server."""
    log = tmp_path_factory.mktemp("web") / "web.log"
    variables = servers.environment() | {"SIGN_UP_OPEN": "true"}
    with running_site(free_port(), log, variables) as site:
        yield WebServer(site, log)
    assert "Traceback" not in log.read_text()


@pytest.fixture
def site_time(committed_db: None, servers: TestServers) -> Iterator[SiteTime]:
    """Stand on Friday 12 June 2026, 16:00 in the calendar's zone."""
    number_rows_afresh(servers, 10_000 * next(_stages))
    time = SiteTime(servers)
    time.set(FRIDAY_16)
    yield time
    time.stop()


@pytest.fixture
def stage(
    chromium: Browser, site_time: SiteTime, web_server: WebServer, settings: Any
) -> Iterator[Stage]:
    """Give windows on the portal, and watch what its pages do."""
    forget_promises()
    settings.PORTAL_URL = web_server.site
    watch = Watch(web_server.site)
    with ExitStack() as windows:
        yield Stage(web_server.site, watch, site_time, chromium, windows)
    watch.assert_clean()


@pytest.fixture
def mails(settings: Any) -> Iterator[Sink]:
    """Give the mail server to which this process sends."""
    with running_sink() as server:
        settings.EMAIL_BACKEND = "notifications.channels.mail.SmtpBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        yield server
