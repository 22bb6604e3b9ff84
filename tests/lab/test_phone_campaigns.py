"""A campaign for phones: their system is backed up, they fetch, and they say what they run."""

import time as clock
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from tests.builders import build_price_list
from tests.cast import Cast
from tests.lab.desk_phone import KEY
from tests.lab.machines import Door
from tests.lab.offices import BAD, NEW, OLD, OWN, Office, an_office
from tests.lab.pbx import MANAGER, is_asterisk_there
from tests.lab.servers import missing
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.stage import acting
from tests.upkeep.firmware.world import (
    build_phone,
    build_product,
    build_release,
    runs,
    started,
    update_of,
)
from tests.upkeep.taking import plan_for
from upkeep.actions.answer_campaign import answer_campaign
from upkeep.drivers.provisioning import HttpUpdater
from upkeep.drivers.wanted import Target
from upkeep.models import FirmwareUpdate, Method
from upkeep.sweeps import run_firmware as sweep
from upkeep.sweeps.run_firmware import run_firmware
from upkeep.sweeps.take_backups import take_backups

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_asterisk_there(), reason="Asterisk could not be had here"),
    pytest.mark.skipif(bool(missing("curl")), reason="curl is not installed here"),
]
PATIENCE = 120
OVER = {"updated", "rolled_back", "failed", "stuck"}


@pytest.fixture
def cast(committed_cast: Cast) -> Cast:
    """Give people whose rows a worker's second connection sees as well."""
    build_price_list(committed_cast.calcom)
    return committed_cast


@dataclass(frozen=True)
class Bayview:
    """Bayview's office, and its phone as the portal knows it."""

    cast: Cast
    office: Office
    phone: Device

    def updated(self, target: Target) -> FirmwareUpdate:
        """Have a campaign run to its end, to which Bayview has agreed."""
        cast = self.cast
        product = build_product(cast, self.phone)
        runs(cast, self.phone, OLD)
        release = build_release(
            cast, product, target.version, file_url=target.url, file_sha256=target.sha256
        )
        with acting(cast.dana):
            here = database_now().astimezone(ZoneInfo(self.phone.site.zone))
        started(
            cast,
            release,
            title="Phones to the new version",
            starts_on=here.date(),
            opens_at=time(here.hour),
            method=Method.HTTP,
        )
        with acting(cast.amit):
            updates = list(FirmwareUpdate.objects.all())
            answer_campaign(updates=updates, agreed=True, actor=cast.amit)
        end = clock.monotonic() + PATIENCE
        while (update := update_of(cast, self.phone)).state not in OVER:
            assert clock.monotonic() < end, (update.state, update.step, update.problem)
            run_firmware()
            take_backups()
            clock.sleep(0.2)
        return update


@pytest.fixture
def bayview(
    cast: Cast, folder: Path, door: Door, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bayview]:
    allow_loopback(cast.calcom.pk)
    updater = HttpUpdater(patience=timedelta(seconds=5), look_every=timedelta(seconds=0.3))
    monkeypatch.setattr(sweep, "UPDATERS", {"http": updater})
    with an_office(folder, door) as office:
        _plan(cast, folder, door, office)
        yield Bayview(cast, office, build_phone(cast))


def _plan(cast: Cast, folder: Path, door: Door, office: Office) -> None:
    credential = build_credential(
        cast.phone_system,
        "ssh_key",
        user=door.login.username,
        private_key=door.login.private_key,
        ami_user=MANAGER.username,
        ami_password=MANAGER.password,
    )
    connection = build_connection(
        cast.phone_system,
        driver="asterisk",
        port=door.server.target.port,
        host_key=door.login.host_key,
        credential=credential,
    )
    settings = {
        "config": f"{folder}/etc",
        "astdb": "",
        "voicemail": "",
        "paths": [str(office.folder)],
        "databases": [],
        "services": [],
        "manager_port": office.settings["manager_port"],
        "phones_folder": str(office.folder),
        "phones_url": office.settings["base_url"],
        "phones_file": "{serial}.cfg",
        "phones_key": KEY,
    }
    plan_for(cast.phone_system, driver="asterisk", connection=connection, settings=settings)


def test_a_phone_is_brought_to_a_release_and_its_system_backed_up(bayview: Bayview) -> None:
    update = bayview.updated(bayview.office.release(NEW))
    assert (update.state, update.problem, update.former) == ("updated", "", OLD)
    assert bayview.office.phone.version == NEW
    with acting(bayview.cast.dana):
        kept = FirmwareUpdate.objects.select_related("before_backup", "after_backup").get()
        assert kept.before_backup is not None
        assert kept.after_backup is not None
        for backup in (kept.before_backup, kept.after_backup):
            assert (backup.device_id, backup.state) == (bayview.cast.phone_system.pk, "stored")


def test_a_firmware_that_the_phone_refuses_is_taken_back(bayview: Bayview) -> None:
    update = bayview.updated(bayview.office.release(BAD, "BAD image"))
    assert update.state == "rolled_back"
    assert update.problem.startswith("The phone of 101 does not run 1.3.0.0")
    assert (bayview.office.phone.version, bayview.office.own_file) == (OLD, OWN)
