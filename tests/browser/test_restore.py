"""A system is given back what it had: chosen, looked at, allowed by somebody else, watched."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import work_through
from tests.browser.conftest import FRIDAY_16, Stage
from tests.cast import Cast
from tests.upkeep.restores.system import NEW, PaperSystem, is_whole
from tests.upkeep.restores.world import plan_with_way, stored_backup, take_safety_backups
from upkeep.drivers.giving import GIVERS
from upkeep.sweeps.run_restores import run_restores

pytestmark = pytest.mark.browser
SOON = timedelta(seconds=15)


class Workers:
    """Those of the vault and the keeper, and the time that passes while they work."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.now = datetime.fromisoformat(FRIDAY_16)

    def work(self, rounds: int = 1) -> None:
        """Let them do what is due, and some seconds pass."""
        for _ in range(rounds):
            work_through(run_restores)
            work_through(take_safety_backups)
            self.now += SOON
            self.stage.time.set(self.now.isoformat())


def test_a_backup_is_restored_and_everybody_sees_how_it_goes(
    stage: Stage, committed_cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = committed_cast
    system = PaperSystem(tmp_path / "system.json")
    monkeypatch.setitem(GIVERS, "ssh", system)
    plan_with_way(cast.phone_system)
    backup = work_through(lambda: stored_backup(cast.phone_system))
    workers = Workers(stage)

    dana = stage.signed_in(cast.dana)
    dana.goto(f"/backups/{backup.pk}/")
    choose_and_ask(dana)
    expect(dana.locator("main")).to_contain_text("Nothing is changed.")
    workers.work()
    expect(dana.locator("main")).to_contain_text("The version is the same as then: 22.10.1.")
    expect(dana.locator("main")).to_contain_text("Somebody else confirms what you asked for")
    expect(dana.get_by_label("Name of the system")).to_have_count(0)

    marco = stage.signed_in(cast.marco, width=390)
    marco.goto("/restores/")
    marco.get_by_role("link", name="Main phone system").click()
    expect(marco.get_by_label("Emergency: why nobody else can confirm")).to_have_count(0)
    marco.get_by_label("Name of the system").fill("Main phone system")
    marco.get_by_role("button", name="Restore Main phone system").click()
    expect(marco.locator("#progress")).to_contain_text("Waits for its turn")
    workers.work(2)
    dana.reload()
    for page in (dana, marco):
        expect(page.locator("#progress")).to_contain_text("The system can take the backup.")
        expect(page.get_by_role("progressbar")).to_be_visible()
    workers.work(20)
    for page in (dana, marco):
        expect(page.locator("main")).to_contain_text("Measured time")
        expect(page.locator("main")).to_contain_text("Restored")
        expect(page.get_by_role("progressbar")).to_have_count(0)
    assert is_whole(system, NEW)


def choose_and_ask(page: Page) -> None:
    """Go from a backup to the form, and say what is wanted of it and why."""
    page.get_by_role("link", name="Restore").last.click()
    for part in ("config", "db-a"):
        page.get_by_label(part).check()
    page.get_by_label("Why").fill("The disk was replaced.")
    page.get_by_role("button", name="Look at the system").click()
