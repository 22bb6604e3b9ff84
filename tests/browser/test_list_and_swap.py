"""A list is imported; a device of it breaks and is swapped, and its cover is seen to move."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contracts.day_words import spell_day
from contracts.days import today_at_site
from contracts.models import Cover, Device
from tests.browser.conftest import Stage
from tests.builders import build_contract
from tests.cast import Cast
from tests.jobs import finish_jobs
from tests.servers import TestServers
from tests.stage import acting

pytestmark = pytest.mark.browser

HEADINGS = (
    "Site,Device,Kind,Serial number,Extension,Warranty contract,Warranty starts,Warranty ends"
)


def test_a_list_is_imported_and_a_swap_moves_warranty_and_cover(
    stage: Stage, committed_cast: Cast, tmp_path: Path, servers: TestServers, settings: Any
) -> None:
    cast = committed_cast
    # The worker of this test looks where the web server puts what people send.
    settings.FILES_DIR = Path(servers.environment()["PORTAL_VAR"]) / "files"
    with acting(cast.ruth) as scope:
        today = today_at_site(cast.market_street, scope.now)
    first, last = today - timedelta(days=30), today + timedelta(days=300)
    good = f"Market Street,Front desk phone,Phone,SN-1,204,{cast.contract.number},{first},{last}"
    bad = "Nowhere,Lost phone,Phone,SN-2,,,,"
    lists = {"good": f"{HEADINGS}\n{good}\n", "bad": f"{HEADINGS}\n{good}\n{bad}\n"}
    ruth = stage.signed_in(cast.ruth)

    send(ruth, cast, tmp_path, lists["bad"])
    expect(ruth.locator("main")).to_contain_text("1 row refused, so nothing is imported")
    expect(ruth.locator("main")).to_contain_text("The customer has no site “Nowhere”.")

    send(ruth, cast, tmp_path, lists["good"])
    expect(ruth.locator("main")).to_contain_text("Ready to import: 1 new")
    ruth.get_by_role("button", name="Import", exact=True).click()
    ruth.wait_for_url(re.compile(r"/jobs/\d+/$"))
    finish_jobs()
    ruth.goto("/devices/?q=SN-1")
    ruth.get_by_role("link", name="Front desk phone").click()
    expect(ruth.locator("main")).to_contain_text(f"Under warranty until {spell_day(last)}")

    number = cover_by_name(cast, "SN-1", first, last)
    ruth.reload()
    expect(ruth.locator(".cover")).to_contain_text(f"Contract {number}.")

    dana = stage.signed_in(cast.dana, width=390)
    dana.goto(ruth.url)
    dana.get_by_role("link", name="Swap").click()
    dana.get_by_label("Serial number of the new device").fill("SN-9")
    dana.get_by_label("What was wrong").fill("The display stays dark")
    dana.get_by_role("button", name="Swap").click()
    expect(dana.locator("main")).to_contain_text(f"Under warranty until {spell_day(last)}")
    expect(dana.locator("main")).to_contain_text("SN-9")
    # The contract that named the old device names the new one.
    expect(dana.locator(".cover").first).to_contain_text(f"until {spell_day(last)}")
    expect(dana.locator(".cover").first).to_contain_text(f"Contract {number}.")
    expect(dana.locator("main")).to_contain_text("For serial number SN-1: The display stays dark")

    ruth.reload()
    expect(ruth.locator("main")).to_contain_text("Replaced on")
    expect(ruth.locator("main")).to_contain_text("Warranty ended on")
    expect(ruth.locator(".cover").first).to_contain_text("Replaced on")
    expect(ruth.locator(".cover").first).not_to_contain_text(number)
    expect(ruth.locator("main")).to_contain_text("By serial number SN-9: The display stays dark")


def cover_by_name(cast: Cast, serial: str, first: date, last: date) -> str:
    """Sign a contract that names a device; return its number."""
    with acting(cast.ruth):
        device = Device.objects.get(serial=serial)
    contract = build_contract(cast.bayview, device=device, starts_on=first, ends_on=last)
    with acting(cast.ruth):
        Cover.objects.filter(contract=contract).update(during=(first, last + timedelta(days=1)))
    return contract.number


def send(page: Page, cast: Cast, folder: Path, content: str) -> None:
    """Send a list in for Bayview, let it be checked, and look at what it would do."""
    path = folder / "phones.csv"
    path.write_text(content)
    page.goto(f"/imports/new/?customer={cast.bayview.pk}")
    page.get_by_label("List").set_input_files(path)
    page.get_by_role("button", name="Check the list").click()
    page.wait_for_url(re.compile(r"/jobs/\d+/$"))
    finish_jobs()
    page.goto("/imports/")
    page.get_by_role("link", name="phones.csv").first.click()
