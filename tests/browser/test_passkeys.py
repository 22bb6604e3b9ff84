"""Passkeys in a real browser, with an authenticator that the browser plays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage, address_of, fill_sign_in, user_of
from tests.builders import PASSWORD
from tests.cast import Cast

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named_stage(stage: Stage) -> Stage:
    """Give the portal by its name: browsers keep no passkey for a bare address."""
    stage.watch.site = stage.site.replace("127.0.0.1", "localhost")
    return replace(stage, site=stage.watch.site)


def with_authenticator(page: Page) -> tuple[Any, str]:
    """Plug an authenticator into a window; return the session with it, and its id."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    added = browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return browser, str(added["authenticatorId"])


def add_passkey(page: Page, name: str) -> None:
    """Add a passkey on the page of sign-in protection; the recovery codes are shown then."""
    page.goto("/account/mfa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ecovery codes")


def sign_out(page: Page) -> None:
    """Sign out: the cookie goes, the passkey stays."""
    page.context.clear_cookies()
    page.goto("/account/login/")


def test_a_passkey_opens_the_account_without_a_password(
    named_stage: Stage, committed_cast: Cast
) -> None:
    page = named_stage.signed_in(committed_cast.dana)
    with_authenticator(page)
    add_passkey(page, "Van laptop")
    page.goto("/account/mfa/passkeys/")
    expect(page.locator("main")).to_contain_text("Van laptop")
    expect(page.locator("main")).to_contain_text("Not used yet")
    sign_out(page)
    page.goto("/queue/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dispatch queue")
    page.goto("/account/mfa/passkeys/")
    expect(page.locator("main")).to_contain_text("Last used")


def test_after_the_password_the_passkey_is_asked_for(
    named_stage: Stage, committed_cast: Cast
) -> None:
    dana = committed_cast.dana
    page = named_stage.signed_in(dana, width=390)
    with_authenticator(page)
    add_passkey(page, "")
    sign_out(page)
    fill_sign_in(page, address_of(dana))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your code")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dispatch queue")


def test_a_device_that_does_not_know_its_person_gets_nobody_in(
    named_stage: Stage, committed_cast: Cast
) -> None:
    dana = committed_cast.dana
    page = named_stage.signed_in(dana)
    browser, device = with_authenticator(page)
    add_passkey(page, "Van laptop")
    sign_out(page)
    unverified = {"authenticatorId": device, "isUserVerified": False}
    browser.send("WebAuthn.setUserVerified", unverified)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That was not finished")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_removed_passkey_opens_nothing(named_stage: Stage, committed_cast: Cast) -> None:
    dana = committed_cast.dana
    page = named_stage.signed_in(dana)
    with_authenticator(page)
    add_passkey(page, "Old phone")
    page.goto("/account/mfa/passkeys/")
    page.get_by_role("link", name="Rename Old phone").click()
    page.get_by_label("Name").fill("Lost phone")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Lost phone").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("main")).to_contain_text("No passkeys yet")
    assert not Authenticator.objects.filter(user=user_of(dana)).exists()
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_at_a_bare_address_no_passkey_is_offered(stage: Stage, committed_cast: Cast) -> None:
    page = stage.window()
    page.goto("/account/login/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
