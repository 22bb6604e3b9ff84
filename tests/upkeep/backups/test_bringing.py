"""Files that technicians bring, and the accounts of systems that send theirs: actions and pages."""

from __future__ import annotations

import io
import re
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken, TooLarge
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import system_scope
from contracts.models import Device
from tests.cast import Cast
from tests.stage import acting, browser_of
from tests.tickets.helpers import request_of
from tests.upkeep.archives import tar_of, zip_of
from tests.upkeep.taking import begin_backup, plan_for
from tickets.actions import open_ticket
from upkeep.actions.upload_backup import upload_backup
from upkeep.drop.accounts import account_of
from upkeep.models import Backup, BackupDriver, BackupPlan, BackupState, Level, Trigger

SECRET = re.compile(r'id="secret" value="([^"]+)"')
NATIVE = zip_of(**{"pcpro.dat": bytes(range(256)) * 40})

pytestmark = pytest.mark.django_db


def bring(
    cast: Cast, data: bytes = NATIVE, *, device: Device | None = None, actor: Viewer | None = None
) -> Backup:
    """Bring a file for the phone system."""
    actor = actor or cast.dana
    file = IncomingFile("SL2100 night.zip", len(data), lambda: io.BytesIO(data))
    with acting(actor):
        return upload_backup(
            device=device or cast.phone_system,
            file=file,
            firmware="4.10",
            ticket=None,
            actor=actor,
        )


def kept(settings: Any) -> int:
    return sum(path.is_file() for path in Path(settings.BACKUP_STORE).rglob("[!.]*"))


def test_a_file_that_a_technician_brings_is_a_backup_in_his_name(cast: Cast) -> None:
    backup = bring(cast)
    assert (backup.state, backup.level) == (BackupState.STORED, Level.OPENED)
    assert (backup.trigger, backup.firmware) == (Trigger.BY_HAND, "4.10")
    assert (backup.asked_by_id, backup.plan_id) == (cast.dana.membership_id, None)
    assert backup.baseline == {"file_name": "SL2100 night.zip"}


@pytest.mark.parametrize("data", [b"", NATIVE[:-30], bytes(9000)], ids=["empty", "cut", "zeros"])
def test_what_is_not_whole_is_refused_at_its_field_and_leaves_nothing(
    cast: Cast, settings: Any, data: bytes
) -> None:
    with pytest.raises(BadInput) as refusal:
        bring(cast, data)
    assert refusal.value.field == "file"
    with system_scope("look"):
        assert (Backup.objects.count(), kept(settings)) == (0, 0)


def test_a_file_that_is_too_large_is_sent_elsewhere(cast: Cast, settings: Any) -> None:
    settings.BACKUP_UPLOAD_LIMIT_BYTES = 100
    with pytest.raises(TooLarge, match="are possible here"):
        bring(cast)


def test_a_backup_that_runs_goes_first(cast: Cast) -> None:
    begin_backup(cast.phone_system)
    with pytest.raises(RuleBroken, match=r"Another backup of Main phone system is being taken\."):
        bring(cast)


def test_a_system_out_of_service_gets_no_backup(cast: Cast) -> None:
    with system_scope("retire"):
        Device.objects.update(retired_on=date(2026, 11, 1))
        device = Device.objects.select_related("site").get(pk=cast.phone_system.pk)
    with pytest.raises(RuleBroken, match="taken out of service"):
        bring(cast, device=device)


