"""How the demo takes backups: small archives that look like those of phone systems, really kept."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any, Final
from uuid import uuid4

from calcom_portal.common.tenancy import database_now
from calcom_portal.demo.machine import BASELINE
from tickets.gates import demands_of
from tickets.models import Ticket
from tickets.states import Move
from upkeep.backups.writing import BackupSink
from upkeep.models import Backup, BackupDriver, BackupPlan, BackupState, Trigger
from upkeep.services import ServiceBackup
from upkeep.store.names import new_name

EXTENSIONS: Final = 38
GREETING: Final = 1_400_000


@dataclass(frozen=True, slots=True)
class Kept:
    """How the phone system of one customer is backed up, and how many days ago it was."""

    number: str
    driver: BackupDriver
    days: tuple[int, ...]
    trigger: Trigger
    firmware: str
    failed: dict[int, str] = field(default_factory=dict)
    expected_hours: int = 216


KEPT: Final = (
    Kept(
        "C-1001", BackupDriver.DROP, tuple(range(20, -1, -1)), Trigger.PUSHED, "8.20001",
        expected_hours=48,
    ),
    Kept(
        "C-1002", BackupDriver.ASTERISK, (8, 7, 6, 5, 4, 3, 2, 1, 0), Trigger.SCHEDULE,
        "Asterisk 22.10.1",
        {0: "No space left on the system: its dump of asteriskcdrdb ended at 61 MB."},
    ),
    Kept("C-1005", BackupDriver.DROP, (33, 26, 19, 12), Trigger.PUSHED, "1.0.27.8"),
    Kept("C-1009", BackupDriver.MANUAL, (40, 6), Trigger.BY_HAND, "11.1.3.1"),
)  # fmt: skip
OF_CUSTOMER: Final = {kept.number: kept for kept in KEPT}


def take(
    plan: BackupPlan, kept: Kept, trigger: str, *, ticket: Ticket | None = None, problem: str = ""
) -> Backup:
    """Take a backup of a system at the instant of the scope, or write down why it failed."""
    at = database_now()
    backup = Backup.objects.create(
        provider_id=plan.provider_id,
        customer_id=plan.customer_id,
        device_id=plan.device_id,
        plan=plan,
        name=new_name(at),
        trigger=trigger,
        ticket=ticket,
        state=BackupState.RUNNING.value,
        attempts=1,
        token=uuid4().hex,
        asked_at=at,
        begun_at=at,
    )
    sink = BackupSink(backup)
    if problem:
        return sink.fail(problem)
    day = at.toordinal()
    for name, form, data in _parts(kept, day):
        with sink.part(name, form) as part:
            part.write(data)
            part.finish()
    return sink.finish(kept.firmware, _baseline(kept, day), ())


def back_up_for(ticket: Ticket, move: Move) -> None:
    """Take every backup that a ticket asks for before it ends, as its technician does."""
    for demand in demands_of(ticket, move):
        asked: ServiceBackup = demand.context
        kept = OF_CUSTOMER[ticket.customer.number]
        take(asked.plan, kept, Trigger.SERVICE.value, ticket=ticket)


def _parts(kept: Kept, day: int) -> Iterator[tuple[str, str, bytes]]:
    # What changes once a week: most nights find the archive as it was.
    yield "config", "tar", _archive(kept, day // 7)
    if kept.driver is BackupDriver.ASTERISK:
        yield "db-asterisk", "sql", _dump(day)


def _archive(kept: Kept, week: int) -> bytes:
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number in range(EXTENSIONS):
            text = (
                f"[{201 + number}]\ntype=endpoint\ncontext=internal\n"
                f"callerid=Desk {201 + number} <{201 + number}>\n; {kept.number} week {week}\n"
            )
            member = tarfile.TarInfo(f"etc/phones/{201 + number}.conf")
            member.size = len(text)
            archive.addfile(member, BytesIO(text.encode()))
        # Sound does not get smaller: a greeting makes the archive as large as a real one.
        greeting = Random(f"{kept.number} {week}").randbytes(GREETING)
        member = tarfile.TarInfo("var/greetings/main.wav")
        member.size = len(greeting)
        archive.addfile(member, BytesIO(greeting))
    return buffer.getvalue()


def _dump(day: int) -> bytes:
    # Only text that looks like a dump: nobody runs it.
    rows = "".join(f"-- call {number} of day {day}\n" for number in range(2000))
    head = "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n--\nCREATE TABLE cdr (a INT, b INT);\n"
    return f"{head}{rows}-- Dump completed\n".encode()


def _baseline(kept: Kept, day: int) -> dict[str, Any]:
    if kept.driver is BackupDriver.ASTERISK:
        # What the machine that is played says: a restore finds it as it was.
        return BASELINE
    return {"phones.registered": EXTENSIONS - day % 3, "trunks.registered": 2}
