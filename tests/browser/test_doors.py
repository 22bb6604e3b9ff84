"""Getting in, and getting on without JavaScript."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import expect

from tests.browser.conftest import Stage, address_of, fill_sign_in, user_of
from tests.browser.journeys import NO_DIAL_TONE, choose
from tests.builders import build_password
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_a_technician_signs_in_with_a_code_from_an_app(stage: Stage, committed_cast: Cast) -> None:
    dana = committed_cast.dana
    build_password(dana)
    secret = generate_totp_secret()
    TOTP.activate(user_of(dana), secret)
    page = stage.window(width=390)
    page.goto("/queue/")
    fill_sign_in(page, address_of(dana))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your code")
    counter = next(iter(yield_hotp_counters_from_time()))
    page.get_by_label("Code").fill(format_hotp_value(hotp_value(secret, counter)))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dispatch queue")


def test_a_problem_can_be_reported_without_javascript(stage: Stage, committed_cast: Cast) -> None:
    page = stage.signed_in(committed_cast.elena, javascript=False)
    page.get_by_role("link", name="Report a problem").first.click()
    choose(page, "Main phone system")
    choose(page, NO_DIAL_TONE)
    page.get_by_text("All", exact=True).click()
    page.get_by_role("button", name="Show what is promised").click()
    expect(page.locator("#cover")).to_contain_text("Mon 15:00 PDT")
    page.get_by_text("No", exact=True).click()
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("main")).to_contain_text("8 h of business time left")