def test_customers_bring_none(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        bring(cast, actor=cast.amit)


def upload(browser: Client, device: Device, data: bytes, **also: Any) -> Any:
    form = {
        "file": SimpleUploadedFile("night.tar", data),
        "firmware": "4.10",
        "submission": str(uuid.uuid4()),
        **also,
    }
    return browser.post(f"/backups/upload/{device.pk}/", form)


def test_the_page_takes_a_file_once_and_leads_to_the_backup(cast: Cast) -> None:
    browser, again = browser_of(cast.dana), str(uuid.uuid4())
    data = tar_of(**{"night.dat": b"x" * 3000})
    first = upload(browser, cast.phone_system, data, submission=again)
    second = upload(browser, cast.phone_system, data, submission=again)
    with system_scope("look"):
        backup = Backup.objects.get()
    assert [first.status_code, second.status_code] == [303, 303]
    assert first["Location"] == second["Location"] == f"/backups/{backup.pk}/"


def test_another_file_of_equal_name_and_size_is_no_repetition(cast: Cast) -> None:
    browser, again = browser_of(cast.dana), str(uuid.uuid4())
    files = [tar_of(**{"night.dat": fill * 3000}) for fill in (b"x", b"y")]
    sent = [upload(browser, cast.phone_system, data, submission=again) for data in files]
    assert [answer.status_code for answer in sent] == [303, 422]
    assert "already sent with other contents" in sent[1].content.decode()
    with system_scope("look"):
        assert Backup.objects.count() == 1


def test_the_page_says_at_the_field_what_is_wrong_with_a_file(cast: Cast) -> None:
    answer = upload(browser_of(cast.dana), cast.phone_system, NATIVE[:-30])
    assert answer.status_code == 422
    assert "Nothing of it was kept." in answer.content.decode()
    with system_scope("look"):
        assert Backup.objects.count() == 0


@pytest.mark.parametrize(
    ("firmware", "status"), [("4\x00", 400), ("4\n5", 422), ("4\x1b[2J", 422), ("4" * 81, 422)]
)
def test_a_version_that_is_no_line_is_refused_and_nothing_is_stored(
    cast: Cast, settings: Any, firmware: str, status: int
) -> None:
    answer = upload(browser_of(cast.dana), cast.phone_system, NATIVE, firmware=firmware)
    with system_scope("look"):
        count = Backup.objects.count()
    assert (answer.status_code, count, kept(settings)) == (status, 0, 0)


def test_the_page_takes_large_files_from_disk_and_refuses_larger_ones_unread(
    cast: Cast, settings: Any
) -> None:
    settings.BACKUP_UPLOAD_LIMIT_BYTES = 2 * 1024 * 1024
    browser = browser_of(cast.dana)
    assert upload(browser, cast.phone_system, tar_of(a=bytes(1_500_000))).status_code == 303
    assert upload(browser, cast.phone_system, tar_of(a=bytes(4_000_000))).status_code == 413


def account_page(cast: Cast) -> tuple[Client, BackupPlan, str]:
    plan = plan_for(cast.phone_system, driver=BackupDriver.DROP.value)
    return browser_of(cast.priya), plan, f"/backups/accounts/{plan.pk}/"


def test_an_account_is_opened_on_its_page_and_its_secret_shown_once(cast: Cast) -> None:
    browser, plan, address = account_page(cast)
    assert "Open account" in browser.get(address).content.decode()
    form = {"keys": "", "submission": str(uuid.uuid4())}
    opened = browser.post(address, form)
    found = SECRET.search(opened.content.decode())
    assert found
    assert "no-store" in opened["Cache-Control"]
    with system_scope("look"):
        plan.refresh_from_db()
    assert account_of(plan.drop_name) is not None
    assert browser.post(address, form).status_code == 303
    shown = browser.get(address).content.decode()
    assert plan.drop_name in shown
    assert found.group(1) not in shown
    with system_scope("look"):
        former = plan.drop_secret_hash
        plan.refresh_from_db()
        assert plan.drop_secret_hash == former


def test_a_bad_key_is_named_at_its_field(cast: Cast) -> None:
    browser, _, address = account_page(cast)
    answer = browser.post(address, {"keys": "no key", "submission": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "This is no public key." in answer.content.decode()


def test_closing_an_account_says_what_follows_and_shuts_it_out(cast: Cast) -> None:
    browser, plan, address = account_page(cast)
    browser.post(address, {"keys": "", "submission": str(uuid.uuid4())})
    assert "What it has sent stays." in browser.get(f"{address}close/").content.decode()
    assert browser.post(f"{address}close/").status_code == 303
    with system_scope("look"):
        plan.refresh_from_db()
    assert (plan.drop_name, plan.drop_secret_hash) == ("", "")


def test_a_system_whose_data_is_fetched_has_no_page_of_an_account(cast: Cast) -> None:
    plan = plan_for(cast.phone_system, driver=BackupDriver.SSH.value)
    assert browser_of(cast.priya).get(f"/backups/accounts/{plan.pk}/").status_code == 404


@pytest.mark.parametrize("driver", [BackupDriver.DROP, BackupDriver.MANUAL])
def test_the_page_of_a_system_leads_to_both_ways_in(cast: Cast, driver: BackupDriver) -> None:
    plan = plan_for(cast.phone_system, driver=driver.value)
    shown = browser_of(cast.priya).get(f"/devices/{cast.phone_system.pk}/backups/").content.decode()
    assert f'href="/backups/upload/{cast.phone_system.pk}/"' in shown
    assert f'href="/backups/accounts/{plan.pk}/"' in shown


def test_a_file_for_a_ticket_is_the_fresh_backup_that_it_asks_for(cast: Cast) -> None:
    plan_for(cast.phone_system, driver=BackupDriver.MANUAL.value)
    with acting(cast.elena):
        wish = request_of(cast, device_id=cast.phone_system.pk)
        ticket = open_ticket(request=wish, actor=cast.elena)
    browser, address = browser_of(cast.dana), f"/tickets/{ticket.reference}/resolve/"
    link = f"/backups/upload/{cast.phone_system.pk}/?ticket={ticket.reference}"
    assert f'href="{link}"' in browser.get(address).content.decode()
    form = {
        "file": SimpleUploadedFile("night.zip", NATIVE),
        "firmware": "",
        "submission": str(uuid.uuid4()),
    }
    assert browser.post(link, form)["Location"] == address
    # Nothing is asked any more.
    assert link not in browser.get(address).content.decode()
    with system_scope("look"):
        assert Backup.objects.get().trigger == Trigger.SERVICE
