"""A phone system that can be changed, and a ticket that asks for it. The tenant is the device's."""

from __future__ import annotations

from typing import Any

from accounts.viewer import Viewer
from contracts.models import Device
from monitoring.models import Connection
from tests.cast import Cast
from tests.monitoring.builders import build_connection, build_credential
from tests.monitoring.ssh_wire import LOGIN, PASSWORD, USER
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import opened
from tests.upkeep.backups.rows import plan_for
from tests.upkeep.changes.files import ANSWERS, DIALPLAN, PJSIP
from tickets.models import Ticket
from upkeep.actions.ask_change import ask_change
from upkeep.changing.sheets import keep_file
from upkeep.models import BackupPlan, Change, ChangeState

MONDAY_11 = "2026-06-15T11:00:00-07:00"
SATURDAY_11 = "2026-06-13T11:00:00-07:00"
CONFIG = "/etc/asterisk"


def build_way(device: Device, port: int = 22) -> Connection:
    """Build the way to a machine with the login and the key of the tests."""
    credential = build_credential(device, user=USER, password=PASSWORD)
    fields: dict[str, Any] = {"driver": "ssh", "port": port, "credential": credential}
    return build_connection(device, host_key=LOGIN.host_key, **fields)


def build_changeable(device: Device, port: int = 22, **settings: Any) -> BackupPlan:
    """Have a phone system backed up over SSH, so that it can be changed."""
    usual = {
        "config": CONFIG,
        "astdb": "",
        "voicemail": "",
        "paths": ["/etc/cron.d/portal"],
        "databases": [],
        "services": ["asterisk.service"],
        "manager_port": 5038,
        "sudo": False,
        "defaults_file": "",
    }
    return plan_for(
        device, driver="asterisk", connection=build_way(device, port), settings=usual | settings
    )


def ticket_for(cast: Cast, time: DatabaseTime, at: str = MONDAY_11, **fields: Any) -> Ticket:
    """Have Elena ask for a change of the phone system."""
    return opened(cast, time, at=at, kind="programming", subject="A new colleague", **fields)


def asked(ticket: Ticket, actor: Viewer, kind: str = "add_extension", **given: str) -> Change:
    """Have somebody prepare a change of the ticket's system."""
    with acting(actor):
        return ask_change(
            ticket=ticket,
            device_id=ticket.device_id or 0,
            kind=kind,
            given={**ANSWERS[kind], **given},
            actor=actor,
        )


def ready(ticket: Ticket, actor: Viewer) -> Change:
    """Have a change prepared, as the worker leaves it: its diff is there."""
    change = asked(ticket, actor)
    with acting(actor):
        keep_file(change, f"{CONFIG}/pjsip.conf", PJSIP, f"{PJSIP}[103]\npassword=hidden-word\n")
        change.state, change.look_at = ChangeState.READY.value, None
        change.save(update_fields=["state", "look_at"])
    return change


def made(ticket: Ticket, actor: Viewer) -> Change:
    """Have a change that was made."""
    change = ready(ticket, actor)
    with acting(actor) as scope:
        change.state = ChangeState.MADE.value
        change.begun_at = change.ended_at = scope.now
        change.words = "Extension 103 (Front desk) was added."
        change.save(update_fields=["state", "begun_at", "ended_at", "words"])
    return change


__all__ = ["DIALPLAN", "asked", "build_changeable", "made", "ready", "ticket_for"]
