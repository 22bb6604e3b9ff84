"""The mirror journey: nobody answers, everybody is told, and the page is honest about it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from notifications.climbing import climb_ladder
from notifications.sending import send_notices
from tests.browser.conftest import Stage, address_of
from tests.browser.journeys import report_no_dial_tone
from tests.cast import Cast
from tests.notifications.smtp_sink import Sink
from tickets.sweeps.deadlines import sweep_deadlines

pytestmark = pytest.mark.browser

# Of eight business hours since Friday 16:00: a half, three quarters, nine tenths, all, and the
# quarter of an hour in which a miss has to be acknowledged.
HALF = "2026-06-15T11:00:01-07:00"
THREE_QUARTERS = "2026-06-15T13:00:01-07:00"
NINE_TENTHS = "2026-06-15T14:12:01-07:00"
MISSED = "2026-06-15T15:00:01-07:00"
UNANSWERED = "2026-06-15T15:30:00-07:00"


def test_nobody_answers_so_all_are_warned_the_miss_climbs_and_the_customer_reads_why(
    stage: Stage, committed_cast: Cast, mails: Sink
) -> None:
    cast = committed_cast
    elena = stage.signed_in(cast.elena)
    reference = report_no_dial_tone(elena)
    send_notices()
    mails.taken.clear()

    for instant, share in ((HALF, 50), (THREE_QUARTERS, 75), (NINE_TENTHS, 90)):
        stage.time.set(instant)
        sweep_deadlines()
        send_notices()
        assert told(mails) == [(address_of(cast.priya), f"{share} % used: {reference}")]
    stage.time.set(MISSED)
    sweep_deadlines()
    send_notices()
    assert told(mails) == [(address_of(cast.priya), f"Deadline missed: {reference}")]
    stage.time.set(UNANSWERED)
    climb_ladder()
    send_notices()
    link = acknowledge_link(mails)
    assert told(mails) == [(address_of(cast.ruth), f"Deadline missed: {reference}")]

    # Ruth opens the mail on a phone on which she is not signed in.
    phone = stage.window(width=390)
    phone.goto(link)
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Have you seen this alert?")
    phone.get_by_role("button", name="I have seen it").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    stage.time.set("2026-06-15T16:00:00-07:00")
    climb_ladder()
    send_notices()
    assert told(mails) == []

    elena.reload()
    expect(elena.locator(".bench-clock")).to_contain_text("1 h over")
    missed = elena.locator("#thread .seal-missed")
    expect(missed).to_have_text("The response promise was missed.")
    elena.get_by_role("link", name="Explanation to print").click()
    sheet = elena.locator("main")
    for words in (
        "Late by 1 h of business time · was due Mon 15:00 PDT",
        "Fri 17:00 to Mon 08:00Not counting, outside business hours.",
        "Mon 15:00 to 16:00Late: past the deadline and still open.",
    ):
        expect(sheet).to_contain_text(words)
    elena.goto("/")
    expect(elena.locator("main")).to_contain_text("We are late with an answer, and we are sorry.")


def told(mails: Sink) -> list[tuple[str, str]]:
    """Return to whom mail went and the head of its subject, and forget it."""
    found = [
        (mail.recipients[0], str(mail.message["Subject"]).partition(",")[0]) for mail in mails.taken
    ]
    mails.taken.clear()
    return found


def acknowledge_link(mails: Sink) -> str:
    """Return the link in the newest mail that says "I have seen it"."""
    body = mails.taken[-1].message.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+/acknowledge/\S+", body.get_content())
    assert found
    return found[0]
