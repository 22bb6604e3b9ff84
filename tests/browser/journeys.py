"""Steps that several journeys share, in the words of the person who takes them."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from accounts.viewer import Viewer
from tests.cast import Cast
from tests.stage import acting
from tests.tickets.helpers import request_of
from tickets.actions import open_ticket
from tickets.models import Ticket

NO_DIAL_TONE = "No dial tone, or the phone is dead"


def report_no_dial_tone(page: Page) -> str:
    """Report that all phones are dead, as Elena would; return the ticket's reference."""
    page.get_by_role("link", name="Report a problem").first.click()
    choose(page, "Main phone system")
    choose(page, NO_DIAL_TONE)
    page.get_by_text("All", exact=True).click()
    page.get_by_text("No", exact=True).click()
    expect(page.locator("#cover")).to_contain_text("Mon 15:00 PDT")
    page.locator("#id_words").fill("Since the power cut at noon.")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url(re.compile(r"/tickets/CC-\d+/$"))
    return reference_of(page)


def choose(page: Page, answer: str) -> None:
    """Pick a large answer by its words."""
    page.locator("label", has_text=answer).click()


def reference_of(page: Page) -> str:
    """Return the reference in the address of a ticket's page."""
    found = re.search(r"/tickets/(CC-\d+)/", page.url)
    assert found, page.url
    return found[1]


def open_now(cast: Cast, reporter: Viewer, **changes: object) -> Ticket:
    """Open a ticket behind the pages' back, as somebody else's request would."""
    with acting(reporter):
        return open_ticket(request=request_of(cast, reporter, **changes), actor=reporter)
