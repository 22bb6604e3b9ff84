"""A campaign from its plan to its evidence, on a real Debian: backup, update, proof, or back."""

import time as clock
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calcom_portal.common.tenancy import database_now, system_scope
from monitoring.models import Maintenance
from tests.builders import build_price_list
from tests.cast import Cast
from tests.lab.debian import BROKEN, FIRST, GOOD, MODULES, NAME, TOOL, Debian, debian
from tests.lab.debian import is_debian_there as has_debian
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.stage import acting
from tests.upkeep.firmware.world import build_product, build_release, runs, started, update_of
from tests.upkeep.taking import plan_for
from upkeep.actions.answer_campaign import answer_campaign
from upkeep.models import Campaign, FirmwareSeen, FirmwareStep, FirmwareUpdate, Method
from upkeep.sweeps.run_firmware import run_firmware
from upkeep.sweeps.take_backups import take_backups

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not has_debian(), reason="No Debian to update, or no right to."),
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
    """Bayview's phone system: a Debian with a package that answers with its version."""

    cast: Cast
    machine: Debian

    def campaign(self, version: str, *, sha256: str = "") -> Campaign:
        """Have a campaign to a version begin, to which Bayview has agreed."""
        cast, device = self.cast, self.cast.phone_system
        product = build_product(cast, device)
        runs(cast, device, FIRST)
        sha256 = sha256 or self.machine.target(version).sha256
        release = build_release(cast, product, version, file_sha256=sha256)
        with acting(cast.dana):
            here = database_now().astimezone(ZoneInfo(device.site.zone))
        campaign = started(
            cast,
            release,
            title="Phone systems to the new version",
            starts_on=here.date(),
            opens_at=time(here.hour),
            method=Method.APT,
            package=NAME,
        )
        with acting(cast.amit):
            answer_campaign(
                updates=list(FirmwareUpdate.objects.all()), agreed=True, actor=cast.amit
            )
        return campaign

    def ended(self) -> FirmwareUpdate:
        """Let workers work until the update is over."""
        end = clock.monotonic() + PATIENCE
        while (update := update_of(self.cast, self.cast.phone_system)).state not in OVER:
            assert clock.monotonic() < end, (update.state, update.step, update.problem)
            run_firmware()
            take_backups()
            clock.sleep(0.2)
        return update

    def steps(self) -> list[tuple[str, str]]:
        with system_scope("a test reads steps"):
            rows = FirmwareStep.objects.order_by("number")
            return [(row.code, row.outcome) for row in rows]

    def runs_now(self) -> str:
        with system_scope("a test reads versions"):
            seen = FirmwareSeen.objects.get(device=self.cast.phone_system, until=None)
            return f"{seen.version}, {seen.source}"


@pytest.fixture
def bayview(cast: Cast, folder: Path) -> Iterator[Bayview]:
    allow_loopback(cast.calcom.pk)
    with debian(folder) as machine:
        login = machine.door.login
        connection = build_connection(
            cast.phone_system,
            driver="ssh",
            port=machine.door.server.target.port,
            host_key=login.host_key,
            credential=build_credential(
                cast.phone_system, "ssh_key", user=login.username, private_key=login.private_key
            ),
        )
        settings = {
            "paths": ["/etc/labpbx.conf"],
            "databases": [],
            "sqlite": [],
            "services": [NAME],
            "sudo": False,
            "defaults_file": "",
        }
        plan_for(cast.phone_system, connection=connection, settings=settings)
        yield Bayview(cast, machine)


def all_at(version: str) -> dict[str, str]:
    return {NAME: f"ii  {version}", MODULES: f"ii  {version}", TOOL: f"ii  {FIRST}"}


def test_a_device_is_backed_up_updated_proven_and_backed_up_again(bayview: Bayview) -> None:
    bayview.campaign(GOOD)
    update = bayview.ended()
    assert (update.state, update.problem, update.former) == ("updated", "", FIRST)
    assert (bayview.machine.states(), bayview.machine.answers()) == (all_at(GOOD), GOOD)
    assert [code for code, _ in bayview.steps()] == [
        *("prepare", "backup", "update", "verify", "afterwards")
    ]
    run_firmware()
    with acting(bayview.cast.dana):
        update = FirmwareUpdate.objects.select_related("before_backup", "after_backup").get()
        assert update.before_backup is not None
        assert update.after_backup is not None
        assert (update.before_backup.state, update.after_backup.state) == ("stored", "stored")
        assert Campaign.objects.get().state == "done"
        assert not Maintenance.objects.filter(cancelled_at=None).exists()
    assert bayview.runs_now() == f"{GOOD}, Firmware update"


def test_a_version_that_fails_is_taken_back_and_the_service_works_as_before(
    bayview: Bayview,
) -> None:
    bayview.campaign(BROKEN)
    update = bayview.ended()
    assert update.state == "rolled_back"
    assert "post-installation script subprocess returned error" in update.problem
    assert (bayview.machine.states(), bayview.machine.answers()) == (all_at(FIRST), FIRST)
    assert [code for code, _ in bayview.steps()] == [
        *("prepare", "backup", "update", "roll_back", "prove_back")
    ]
    assert bayview.runs_now().startswith(FIRST)


def test_another_file_than_the_catalogues_ends_it_before_anything_is_done(bayview: Bayview) -> None:
    bayview.campaign(GOOD, sha256="ab" * 32)
    update = bayview.ended()
    assert update.state == "failed"
    assert "its SHA-256 is another" in update.problem
    assert (bayview.machine.states(), bayview.machine.answers()) == (all_at(FIRST), FIRST)
