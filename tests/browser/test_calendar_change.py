"""An administrator shortens the hours, and sees whose deadlines move before anything is saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.journeys import open_now
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_the_preview_of_a_calendar_lists_the_deadline_that_moves(
    stage: Stage, committed_cast: Cast
) -> None:
    ticket = open_now(committed_cast, committed_cast.elena)
    ruth = stage.signed_in(committed_cast.ruth)
    ruth.goto("/calendars/")
    ruth.get_by_role("link", name="Business hours").first.click()
    ruth.get_by_role("link", name="Change").first.click()
    ruth.get_by_label("Monday").fill("10:00–17:00")
    ruth.get_by_role("button", name="Preview").click()
    moved = ruth.locator("section", has_text="Open deadlines that move")
    for words in (ticket.reference, "1 in all", "15:00 PDT", "17:00 PDT", "2 h later"):
        expect(moved).to_contain_text(words)
    ruth.get_by_role("button", name="Put it into effect").click()
    ruth.goto(f"/tickets/{ticket.reference}/")
    due = ruth.locator(".bench-clock time").first
    expect(due).to_have_attribute("datetime", "2026-06-15T17:00-07:00")
