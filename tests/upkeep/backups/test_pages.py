"""The board of backups, those of a system, and one of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import acting, browser_of
from tests.tickets.web.helpers import HTMX, at_most_queries, text_of
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.backups.world import build_backups
from upkeep.actions.hold_backup import hold_backup
from upkeep.models import Backup, BackupPart

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_board_shows_each_system_with_its_last_good_backup(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        now = scope.now
    backup_of(plan, now - 26 * HOUR)
    backup_of(plan, now - 2 * HOUR, state="failed", level=0, problem="No space left on device")
    words = text_of(browser_of(cast.dana).get("/backups/"))
    assert "Main phone system" in words
    assert "Market Street , Bayview Dental Group" in words
    assert "Last one failed" in words
    assert "26 h ago" in words
    assert "12.0" in words
    assert "Needs somebody 1" in words


def test_the_tabs_keep_what_they_name(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        now = scope.now
    backup_of(plan_for(cast.phone_system), now - HOUR)
    gateway = plan_for(build_device(cast.market_street, "Gateway"), alarm_at=now - HOUR)
    running = plan_for(build_device(cast.market_street, "Voice recorder"))
    backup_of(running, now, state="running", level=0)
    dana = browser_of(cast.dana)
    attention = text_of(dana.get("/backups/?show=attention"))
    assert gateway.device.name in attention
    assert "Main phone system" not in attention
    under_way = text_of(dana.get("/backups/?show=running"))
    assert "Voice recorder" in under_way
    assert "Gateway" not in under_way
    assert "Gateway" not in text_of(dana.get("/backups/?q=recorder"))


def test_the_board_costs_the_same_however_many_systems_there_are(cast: Cast) -> None:
    dana = browser_of(cast.dana)
    for number in range(12):
        backup_of(plan_for(build_device(cast.market_street, f"System {number}")))
    dana.get("/backups/")
    with at_most_queries(9):
        dana.get("/backups/")


def test_customers_do_not_reach_the_board(cast: Cast) -> None:
    assert browser_of(cast.elena).get("/backups/").status_code == 403


def test_the_page_of_a_system_lists_its_backups_and_its_plan(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        now = scope.now
    backup_of(plan, now - 26 * HOUR, trigger="by_hand")
    backup_of(plan, now - 2 * HOUR, state="failed", level=0, problem="No space left on device")
    dana = browser_of(cast.dana)
    url = f"/devices/{cast.phone_system.pk}/backups/"
    words = text_of(dana.get(url))
    assert "Every 24 hours" in words
    assert "14 daily, 8 weekly, 12 monthly, 2 yearly" in words
    assert "Without a good backup for 216 hours" in words
    assert words.index("No space left on device") < words.index("By hand")
    with at_most_queries(10):
        dana.get(url)


def test_the_page_of_a_backup_tells_how_far_it_is_proven_and_what_it_holds(cast: Cast) -> None:
    backup_id = build_backups(cast)["backup"]
    dana = browser_of(cast.dana)
    words = text_of(dana.get(f"/backups/{backup_id}/"))
    assert "Checked. Its files were looked into while it was written, and are whole." in words
    assert "Opened. Decrypted, and its files are whole. not yet" in words
    assert "not yet" in words
    assert "config Archive of files" in words
    assert "0" * 64 in words
    with at_most_queries(7):
        dana.get(f"/backups/{backup_id}/")


def test_the_page_says_when_it_was_decrypted_and_that_nobody_looks_into_a_makers_file(
    cast: Cast,
) -> None:
    backup_id = build_backups(cast)["backup"]
    with acting(cast.priya) as scope:
        Backup.objects.filter(pk=backup_id).update(opened_at=scope.now + HOUR)
    with system_scope("a test"):
        BackupPart.objects.filter(backup=backup_id).update(form="raw")
    words = text_of(browser_of(cast.dana).get(f"/backups/{backup_id}/"))
    assert "It holds a maker's own file: not empty, but nobody here can look inside it." in words
    assert "nobody here can look inside the maker's own file. not yet" not in words


def test_a_backup_under_way_is_followed_until_it_has_ended(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    backup = backup_of(
        plan, state="running", level=0, stored_at=None, step="Dumping asterisk", done_bytes=2**21
    )
    dana = browser_of(cast.dana)
    live = dana.get(f"/backups/{backup.pk}/live/", headers=HTMX)
    assert "Dumping asterisk, 2.0" in text_of(live)
    with acting(cast.dana):
        Backup.objects.filter(pk=backup.pk).update(state="stored", level=2)
    ended = dana.get(f"/backups/{backup.pk}/live/", headers=HTMX)
    assert ended.headers["HX-Refresh"] == "true"


def test_a_backup_is_kept_for_good_and_released(cast: Cast) -> None:
    backup = backup_of(plan_for(cast.phone_system))
    priya = browser_of(cast.priya)
    url = f"/backups/{backup.pk}/"
    empty = priya.post(f"{url}hold/", {"reason": " "})
    assert empty.status_code == 422
    assert "Say why it is kept." in text_of(empty)
    priya.post(f"{url}hold/", {"reason": "Before the carrier was changed."})
    words = text_of(priya.get(url))
    assert "Kept for good Before the carrier was changed. Priya Shah" in words
    priya.post(f"{url}release/")
    assert "Kept for good Before" not in text_of(priya.get(url))
    with provider_scope(provider_id=cast.calcom.pk):
        actions = AuditEntry.objects.order_by("number").values_list("action", flat=True)
        assert [one for one in actions if one.startswith("backup.")] == [
            "backup.held",
            "backup.released",
        ]


def test_only_what_is_stored_can_be_kept_for_good(cast: Cast) -> None:
    backup = backup_of(plan_for(cast.phone_system), state="gone")
    with acting(cast.priya), pytest.raises(RuleBroken):
        hold_backup(backup=backup, reason="Please.", actor=cast.priya)
    with acting(cast.priya):
        assert Backup.objects.get().held_at is None


def test_the_manifest_is_handed_out_as_it_was_signed(cast: Cast) -> None:
    backup = backup_of(plan_for(cast.phone_system), manifest='{"device": 1}\n')
    answer = browser_of(cast.dana).get(f"/backups/{backup.pk}/manifest/")
    assert answer.content == b'{"device": 1}\n'
    assert f'filename="{backup.name}.json"' in answer.headers["Content-Disposition"]
