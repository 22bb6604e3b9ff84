"""What customers see of restores: what was given back, when, by whom, and how it ended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.stage import browser_of
from tests.tickets.web.helpers import at_most_queries, text_of
from tests.upkeep.restores.system import PaperSystem
from tests.upkeep.restores.world import confirmed, plan_with_way, prepared, stored_backup
from upkeep.drivers.giving import GIVERS
from upkeep.models import Backup, Restore, RestoreState

pytestmark = pytest.mark.django_db


@pytest.fixture
def backup(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backup:
    monkeypatch.setitem(GIVERS, "ssh", PaperSystem(tmp_path / "system.json"))
    plan_with_way(cast.phone_system)
    return stored_backup(cast.phone_system)


def ended(restore: Restore, state: RestoreState, **fields: object) -> None:
    with system_scope("a test") as scope:
        usual = {"state": state, "begun_at": scope.now, "ended_at": scope.now, "look_at": None}
        Restore.objects.filter(pk=restore.pk).update(**usual | fields)


def test_a_restore_is_told_with_who_had_it_done_and_how_it_ended(
    cast: Cast, backup: Backup
) -> None:
    ended(confirmed(backup, cast.dana, cast.marco), RestoreState.RESTORED, took_seconds=65)
    words = text_of(browser_of(cast.elena).get("/our-backups/"))
    assert "Restored from a backup" in words
    assert (
        "Main phone system was restored from a backup within 1 minute 5 seconds, and works as it"
        " did then."
    ) in words
    assert "Dana Okafor, confirmed by Marco" in words
    assert "Restored from a backup" not in text_of(browser_of(cast.sam).get("/our-backups/"))


def test_one_that_went_back_says_so_without_what_is_the_staffs(cast: Cast, backup: Backup) -> None:
    restore = confirmed(backup, cast.dana, cast.marco)
    ended(restore, RestoreState.SWAPPED_BACK, problem="Login of root refused")
    elena = browser_of(cast.elena)
    words = text_of(elena.get("/our-backups/"))
    assert "did not succeed, and it was put back as it was before" in words
    assert "root refused" not in words
    device = text_of(elena.get(f"/devices/{cast.phone_system.pk}/history/"))
    assert "put back as it was before" in device
    assert "root refused" not in device


def test_that_nothing_was_left_to_save_is_told(cast: Cast, backup: Backup) -> None:
    restore = confirmed(backup, cast.dana, cast.marco, without_safety=True)
    ended(restore, RestoreState.RESTORED, saved_nothing=True)
    assert (
        "No backup of its state before could be taken: nothing was left to save, as was confirmed."
    ) in text_of(browser_of(cast.elena).get("/our-backups/"))


def test_what_was_prepared_only_is_not_told(cast: Cast, backup: Backup) -> None:
    prepared(backup, cast.dana)
    assert "Restored from a backup" not in text_of(browser_of(cast.elena).get("/our-backups/"))


def test_more_restores_cost_no_more_queries(cast: Cast, backup: Backup) -> None:
    for days in range(3):
        restore = confirmed(backup, cast.dana, cast.marco)
        with system_scope("a test") as scope:
            begun_at = scope.now - timedelta(days=days)
        ended(restore, RestoreState.RESTORED, begun_at=begun_at)
    elena = browser_of(cast.elena)
    elena.get("/our-backups/")
    with at_most_queries(9):
        page = elena.get("/our-backups/")
    assert text_of(page).count("was restored from a backup") == 3
