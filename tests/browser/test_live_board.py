"""The monitoring board on the wall: an outage appears by itself, and leads to its device."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from calcom_portal.common.tenancy import provider_scope
from monitoring.models import Check
from tests.browser.conftest import Stage
from tests.cast import Cast
from tests.monitoring.watched import break_down, watch

pytestmark = pytest.mark.browser


def poll(page: Page) -> int:
    """Have the board ask now, not in ten seconds; return the status of the answer."""

    def is_poll(response: Response) -> bool:
        return "/monitoring/live/" in response.url

    with page.expect_response(is_poll) as answer:
        page.evaluate("document.querySelector('#board').dispatchEvent(new Event('poll'))")
    answer.value.finished()
    return answer.value.status


def test_an_outage_appears_by_itself_and_leads_to_its_device(
    stage: Stage, committed_cast: Cast
) -> None:
    cast = committed_cast
    check = watch(cast.phone_system)
    dana = stage.signed_in(cast.dana)
    dana.goto("/monitoring/")
    board = dana.locator("#board")
    expect(board).to_contain_text("No outage is open.")
    assert poll(dana) == 304

    with provider_scope(provider_id=cast.calcom.pk):
        Check.objects.filter(pk=check.pk).update(state="down")
    break_down(check)
    assert poll(dana) == 200

    expect(board).to_contain_text("No answer within 5 s")
    expect(dana.locator("[data-live]")).to_have_text("Live")
    dana.get_by_role("link", name="Main phone system").click()
    expect(dana.get_by_role("heading", level=1)).to_contain_text("does not answer")
    dana.get_by_role("link", name="Device", exact=True).click()
    expect(dana.get_by_role("heading", name="Is it well?")).to_be_visible()
    expect(dana.locator("main")).to_contain_text("Down")
