"""What customers read of their backup plans: the promise in words, and none of the way in."""

from __future__ import annotations

import pytest
from django.db import Error

from tests.builders import build_device
from tests.cast import Cast
from tests.stage import acting, browser_of
from tests.tickets.web.helpers import text_of
from tests.upkeep.backups.rows import backup_of, plan_for
from upkeep.backups.promising import Promise
from upkeep.models import BackupPlan


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        (Promise("ssh", 24, 216), "We back up this system every day."),
        (Promise("asterisk", 168, 216), "We back up this system every 7 days."),
        (Promise("ssh", 36, 216), "We back up this system every 36 hours."),
        (Promise("asterisk", 1, 216), "We back up this system every hour."),
        (Promise("ssh", None, 216), "We back up this system with every service."),
        (
            Promise("drop", None, 216),
            "This system sends us its backups: a good one at least every 9 days.",
        ),
        (
            Promise("manual", None, 24),
            "A technician brings us the backups of this system: a good one at least every day.",
        ),
        (Promise("drop", None, 216, is_paused=True), "The backups of this system are paused."),
    ],
)
def test_a_promise_is_one_sentence(promise: Promise, words: str) -> None:
    assert promise.words == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("driver", "words"),
    [
        ("drop", "This system sends us its backups: a good one at least every 9 days."),
        ("manual", "A technician brings us the backups of this system"),
    ],
)
def test_a_system_that_was_never_backed_up_stands_there_with_its_promise(
    cast: Cast, driver: str, words: str
) -> None:
    plan_for(cast.phone_system, driver=driver, every_hours=None)
    elena = browser_of(cast.elena)
    ours = text_of(elena.get("/our-backups/"))
    assert words in ours
    assert "No backup yet" in ours
    device = text_of(elena.get(f"/devices/{cast.phone_system.pk}/"))
    assert words in device
    assert "There is no backup yet." in device


@pytest.mark.django_db
def test_a_system_with_a_backup_keeps_its_promise_beside_it(cast: Cast) -> None:
    backup_of(plan_for(cast.phone_system))
    plan_for(build_device(cast.market_street, "Gateway"), driver="manual", every_hours=None)
    words = text_of(browser_of(cast.elena).get("/our-backups/"))
    assert "Main phone system We back up this system every day." in words
    assert words.count("No backup yet") == 1


@pytest.mark.django_db
def test_another_customer_and_systems_out_of_reach_are_not_told_of(cast: Cast) -> None:
    plan_for(cast.phone_system, driver="manual", every_hours=None)
    with acting(cast.sam):
        assert list(BackupPlan.objects.values_list("device_id", flat=True)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["settings", "drop_secret_hash", "drop_keys", "connection_id"])
def test_the_way_into_a_system_stays_with_the_staff(cast: Cast, column: str) -> None:
    plan_for(cast.phone_system)
    with pytest.raises(Error, match="permission denied"), acting(cast.elena):
        list(BackupPlan.objects.values_list(column, flat=True))
