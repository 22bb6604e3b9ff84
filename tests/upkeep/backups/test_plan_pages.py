"""Planning backups in the browser, taking one now, and what customers see of them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry
from calcom_portal.common.tenancy import provider_scope
from monitoring.models import Connection
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tests.tickets.web.helpers import HTMX, at_most_queries, text_of
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.backups.world import build_backups
from upkeep.backups.marking import ready_store
from upkeep.models import Backup, BackupPlan, BackupWaiver

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def connection_of(cast: Cast, **fields: Any) -> Connection:
    """Give the phone system a way in by SSH whose key somebody confirmed."""
    device = cast.phone_system
    with provider_scope(provider_id=device.provider_id):
        made: Connection = Connection.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            driver="ssh",
            transport="direct",
            host="pbx.example.com",
            **{"host_key": "ssh-ed25519 AAAA"} | fields,
        )
        return made


def form_of(connection: Connection | None, **changes: Any) -> dict[str, Any]:
    """Return the form of a plan as a browser sends it."""
    values = {
        "connection": connection.pk if connection else "",
        "paths": "/etc/asterisk\n/var/lib/asterisk",
        "databases": "asterisk",
        "sqlite": "",
        "services": "",
        "defaults_file": "",
        "every_hours": "24",
        "opens_at": "01:00",
        "closes_at": "05:00",
        "expected_hours": "216",
        "keep_daily": "14",
        "keep_weekly": "8",
        "keep_monthly": "12",
        "keep_yearly": "2",
        "quota_mb": "500",
        "rehearses": "on",
        "submission": str(uuid.uuid4()),
    }
    return values | changes


def plan_url(cast: Cast, driver: str = "ssh") -> str:
    """Return the address of the form."""
    return f"/devices/{cast.phone_system.pk}/backups/plan/?driver={driver}"


def test_a_plan_is_made_from_the_form_and_shown_in_it_again(cast: Cast) -> None:
    connection = connection_of(cast)
    priya = browser_of(cast.priya)
    made = priya.post(plan_url(cast), form_of(connection))
    assert made.status_code == 303, text_of(made)
    with acting(cast.priya):
        plan = BackupPlan.objects.get()
    assert plan.driver == "ssh"
    assert plan.connection_id == connection.pk
    assert plan.settings["paths"] == ["/etc/asterisk", "/var/lib/asterisk"]
    assert plan.settings["databases"] == ["asterisk"]
    assert plan.every_hours == 24
    assert plan.quota_bytes == 500 * 1024 * 1024
    again = priya.get(f"/devices/{cast.phone_system.pk}/backups/plan/").content.decode()
    assert "/etc/asterisk\n/var/lib/asterisk" in again
    assert 'value="01:00"' in again
    assert 'value="500"' in again


def test_the_ways_are_offered_with_what_they_were_tested_on(cast: Cast) -> None:
    page = text_of(browser_of(cast.priya).get(plan_url(cast, "")))
    assert "Files and databases over SSH" in page
    assert "OpenSSH 9.2 sftp" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"paths": "../etc"}, "paths"),
        ({"paths": "/proc"}, "paths"),
        ({"paths": "", "databases": ""}, "paths"),
        ({"databases": "a; rm -rf /"}, "databases"),
        ({"every_hours": "7"}, "every_hours"),
        ({"opens_at": "25:00"}, "opens_at"),
        ({"closes_at": ""}, "closes_at"),
        ({"closes_at": "01:00"}, "closes_at"),
        ({"expected_hours": "12"}, "expected_hours"),
        ({"expected_hours": "9e9"}, "expected_hours"),
        ({"keep_daily": "0"}, "keep_daily"),
        ({"keep_yearly": "101"}, "keep_yearly"),
        ({"quota_mb": "-1"}, "quota_mb"),
        ({"connection": ""}, "connection"),
        ({"connection": "999999"}, "connection"),
        ({"defaults_file": "my.cnf"}, "defaults_file"),
    ],
)
def test_a_bad_plan_names_its_field_and_changes_nothing(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    connection = connection_of(cast)
    refused = browser_of(cast.priya).post(plan_url(cast), form_of(connection) | changes)
    assert refused.status_code == 422
    assert f"id_{field}_error" in refused.content.decode()
    with acting(cast.priya):
        assert BackupPlan.objects.count() == 0


def test_a_connection_whose_key_nobody_confirmed_is_refused_in_words(cast: Cast) -> None:
    connection = connection_of(cast, host_key="")
    refused = browser_of(cast.priya).post(plan_url(cast), form_of(connection))
    assert refused.status_code == 422
    assert "Nobody has confirmed the host key of pbx.example.com yet." in text_of(refused)


def test_a_system_that_sends_its_backups_has_no_rhythm(cast: Cast) -> None:
    priya = browser_of(cast.priya)
    page = priya.get(plan_url(cast, "drop")).content.decode()
    assert "id_every_hours" not in page
    assert priya.post(plan_url(cast, "drop"), form_of(None)).status_code == 303
    with acting(cast.priya):
        assert BackupPlan.objects.get().every_hours is None


def test_an_unknown_way_is_not_there(cast: Cast) -> None:
    assert browser_of(cast.priya).get(plan_url(cast, "tape")).status_code == 404


def test_a_plan_is_paused_and_resumed(cast: Cast) -> None:
    plan_for(cast.phone_system)
    priya = browser_of(cast.priya)
    url = f"/devices/{cast.phone_system.pk}/backups/"
    priya.post(f"{url}plan/pause/")
    assert "Paused since" in text_of(priya.get(url))
    priya.post(f"{url}plan/resume/")
    assert "Every 24 hours" in text_of(priya.get(url))


def test_a_technician_takes_a_backup_now_and_sees_how_far_it_is(cast: Cast) -> None:
    plan_for(cast.phone_system)
    dana = browser_of(cast.dana)
    asked = dana.post(f"/devices/{cast.phone_system.pk}/backups/ask/")
    assert asked.status_code == 303
    words = text_of(dana.get(asked.headers["Location"]))
    assert "Under way" in words
    assert "by Dana Okafor" in words
    with acting(cast.dana):
        backup = Backup.objects.get()
    assert (backup.trigger, backup.state) == ("by_hand", "waiting")


def test_the_ticket_asks_for_its_backup_on_the_spot(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    plan_for(cast.phone_system)
    dana = browser_of(cast.dana)
    url = f"/tickets/CC-1001/backups/{cast.phone_system.pk}/"
    part = dana.post(url, headers=HTMX)
    assert "Backing up Main phone system" in text_of(part)
    assert dana.post(url).headers["Location"] == "/tickets/CC-1001/resolve/"
    with acting(cast.dana):
        backup = Backup.objects.get()
    assert backup.trigger == "service"
    assert backup.ticket_id == ticket.pk


def test_an_encrypted_part_is_handed_out_and_that_is_written_down(cast: Cast) -> None:
    store = ready_store()
    ids = build_backups(cast)
    writer = store.create("backups/not-there")
    writer.write(b"age-encryption.org/v1 and more")
    writer.commit()
    answer = browser_of(cast.priya).get(f"/backups/{ids['backup']}/parts/{ids['part_id']}/")
    sent = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert sent == b"age-encryption.org/v1 and more"
    assert "-config.zst.age" in answer.headers["Content-Disposition"]
    with provider_scope(provider_id=cast.calcom.pk):
        assert AuditEntry.objects.filter(action="backup.handed_out").count() == 1


def test_a_part_of_another_backup_is_not_there(cast: Cast) -> None:
    ids = build_backups(cast)
    with acting(cast.priya):
        plan = BackupPlan.objects.get(device=cast.phone_system)
    other = backup_of(plan)
    answer = browser_of(cast.priya).get(f"/backups/{other.pk}/parts/{ids['part_id']}/")
    assert answer.status_code == 404


def test_a_customer_sees_age_size_and_proof_of_the_last_good_one(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        now = scope.now
    backup_of(plan, now - 26 * HOUR, level=3, proven_at=now)
    backup_of(plan, now - HOUR, state="failed", level=0, problem="Login of root refused")
    elena = browser_of(cast.elena)
    ours = text_of(elena.get("/our-backups/"))
    assert "26 h ago" in ours
    assert "Proven by a rehearsal" in ours
    assert "12.0" in ours
    assert "root refused" not in ours
    home = text_of(elena.get("/"))
    assert "Last good backup 26 h ago" in home
    device = text_of(elena.get(f"/devices/{cast.phone_system.pk}/"))
    assert "Proven by a rehearsal" in device
    assert "root refused" not in device
    with at_most_queries(8):
        elena.get("/our-backups/")


def test_a_customer_sees_which_system_has_no_good_backup_yet(cast: Cast) -> None:
    backup_of(plan_for(cast.phone_system))
    gateway = plan_for(build_device(cast.market_street, "Gateway"))
    backup_of(gateway, state="failed", level=0, problem="Login of root refused")
    elena = browser_of(cast.elena)
    words = text_of(elena.get("/our-backups/"))
    assert (
        "Gateway We back up this system every day. Market Street No backup yet Main phone" in words
    )
    assert words.count("No backup yet") == 1
    assert "Login of root refused" not in words
    with at_most_queries(8):
        elena.get("/our-backups/")


def test_a_customer_sees_where_a_backup_was_left_out(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana) as scope:
        BackupWaiver.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            ticket=ticket,
            device=cast.phone_system,
            reason="It was sent away for repair.",
            given_name="Dana Okafor",
            given_at=scope.now,
        )
    words = text_of(browser_of(cast.elena).get("/our-backups/"))
    assert "CC-1001 Main phone system : It was sent away for repair. Dana Okafor" in words
    assert "sent away" not in text_of(browser_of(cast.sam).get("/our-backups/"))


def test_the_device_page_shows_staff_the_newest_and_a_button(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    backup_of(plan, state="failed", level=0, problem="No space left on device")
    words = text_of(browser_of(cast.dana).get(f"/devices/{cast.phone_system.pk}/"))
    assert "No space left on device" in words
    assert "Back up now" in words


@pytest.mark.parametrize("driver", ["drop", "manual"])
def test_what_we_do_not_fetch_is_brought_by_hand(
    cast: Cast, database_time: DatabaseTime, driver: str
) -> None:
    opened(cast, database_time)
    device = cast.phone_system
    plan_for(device, driver=driver, every_hours=None)
    upload = f"/backups/upload/{device.pk}/"
    dana = browser_of(cast.dana)
    page = dana.get(f"/devices/{device.pk}/backups/").content.decode()
    assert f'href="{upload}"' in page
    assert "Back up now" not in page
    resolving = dana.get("/tickets/CC-1001/resolve/").content.decode()
    assert f'href="{upload}?ticket=CC-1001"' in resolving
