"""Changes of a real phone system: proven by sign-ins, and taken back when those fail."""

from __future__ import annotations

import asyncio
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from calcom_portal.common.tenancy import provider_scope, system_scope
from monitoring.probes.digest import Login
from monitoring.probes.results import Outcome
from monitoring.probes.sip import probe_sip_login
from monitoring.probes.sip_wire import SipSocket
from tests.cast import Cast
from tests.lab.machines import Door, sshd
from tests.lab.pbx import MANAGER, PHONE, PHONE_PASSWORD, TREE, PhoneSystem, asterisk, phone
from tests.lab.pbx import is_asterisk_there as has_asterisk
from tests.lab.servers import kamailio, until, written
from tests.monitoring.builders import allow_loopback, build_connection, build_credential
from tests.stage import DatabaseTime, acting
from tests.upkeep.backups.rows import plan_for
from tests.upkeep.changes.files import PASSWORD
from tests.upkeep.changes.world import asked, ticket_for
from tickets.models import Ticket
from upkeep.actions.make_change import make_change
from upkeep.actions.undo_change import undo_change
from upkeep.backups.customer_keys import identity_for
from upkeep.drivers import changing
from upkeep.models import Backup, BackupPlan, BackupState, Change, Level
from upkeep.store.keys import Place
from upkeep.store.objects import object_store
from upkeep.store.parts import open_part
from upkeep.sweeps.make_changes import make_changes
from upkeep.sweeps.take_backups import take_backups

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not has_asterisk(), reason="Asterisk could not be had here"),
]
STORED = BackupState.STORED
NEW, OLD = Login("103", PASSWORD), Login(PHONE, PHONE_PASSWORD)


@dataclass
class Exchange:
    """A phone system that can be changed, and a ticket about it."""

    cast: Cast
    ticket: Ticket
    pbx: PhoneSystem
    folder: Path
    time: DatabaseTime
    minutes: int = 0

    @property
    def pjsip(self) -> str:
        return (self.folder / "etc/pjsip.conf").read_text(encoding="utf-8")

    def signs_in(self, login: Login) -> bool:
        """Ask as a phone would."""

        async def ask() -> bool:
            socket = await SipSocket.open("127.0.0.1")
            try:
                asked = await probe_sip_login(self.pbx.target, timedelta(seconds=3), socket, login)
            finally:
                socket.close()
            return asked.outcome is Outcome.ALIVE

        return asyncio.run(ask())

    def change(self, kind: str, **given: str) -> Change:
        """Have a change asked for and made."""
        change = asked(self.ticket, self.cast.dana, kind, **given)
        make_changes()
        with acting(self.cast.dana):
            change.refresh_from_db()
            assert (change.state, change.problem) == ("ready", "")
            make_change(change=change, actor=self.cast.dana)
        return self.ended(change)

    def ended(self, change: Change) -> Change:
        """Let the workers go on to its end: the one that changes, and the keeper."""
        for _ in range(8):
            make_changes()
            take_backups()
            self.minutes += 1
            self.time.set(f"2026-06-15T11:{self.minutes:02}:00-07:00")
        with provider_scope(provider_id=self.cast.calcom.pk):
            rows = Change.objects.select_related("before_backup", "after_backup")
            found: Change = rows.get(pk=change.pk)
            return found

    def kept(self, backup: Backup | None) -> str:
        """Return pjsip.conf as it lies in a backup, opened as the vault does."""
        assert backup is not None
        assert (backup.state, backup.level, backup.problem) == (STORED, Level.OPENED, "")
        with system_scope("a test"):
            part = backup.parts.select_related("stored_object").get(name="config")
        kept, place = part.stored_object, Place(backup.provider_id, backup.customer_id)
        plain = open_part(object_store(), kept.key, identity_for(place, kept.recipients))
        with plain, tarfile.open(fileobj=plain, mode="r|") as archive:
            for member in archive:
                if member.name.endswith("/pjsip.conf"):
                    text = archive.extractfile(member)
                    assert text is not None
                    return text.read().decode()
        raise AssertionError("It is not in there.")


@pytest.fixture
def cast(committed_cast: Cast) -> Cast:
    """Give people whose rows a keeper's second connection sees as well."""
    return committed_cast


