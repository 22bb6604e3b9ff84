"""The queue that stays open all day on a technician's screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Stage
from tests.browser.journeys import open_now
from tests.cast import Cast

pytestmark = pytest.mark.browser


def poll(page: Page) -> int:
    """Have the queue ask now, not in five seconds; return the status of the answer."""

    def is_poll(response: Response) -> bool:
        return "/queue/rows/" in response.url

    with page.expect_response(is_poll) as answer:
        page.evaluate("document.querySelector('#queue').dispatchEvent(new Event('poll'))")
    answer.value.finished()
    return answer.value.status


def test_a_new_ticket_appears_by_itself_and_nothing_jumps(
    stage: Stage, committed_cast: Cast
) -> None:
    cast = committed_cast
    first = open_now(cast, cast.elena)
    dana = stage.signed_in(cast.dana)
    dana.goto("/queue/")
    dana.keyboard.press("j")
    row = dana.locator(f'[data-row="{first.reference}"]')
    link = row.get_by_role("link")
    expect(link).to_be_focused()
    dana.evaluate("document.querySelector('[data-row]').dataset.untouched = 'yes'")

    assert poll(dana) == 304
    assert row.get_attribute("data-untouched") == "yes", "nothing new, nothing swapped"
    expect(link).to_be_focused()

    stage.time.set("2026-06-12T16:20:00-07:00")
    second = open_now(cast, cast.elena, subject="Fax line is dead")
    assert poll(dana) == 200
    expect(dana.locator(f'[data-row="{second.reference}"]')).to_contain_text("Fax line is dead")
    expect(dana.locator("[data-row]")).to_have_count(2)
    expect(link).to_be_focused()
    expect(dana.locator("[data-live]")).to_have_text("Live")


def test_the_queue_asks_by_itself_within_five_seconds(stage: Stage, committed_cast: Cast) -> None:
    cast = committed_cast
    dana = stage.signed_in(cast.dana)
    dana.goto("/queue/")
    expect(dana.locator("#queue")).to_contain_text("Nothing is")
    ticket = open_now(cast, cast.elena)
    expect(dana.locator(f'[data-row="{ticket.reference}"]')).to_be_visible(timeout=9_000)
