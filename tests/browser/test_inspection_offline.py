"""An inspection on a phone that loses its network: filled in, signed, and sent later, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Provider
from calcom_portal.common.tenancy import database_now, provider_scope
from tests.browser.conftest import Stage
from tests.builders import build_contract, build_price_list
from tests.cast import Cast
from tests.stage import acting
from upkeep.actions.ask_for_inspection import ask_for_inspection
from upkeep.actions.begin_inspection import begin_inspection
from upkeep.models import Checklist, ChecklistLine, Inspection, InspectionEntry, InspectionPhoto

pytestmark = pytest.mark.browser
TOO_LARGE_ONCE = """() => {
  const real = window.fetch;
  window.fetch = (url, options) => {
    if (!String(url).endsWith("/photos/")) return real(url, options);
    window.fetch = real;
    return Promise.resolve(new Response("<h1>413</h1>", { status: 413 }));
  };
}"""


def prepare(cast: Cast) -> Inspection:
    """Have a short checklist, and an inspection that Dana has begun."""
    build_price_list(cast.calcom)
    build_contract(cast.bayview, device=cast.phone_system, clauses=("INSPECT",))
    with acting(cast.priya):
        now = database_now()
        provider = Provider.objects.get(pk=cast.calcom.pk)
        checklist = Checklist.objects.create(
            provider=provider, name="Short", made_at=now, changed_at=now
        )
        for position, (title, asked) in enumerate(
            (("Cabinet", "condition"), ("Temperature", "reading")), start=1
        ):
            ChecklistLine.objects.create(
                provider=provider,
                checklist=checklist,
                position=position,
                section="Room",
                title=title,
                asked=asked,
                unit="°C" if asked == "reading" else "",
                high=30 if asked == "reading" else None,
                wants_photo=asked == "condition",
            )
        inspection = ask_for_inspection(device=cast.phone_system, actor=cast.priya)
    with acting(cast.dana):
        return begin_inspection(inspection=inspection, actor=cast.dana)


def test_what_is_written_without_network_is_sent_later_and_counts_once(
    stage: Stage, committed_cast: Cast
) -> None:
    cast = committed_cast
    inspection = prepare(cast)
    # The browser says so itself of each request that found no network.
    stage.watch.allowed.append("ERR_INTERNET_DISCONNECTED")
    dana = stage.signed_in(cast.dana, width=390)
    address = f"/inspections/{inspection.pk}/on-site/"
    dana.goto(address)
    expect(dana.locator("#on-site[data-kept]")).to_be_attached()
    expect(dana.locator("#sync-words")).to_contain_text("works without network")

    dana.context.set_offline(True)
    dana.reload()
    cabinet = dana.get_by_role("group", name="Cabinet")
    cabinet.get_by_text("Good", exact=True).click()
    cabinet.get_by_label("Picture of Cabinet").set_input_files(
        {"name": "cabinet.png", "mimeType": "image/png", "buffer": dana.screenshot()}
    )
    temperature = dana.get_by_role("group", name="Temperature")
    temperature.get_by_label("Reading in °C").fill("34")
    temperature.get_by_label("Reading in °C").blur()
    expect(dana.locator("#sync-words")).to_contain_text("No network: 3 entries wait")
    dana.reload()
    expect(cabinet.get_by_label("Good")).to_be_checked()

    with provider_scope(provider_id=cast.calcom.pk):
        assert not InspectionEntry.objects.exists()
        assert not InspectionPhoto.objects.exists()
    left = database_now_of(cast) - timedelta(minutes=5)
    dana.get_by_label("Arrived").fill(f"{left - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    dana.get_by_label("Leaving").fill(f"{left:%Y-%m-%dT%H:%M}")
    dana.get_by_label("Name of the customer's person").fill("Amit Bhatt")
    dana.get_by_role("button", name="Sign and send").click()
    expect(dana.locator("#finish-words")).to_contain_text("sent when there is network")
    expect(dana.locator("#sync-words")).to_contain_text("No network: 4 entries wait")

    lose_a_picture_on_the_way(dana)
    expect(dana.locator("#sync-words")).to_contain_text("Signed and sent")
    expect(dana.locator("#sync-problems")).not_to_contain_text("It stays on this phone")
    with provider_scope(provider_id=cast.calcom.pk):
        done = Inspection.objects.get(pk=inspection.pk)
        assert (done.state, done.customer_name) == ("done", "Amit Bhatt")
        assert InspectionEntry.objects.filter(outcome="taken").count() == 3
        assert InspectionPhoto.objects.get().item == done.items.get(title="Cabinet")
        assert done.items.get(title="Temperature").result == "watch"
    read_report(dana, inspection)


def lose_a_picture_on_the_way(page: Page) -> None:
    """Let something between find the picture too large once: it stays, and is sent again."""
    page.evaluate(TOO_LARGE_ONCE)
    page.context.set_offline(False)
    expect(page.locator("#sync-problems")).to_contain_text("It stays on this phone")
    page.evaluate("window.dispatchEvent(new Event('online'))")


def read_report(page: Page, inspection: Inspection) -> None:
    """Read what was found, and take the picture and the report along."""
    page.goto(f"/inspections/{inspection.pk}/")
    expect(page.locator("main")).to_contain_text("1 to watch")
    for name, begins in (("Picture 1 of Cabinet", b"\xff\xd8"), ("PDF", b"%PDF")):
        with page.expect_download() as handed:
            page.get_by_role("link", name=name).click()
        assert Path(handed.value.path()).read_bytes().startswith(begins)


def database_now_of(cast: Cast) -> datetime:
    """Return the instant of the site, on the wall clock of Dana's phone."""
    with provider_scope(provider_id=cast.calcom.pk):
        return database_now().astimezone(ZoneInfo("America/Los_Angeles"))
