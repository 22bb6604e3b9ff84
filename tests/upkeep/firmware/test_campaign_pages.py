"""The pages of campaigns: planned, started, answered and recorded in the browser."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.models import Device
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.web.helpers import text_of
from tests.upkeep.firmware.world import build_product, build_release, runs, started, update_of
from upkeep.models import Campaign, FirmwareConsent, FirmwareRelease
from upkeep.sweeps.run_firmware import run_firmware

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_monday(database_time: DatabaseTime) -> None:
    database_time.set("2026-11-23T11:00-08:00")


@pytest.fixture
def release(cast: Cast) -> FirmwareRelease:
    made = build_release(cast, build_product(cast, cast.phone_system))
    runs(cast, cast.phone_system, "22.10.1")
    return made


def plan(**others: Any) -> dict[str, Any]:
    return {
        "title": "Phone systems to 22.10.2",
        "reason": "It closes a hole.",
        "method": "hand",
        "starts_on": "2026-11-24",
        "opens_at": "22:00",
        "minutes": "240",
        "weekdays": ["2", "3"],
        "rest_hours": "24",
        "most_failures": "0",
        "charged_minutes": "30",
        "asks_consent": "on",
        "submission": str(uuid4()),
        **others,
    }


def sent(browser: Client, path: str, **form: Any) -> Any:
    return browser.post(path, {"submission": str(uuid4()), **form})


def test_a_campaign_from_its_plan_to_its_record(cast: Cast, release: FirmwareRelease) -> None:
    priya, amit, dana = browser_of(cast.priya), browser_of(cast.amit), browser_of(cast.dana)
    form = plan()
    for _ in range(2):
        made = priya.post(f"/firmware/releases/{release.pk}/campaign/", form)
    url = made.headers["Location"]
    assert "Tue, Wed, updates begin 22:00 to 02:00 on the clock of each site" in text_of(
        priya.get(url)
    )
    priya.post(f"{url}start/")
    ours = text_of(amit.get("/our-firmware/"))
    assert "Your answer is needed" in ours
    campaign_id = update_of(cast, cast.phone_system).campaign_id
    sent(amit, f"/our-firmware/{campaign_id}/answer/", answer="yes", note="After six, please")
    run_firmware()
    update = update_of(cast, cast.phone_system)
    page = f"/firmware/updates/{update.pk}/"
    assert "After six, please" in text_of(dana.get(page))
    record = {"before": "22.10.1", "after": "22.10.2", "words": "Called in and out."}
    assert sent(dana, f"{page}record/", **record).headers["Location"] == page
    assert "Called in and out." in text_of(dana.get(page))
    run_firmware()
    assert "1 of 1 updated" in text_of(priya.get("/firmware/campaigns/"))
    assert "Updated" in text_of(amit.get(f"/devices/{cast.phone_system.pk}/"))
    with acting(cast.dana):
        assert Campaign.objects.get().state == "done"


def test_customers_without_the_right_see_whom_it_waits_for(
    cast: Cast, release: FirmwareRelease
) -> None:
    started(cast, release)
    shown = text_of(browser_of(cast.elena).get("/our-firmware/"))
    assert "Somebody of your company who is authorised for changes has to answer." in shown
    campaign_id = update_of(cast, cast.phone_system).campaign_id
    answer = sent(browser_of(cast.elena), f"/our-firmware/{campaign_id}/answer/", answer="yes")
    assert answer.status_code == 403
    with acting(cast.dana):
        assert not FirmwareConsent.objects.exists()


def test_customers_read_nothing_of_what_went_wrong(cast: Cast, release: FirmwareRelease) -> None:
    started(cast, release)
    with acting(cast.priya):
        update = update_of(cast, cast.phone_system)
        update.state, update.problem = "failed", "dpkg was interrupted"
        update.save(update_fields=["state", "problem"])
    assert "dpkg" not in browser_of(cast.amit).get("/our-firmware/").content.decode()


BAD = ["", "4\x00", "4\n5", "4\x1b[2J", "4" * 900]


@pytest.mark.parametrize("bad", BAD)
def test_bad_words_are_refused_on_every_form(
    cast: Cast, release: FirmwareRelease, bad: str
) -> None:
    campaign = started(cast, release)
    update = update_of(cast, cast.phone_system)
    priya = browser_of(cast.priya)
    others = build_release(cast, release.product_model, "22.11")
    forms = {
        f"/firmware/releases/{others.pk}/campaign/": plan(title=bad),
        f"/firmware/campaigns/{campaign.pk}/pause/": {"reason": bad},
        f"/firmware/updates/{update.pk}/record/": {"before": bad, "after": "5", "words": "x"},
    }
    for path, form in forms.items():
        answer = sent(priya, path, **form)
        assert answer.status_code in (400, 422), path
    answer = sent(browser_of(cast.amit), f"/our-firmware/{campaign.pk}/answer/", answer=bad)
    assert answer.status_code in (400, 422)
    with acting(cast.dana):
        assert Campaign.objects.get().state == "running"
        assert not FirmwareConsent.objects.exists()


@pytest.mark.parametrize("asked", ["x", "0", "９", "9" * 40])
def test_an_advisory_that_is_none_is_not_there(
    cast: Cast, release: FirmwareRelease, asked: str
) -> None:
    url = f"/firmware/releases/{release.pk}/campaign/?advisory={asked}"
    assert browser_of(cast.priya).get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 12])
def test_the_pages_ask_as_often_for_many_devices_as_for_one(
    cast: Cast, release: FirmwareRelease, count: int
) -> None:
    for number in range(count):
        device = build_device(cast.market_street, f"PBX {number}")
        with acting(cast.ruth):
            Device.objects.filter(pk=device.pk).update(product_model=release.product_model)
        runs(cast, device, "22.9")
    campaign = started(cast, release)
    for viewer, url, most in (
        (cast.dana, "/firmware/campaigns/", 20),
        (cast.dana, f"/firmware/campaigns/{campaign.pk}/", 22),
        (cast.amit, "/our-firmware/", 20),
    ):
        browser = browser_of(viewer)
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        assert len(asked) <= most, (url, len(asked))