@pytest.fixture
def exchange(
    cast: Cast, database_time: DatabaseTime, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Exchange]:
    # Whoever cannot sign in by then never will: here is no network that could be slow.
    monkeypatch.setattr(changing, "SETTLES_SECONDS", 8)
    allow_loopback(cast.calcom.pk)
    # Over SSH, `asterisk` is that of the tree, with its own libraries.
    programs = folder / "bin"
    programs.mkdir()
    libraries = next((TREE / "usr/lib").glob("*-linux-gnu"))
    loader = next(libraries.glob("ld-linux*.so.*"))
    written(
        programs / "asterisk",
        f"#!/bin/sh\nexec {loader} --library-path {libraries} {TREE}/usr/sbin/asterisk"
        f' -C {folder}/etc/asterisk.conf "$@"\n',
    )
    (programs / "asterisk").chmod(0o755)
    with (
        kamailio(folder) as (carrier, _),
        asterisk(folder, carrier_port=carrier.target.port) as pbx,
        sshd(folder) as door,
        phone(folder, pbx.target),
    ):
        _plan(cast, door, pbx, folder)
        yield Exchange(cast, ticket_for(cast, database_time), pbx, folder, database_time)


def _plan(cast: Cast, door: Door, pbx: PhoneSystem, folder: Path) -> None:
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
        "paths": [],
        "databases": [],
        "services": [],
        "manager_port": pbx.manager_port,
    }
    plan_for(cast.phone_system, driver="asterisk", connection=connection, settings=settings)


def test_a_new_extension_signs_in_and_is_gone_again_when_undone(exchange: Exchange) -> None:
    before = exchange.pjsip
    until(lambda: exchange.signs_in(OLD))
    assert not exchange.signs_in(NEW)
    change = exchange.change("add_extension")
    assert (change.state, change.problem, change.warnings) == ("made", "", [])
    assert change.baseline["signed_in"] == ["101", "102"]
    assert exchange.signs_in(NEW)
    assert exchange.signs_in(OLD)
    assert exchange.kept(change.before_backup) == before
    assert exchange.kept(change.after_backup) == exchange.pjsip != before
    with acting(exchange.cast.dana):
        undo = undo_change(change=change, actor=exchange.cast.dana)
    undone = exchange.ended(undo)
    assert (undone.state, exchange.pjsip) == ("made", before)
    assert exchange.kept(undone.after_backup) == before
    until(lambda: not exchange.signs_in(NEW))
    assert exchange.signs_in(OLD)


def test_a_change_that_breaks_registration_is_taken_back_by_itself(exchange: Exchange) -> None:
    before = exchange.pjsip
    until(lambda: exchange.signs_in(OLD))
    change = exchange.change(
        "edit_file",
        path=f"{exchange.folder}/etc/pjsip.conf",
        find=f"username={PHONE}\npassword={PHONE_PASSWORD}\n",
        put=f"username={PHONE}\npassword=typing-mistake\n",
        words="The front desk gets a new phone",
    )
    assert (change.state, change.problem) == (
        "taken_back",
        "These extensions cannot sign in: 101.",
    )
    assert exchange.pjsip == before
    assert exchange.signs_in(OLD)
    assert exchange.kept(change.before_backup) == before


def test_a_phone_system_that_cannot_be_backed_up_is_not_changed(exchange: Exchange) -> None:
    before = exchange.pjsip
    with system_scope("a test"):
        plan = BackupPlan.objects.get()
        plan.settings["paths"] = [f"{exchange.folder}/is-not-there"]
        plan.save(update_fields=["settings"])
    change = exchange.change("add_extension")
    assert change.state == "failed"
    assert change.problem.startswith("The backup failed: The archive of ")
    assert exchange.pjsip == before
    assert not exchange.signs_in(NEW)
    assert exchange.signs_in(OLD)


def test_a_ring_group_and_a_forward_are_in_the_dial_plan_that_runs(exchange: Exchange) -> None:
    until(lambda: exchange.signs_in(OLD))
    assert exchange.change("ring_group").state == "made"
    assert exchange.change("forward", number="102", to="101").state == "made"
    text = (exchange.folder / "etc/extensions.conf").read_text(encoding="utf-8")
    assert "exten => 600,1,Dial(PJSIP/101&PJSIP/102,25) ; by the portal" in text
    assert "exten => 102,1,Goto(101,1) ; by the portal" in text
