"""A change of programming: a diff without passwords; one by hand, told to the customer."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.beside import work_through
from tests.browser.conftest import Stage
from tests.browser.journeys import open_now
from tests.cast import Cast
from tests.monitoring.builders import allow_loopback
from tests.upkeep.changes.files import PASSWORD
from tests.upkeep.changes.machine import phone_system
from tests.upkeep.changes.world import build_changeable
from upkeep.sweeps.make_changes import make_changes

pytestmark = pytest.mark.browser


def test_what_a_change_does_is_seen_before_and_what_was_done_by_hand_is_told(
    stage: Stage, committed_cast: Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    ticket = open_now(cast, cast.elena, kind="programming", subject="A new colleague")
    allow_loopback(cast.calcom.pk)
    dana = stage.signed_in(cast.dana)
    with phone_system(tmp_path) as machine:
        build_changeable(cast.phone_system, machine.target.port, config=str(tmp_path), services=[])
        dana.goto(f"/tickets/{ticket.reference}/")
        dana.get_by_role("link", name="Make a change").click()
        dana.get_by_role("link", name="Add an extension").click()
        dana.get_by_label("Extension", exact=True).fill("103")
        dana.get_by_label("Name", exact=True).fill("Front desk")
        dana.get_by_label("Like extension").fill("101")
        dana.get_by_label("Password").fill(PASSWORD)
        dana.get_by_role("button", name="Show what changes").click()
        expect(dana.locator("main")).to_contain_text("Being prepared")
        work_through(make_changes)
        diff = dana.get_by_role("region", name=f"{tmp_path}/pjsip.conf")
        expect(diff).to_contain_text("[103](phone)")
        expect(diff).to_contain_text("password=••••••")
        assert PASSWORD not in dana.content()
        dana.get_by_role("button", name="Do not make it").click()
        expect(dana.locator("main")).to_contain_text("The change is not made.")

    dana.get_by_role("link", name="Another change").click()
    dana.get_by_role("link", name="Record a change made by hand").click()
    dana.get_by_label("What was changed").fill("The door phone rings 102")
    for label, rings in (("File before", "101"), ("File after", "102")):
        name = f"{label[5:]}.cfg"
        data = f"ring={rings}\npassword={PASSWORD}\n".encode()
        dana.get_by_label(label).set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": data}
        )
    dana.get_by_role("button", name="Record the change").click()
    dana.get_by_role("link", name="The door phone rings 102").click()
    expect(dana.locator(".diff")).to_contain_text("ring=102")
    assert PASSWORD not in dana.content()

    elena = stage.signed_in(cast.elena, width=390)
    elena.goto(f"/tickets/{ticket.reference}/")
    expect(elena.locator("main")).to_contain_text("The door phone rings 102.")
    expect(elena.locator("main")).not_to_contain_text("ring=")
    expect(elena.locator("main")).not_to_contain_text("extension 103")
