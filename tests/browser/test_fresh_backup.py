"""Resolving work on a backed-up system: a fresh backup on the spot, or a reason (BACKUP)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from calcom_portal.common.tenancy import provider_scope
from tests.browser.beside import working
from tests.browser.conftest import Stage
from tests.browser.journeys import open_now
from tests.browser.test_accessibility import EVERYTHING
from tests.cast import Cast
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.monitoring.ssh_wire import LOGIN, PASSWORD, USER
from tests.upkeep.shell_wire import machine_beside
from tests.upkeep.taking import plan_for
from tickets.models import Ticket
from upkeep.models import Backup, BackupWaiver
from upkeep.sweeps.take_backups import take_backups

pytestmark = pytest.mark.browser

# The dump goes on when the test says so: until then the dialog shows how far it is.
DUMP = """
while [ ! -e {gate} ]; do sleep 0.05; done
echo '-- MariaDB dump'; echo 'CREATE TABLE `users` (`id` int);'; echo '-- Dump completed'
"""
TABLES = "case \"$*\" in *CHECKSUM*) printf 'asterisk.users\\t7\\n';; *) echo users;; esac"


@contextmanager
def backed_up(cast: Cast, folder: Path) -> Iterator[Path]:
    """Run a phone system that is backed up over SSH; give the gate that its dump waits for."""
    gate = folder / "gate"
    config = folder / "config"
    config.mkdir()
    (config / "pjsip.conf").write_text("[101]\n", encoding="utf-8")
    programs = {"mariadb-dump": DUMP.format(gate=gate), "mariadb": TABLES}
    with machine_beside(programs) as machine:
        allow_loopback(cast.calcom.pk)
        connection = build_connection(
            cast.phone_system,
            driver="ssh",
            host="127.0.0.1",
            port=machine.target.port,
            host_key=LOGIN.host_key,
            credential=build_credential(cast.phone_system, user=USER, password=PASSWORD),
        )
        settings = {"paths": [str(config)], "databases": ["asterisk"]}
        plan_for(cast.phone_system, connection=connection, settings=settings)
        yield gate


def begin_to_resolve(page: Page, ticket: Ticket) -> Locator:
    """Open the dialog that resolves a ticket, and return what it asks for."""
    page.goto(f"/tickets/{ticket.reference}/")
    page.keyboard.press("e")
    demand = page.get_by_role("region", name="Backup of Main phone system")
    expect(demand).to_contain_text("There is no backup of Main phone system since work on it began")
    return demand


def test_the_backup_that_resolving_asks_for_is_taken_on_the_spot(
    stage: Stage, committed_cast: Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    ticket = open_now(cast, cast.elena)
    stage.time.set("2026-06-12T16:20:00-07:00")
    dana = stage.signed_in(cast.dana)
    with backed_up(cast, tmp_path) as gate:
        demand = begin_to_resolve(dana, ticket)
        dana.get_by_label("What was done").fill("A new card.")
        demand.get_by_role("button", name="Back up now").click()
        expect(demand).to_contain_text("Backing up Main phone system")
        expect(demand).to_contain_text("Waits for its turn")
        with working(take_backups):
            expect(demand.get_by_role("progressbar")).to_be_visible()
            expect(demand).to_contain_text("database asterisk")
            found = Axe().run(dana, options=EVERYTHING).response["violations"]
            assert [rule["id"] for rule in found] == []
            gate.touch()
            expect(demand).to_contain_text("Main phone system is backed up")
    expect(demand.get_by_text("End without it")).to_be_hidden()
    expect(dana.get_by_label("What was done")).to_have_value("A new card.")
    dana.get_by_role("button", name="Resolve", exact=True).click()
    expect(dana.locator("main")).to_contain_text("Main phone system backed up")
    with provider_scope(provider_id=cast.calcom.pk):
        backup = Backup.objects.get()
        assert (backup.state, backup.trigger, backup.level) == ("stored", "service", 2)
        assert Ticket.objects.get(pk=ticket.pk).state == "resolved"

    elena = stage.signed_in(cast.elena, width=390)
    elena.goto(f"/tickets/{ticket.reference}/")
    expect(elena.locator("main")).to_contain_text("Main phone system backed up")
    elena.goto("/our-backups/")
    expect(elena.locator("main")).to_contain_text("Main phone system")


def test_a_ticket_ends_with_a_reason_that_the_customer_reads(
    stage: Stage, committed_cast: Cast
) -> None:
    cast = committed_cast
    ticket = open_now(cast, cast.elena)
    plan_for(cast.phone_system)
    # The browser says so itself of a form that comes back.
    stage.watch.allowed.append("422")
    dana = stage.signed_in(cast.dana, width=390)
    demand = begin_to_resolve(dana, ticket)
    dana.get_by_label("What was done").fill("The power supply is gone; a new one is ordered.")
    dana.get_by_role("button", name="Resolve", exact=True).click()
    reason = demand.get_by_label("Why Main phone system is left without a fresh backup")
    expect(reason).to_be_visible()
    expect(demand).to_contain_text("See to it first, or say why it is left out.")
    reason.fill("It has no power until the part is here.")
    dana.get_by_role("button", name="Resolve", exact=True).click()
    expect(dana.locator("main")).to_contain_text("was left without a fresh backup")
    with provider_scope(provider_id=cast.calcom.pk):
        assert BackupWaiver.objects.count() == 1

    elena = stage.signed_in(cast.elena, width=390)
    for address in (f"/tickets/{ticket.reference}/", "/our-backups/"):
        elena.goto(address)
        expect(elena.locator("main")).to_contain_text("It has no power until the part is here.")
        expect(elena.locator("main")).to_contain_text("Dana Okafor")
