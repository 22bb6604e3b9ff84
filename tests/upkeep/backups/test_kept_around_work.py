"""Backups around work by hand stay, until an admin says that they need not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.web.helpers import text_of
from tests.upkeep.changes.world import ticket_for
from tests.upkeep.taking import plan_for, take_backup
from upkeep.actions.let_backup_go import let_backup_go
from upkeep.actions.record_change import record_change
from upkeep.models import Backup, BackupState
from upkeep.sweeps.keep_backups import keep_backups

pytestmark = pytest.mark.django_db
NOTHING = {"keep_daily": 0, "keep_weekly": 0, "keep_monthly": 0, "keep_yearly": 0}


def pass_days(database_time: DatabaseTime, days: float) -> None:
    with system_scope("a test") as scope:
        now = scope.now
    database_time.set(now + timedelta(days=days))


def stored() -> list[int]:
    with system_scope("a test"):
        rows = Backup.objects.filter(state=BackupState.STORED.value).order_by("pk")
        return list(rows.values_list("pk", flat=True))


@pytest.fixture
def taken(cast: Cast, database_time: DatabaseTime) -> list[Backup]:
    """Take two backups, change something by hand, and take six more, one each ten days."""
    ticket = ticket_for(cast, database_time)
    plan_for(cast.phone_system, **NOTHING)
    with system_scope("a test"):
        # The ticket came between the second and the third.
        opened = ticket.opened_at
    database_time.set(opened - timedelta(days=20))
    backups = [take_backup(cast.phone_system, b"0")]
    pass_days(database_time, 10)
    backups.append(take_backup(cast.phone_system, b"1"))
    database_time.set(opened + timedelta(hours=1))
    with acting(cast.dana):
        record_change(
            ticket=ticket,
            device_id=cast.phone_system.pk,
            words="Door 2 rings 102",
            files=(),
            actor=cast.dana,
        )
    for number in range(2, 8):
        pass_days(database_time, 10)
        backups.append(take_backup(cast.phone_system, b"%d" % number))
    return backups


def test_the_backups_around_a_change_by_hand_are_never_let_go(
    cast: Cast, taken: list[Backup]
) -> None:
    assert keep_backups().removed == 3
    around = [taken[1].pk, taken[2].pk]
    assert stored() == [*around, *(one.pk for one in taken[5:])]


def test_an_admin_releases_one_and_the_rule_lets_it_go(cast: Cast, taken: list[Backup]) -> None:
    for person in (cast.dana, cast.priya):
        with acting(person), pytest.raises(NotAllowed):
            let_backup_go(backup=taken[1], reason="I want to", actor=person)
    with acting(cast.ruth):
        with pytest.raises(BadInput):
            let_backup_go(backup=taken[1], reason=" ", actor=cast.ruth)
        with pytest.raises(RuleBroken, match="not kept for work around it"):
            let_backup_go(backup=taken[4], reason="Room", actor=cast.ruth)
        let_backup_go(backup=taken[1], reason="Replaced long ago", actor=cast.ruth)
        with pytest.raises(RuleBroken):
            let_backup_go(backup=taken[1], reason="Twice", actor=cast.ruth)
        entry = AuditEntry.objects.get(action="backup.let_go")
    assert json.loads(entry.body)["details"]["reason"] == "Replaced long ago"
    # Nothing goes at once: the rule does it, and nothing takes its place.
    assert taken[1].pk in stored()
    assert keep_backups().removed == 4
    assert stored() == [taken[2].pk, *(one.pk for one in taken[5:])]


def test_the_pages_tell_whoever_manages_backups_why_they_are_kept(
    cast: Cast, taken: list[Backup]
) -> None:
    device, url = f"/devices/{cast.phone_system.pk}/backups/", f"/backups/{taken[1].pk}/"
    words = text_of(browser_of(cast.priya).get(device))
    assert "Around an update, a change or a restore 2" in words
    assert "Why they are kept" not in text_of(browser_of(cast.dana).get(device))
    shown = text_of(browser_of(cast.priya).get(url))
    assert "Why it is kept Around an update, a change or a restore" in shown
    assert "Release it from the work" not in shown
    ruth = browser_of(cast.ruth)
    assert "Release it from the work" in text_of(ruth.get(url))
    for bad in ("", "x" * 301):
        assert ruth.post(f"{url}let-go/", {"reason": bad}).status_code == 422
    answer = ruth.post(f"{url}let-go/", {"reason": "Replaced long ago"})
    assert answer.headers["Location"] == url
    assert "no longer kept for the work around it" in text_of(ruth.get(url))
