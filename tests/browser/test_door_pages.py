"""Axe finds nothing at the doors: signing in, second steps, links in mails, and failures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from accounts.models import User
from tests.accounts.who import user_id
from tests.browser.conftest import Stage, user_of
from tests.browser.door_pages import furnish_doors, passkey_pages
from tests.browser.test_accessibility import TWO_LOOKS, violations
from tests.browser.test_passkeys import add_passkey, with_authenticator
from tests.cast import Cast
from tests.stage import browser_of, browser_of_operator

pytestmark = pytest.mark.browser


def at_home(browser: Client) -> Client:
    """Have somebody come in, so that the frame is that of the place they work in."""
    browser.get("/", follow=True)
    return browser


def asked_again(user: User) -> Client:
    """Have somebody signed in who was just asked for the second step once more."""
    browser = browser_of_operator(user)
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["reauthenticated"] = True
    session.save()
    return browser


def test_axe_finds_nothing_at_the_doors(stage: Stage, committed_cast: Cast) -> None:
    cast = committed_cast
    stops = furnish_doors(stage, cast)
    stage.watch.allowed = ["403", "429", "500"]
    browsers = {
        "plain": at_home(browser_of(cast.amit)),
        "joined": at_home(browser_of(cast.dana)),
        "guarded": at_home(asked_again(user_of(cast.ruth))),
        "seats": browser_of(cast.priya),
        "shut-out": browser_of(cast.sam),
        "suspended": browser_of(cast.nils),
    }
    found: list[str] = []
    for who, its_stops in stops.items():
        page = stage.entered(browsers[who]) if who in browsers else stage.window()
        found += [line for stop in its_stops for line in violations(page, stop, TWO_LOOKS)]
        page.context.close()
    assert found == []


def test_axe_finds_nothing_on_the_pages_of_a_passkey(stage: Stage, committed_cast: Cast) -> None:
    # Browsers keep no passkey for a bare address.
    stage.watch.site = stage.site.replace("127.0.0.1", "localhost")
    page = replace(stage, site=stage.watch.site).signed_in(committed_cast.dana)
    with_authenticator(page)
    add_passkey(page, "Van laptop")
    stops = passkey_pages(user_id(committed_cast.dana))
    assert [line for stop in stops for line in violations(page, stop, TWO_LOOKS)] == []
