"""The main journey: a problem is reported, seen first, claimed, answered, and judged."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from contracts.sla import Priority
from tests.browser.conftest import Stage
from tests.browser.journeys import open_now, report_no_dial_tone
from tests.cast import Cast

MONDAY_15 = "2026-06-15T15:00-07:00"

pytestmark = pytest.mark.browser


def test_no_dial_tone_on_friday_is_answered_in_time_and_everybody_can_see_why(
    stage: Stage, committed_cast: Cast
) -> None:
    cast = committed_cast
    # Two that can wait: the new emergency has to come before them.
    for subject in ("Static on line 2", "Voicemail greeting is old"):
        open_now(cast, cast.amit, subject=subject, priority=Priority.MINOR)
    elena = stage.signed_in(cast.elena, width=390)
    reference = report_no_dial_tone(elena)
    expect(elena.locator(".bench-clock")).to_contain_text("of business time left")
    expect(elena.locator(".bench-clock time").first).to_have_attribute("datetime", MONDAY_15)

    stage.time.set("2026-06-15T08:30:00-07:00")
    dana = stage.signed_in(cast.dana)
    dana.goto("/queue/")
    rows = dana.locator("[data-row]")
    expect(rows.first).to_have_attribute("data-row", reference)
    expect(rows.first.locator(".q-left")).to_have_text("6 h 30 m")
    dana.keyboard.press("j")
    dana.keyboard.press("a")
    expect(rows.first.locator(".q-owner")).to_contain_text("You")
    expect(dana.locator("#toasts")).to_contain_text(f"{reference} is yours now.")
    dana.keyboard.press("Enter")
    dana.wait_for_url(f"**/tickets/{reference}/")

    stage.time.set("2026-06-15T09:05:00-07:00")
    dana.keyboard.press("r")
    dana.keyboard.type("Good morning. I am on my way and will be with you by ten.")
    dana.keyboard.press("Control+Enter")
    expect(dana.locator(".bench-clock .seal-met")).to_contain_text(
        "Responded in 2 h 5 m, target 8 business hours"
    )

    elena.reload()
    expect(elena.locator("#thread")).to_contain_text("I am on my way")
    expect(elena.locator(".bench-clock .seal-met")).to_contain_text(
        "Responded in 2 h 5 m, target 8 business hours"
    )
    why = elena.locator(".bench-clock .why-box")
    why.locator("summary").click()
    expect(why).to_contain_text("8 business hours")
    elena.get_by_role("link", name="Explanation to print").click()
    elena.wait_for_url("**/why/")
    sheet = elena.locator("main")
    for words in ("Fri 16:00 to 17:00", "Mon 08:00 to 09:05", "Replied, Dana Okafor", "Tier 2"):
        expect(sheet).to_contain_text(words)
    # Word for word the same for both sides.
    printed = elena.inner_text("main")
    dana.set_viewport_size({"width": 390, "height": 900})
    dana.goto(f"/tickets/{reference}/why/")
    assert dana.inner_text("main") == printed
