"""An administrator takes on a customer; its first person joins and reads what was promised."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from contracts.actions import seed_catalogue
from contracts.models import Calendar
from notifications.sending import send_notices
from tests.browser.conftest import Stage, fill_sign_in
from tests.builders import PASSWORD
from tests.cast import Cast
from tests.notifications.smtp_sink import Sink
from tests.stage import acting

pytestmark = pytest.mark.browser


def test_a_customer_is_made_gets_a_contract_and_its_person_reads_it(
    stage: Stage, committed_cast: Cast, mails: Sink
) -> None:
    cast = committed_cast
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    ruth = stage.signed_in(cast.ruth)
    add_customer(ruth)
    customer = ruth.url
    add_site_and_device(ruth)
    sign_contract(ruth)
    ruth.goto(customer)
    ruth.get_by_role("link", name="Invite").click()
    ruth.get_by_label("Name", exact=True).fill("Noa Field")
    ruth.get_by_label("E-mail").fill("noa@harbour.example")
    ruth.get_by_label("Role").select_option("customer_admin")
    ruth.get_by_role("button", name="Send invitation").click()
    expect(ruth.locator("main")).to_contain_text("noa@harbour.example")
    send_notices()

    noa = stage.window(width=390)
    noa.goto(invitation_link(mails))
    noa.get_by_label("Your name").fill("Noa Field")
    noa.get_by_label("Password", exact=True).fill(PASSWORD)
    noa.get_by_role("button", name="Create account and join").click()
    if "/account/login/" in noa.url:
        fill_sign_in(noa, "noa@harbour.example")
    expect(noa.get_by_role("heading", level=1)).to_have_text("Nothing is open")
    noa.get_by_role("link", name="Read it in plain words").click()
    expect(noa.get_by_role("heading", level=1)).to_have_text("Our contract")
    expect(noa.locator("main")).to_contain_text("Tier 2")
    expect(noa.locator("main")).to_contain_text("8 business hours")
    expect(noa.locator("main")).to_contain_text("Monday to Friday, 08:00 to 17:00 Pacific time")


def add_customer(page: Page) -> None:
    """Add Harbour Realty; its page is shown."""
    page.goto("/customers/")
    page.get_by_role("link", name="New customer").first.click()
    page.get_by_label("Name", exact=True).fill("Harbour Realty")
    page.get_by_label("Customer number").fill("C-77")
    page.get_by_role("button", name="Add customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour Realty")


def add_site_and_device(page: Page) -> None:
    """Add one of each."""
    page.goto("/sites/new/")
    page.get_by_label("Customer").select_option(label="Harbour Realty")
    page.get_by_label("Name", exact=True).fill("Pier 7")
    page.get_by_label("Address").fill("Pier 7, San Francisco")
    page.get_by_role("button", name="Add site").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pier 7")
    page.goto("/devices/new/")
    page.get_by_label("Site", exact=True).select_option(label="Harbour Realty · Pier 7")
    page.get_by_label("Name", exact=True).fill("Main phone system")
    page.get_by_label("What it is").select_option("pbx")
    page.get_by_role("button", name="Add device").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Main phone system")


def sign_contract(page: Page) -> None:
    """Draft a contract of Tier 2 for the whole company, and sign it."""
    page.goto("/contracts/new/")
    page.get_by_label("Customer").select_option(label="Harbour Realty")
    page.get_by_label("Tier").select_option(label="Tier 2 · Extended warranty")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("First day").fill("2026-06-01")
    page.get_by_text("The whole company").click()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("main")).to_contain_text("Draft")
    page.get_by_role("link", name="Record a signature").click()
    page.get_by_label("Name of who signs").fill("Noa Field")
    page.get_by_label("Why there is no scan").fill("The paper is in our archive.")
    page.get_by_role("button", name="Put it into force").click()
    expect(page.locator("main")).to_contain_text("In force")


def invitation_link(mails: Sink) -> str:
    """Return the link of the newest mail."""
    body = mails.taken[-1].message.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+/invitation/\S+", body.get_content())
    assert found
    return found[0]
