"""The backups of the demo: real ones, small, taken into the real store at instants of the past.

One system each: daily and well, failed last night, too old with its alarm, brought by hand.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from io import BytesIO
from random import Random
from typing import Any, Final
from uuid import uuid4

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope
from calcom_portal.demo.outages import ZONE
from calcom_portal.demo.world import World
from contracts.models import Device, DeviceKind
from monitoring.models import Connection
from tickets.models import Ticket
from tickets.states import State
from upkeep.actions._plan_rules import PlanWish
from upkeep.actions.hold_backup import hold_backup
from upkeep.actions.set_backup_plan import set_backup_plan
from upkeep.actions.waive_backup import waive_backup
from upkeep.backups.writing import BackupSink
from upkeep.models import Backup, BackupDriver, BackupPlan, BackupState, Trigger
from upkeep.store.names import new_name
from upkeep.sweeps.miss_backups import miss_backups

DAY: Final = timedelta(days=1)
AT_NIGHT: Final = time(2, 30)
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
        "C-1002", BackupDriver.SSH, (8, 7, 6, 5, 4, 3, 2, 1, 0), Trigger.SCHEDULE, "22.10.1",
        {0: "No space left on the system: its dump of asteriskcdrdb ended at 61 MB."},
    ),
    Kept("C-1005", BackupDriver.DROP, (33, 26, 19, 12), Trigger.PUSHED, "1.0.27.8"),
    Kept("C-1009", BackupDriver.MANUAL, (40, 6), Trigger.BY_HAND, "11.1.3.1"),
)  # fmt: skip
WAIVED: Final = "The unit had gone to the maker for repair; its backup of the day before was kept."
HELD: Final = "The state before the old carrier's lines were taken out."


def keep_backups(world: World, admin: Viewer, now: datetime) -> None:
    """Write the plans and what was taken until now, the last alarm, a waiver and a hold."""
    customers = {customer.number: customer.id for customer in world.customers}
    for kept in KEPT:
        device = _phone_system(world, customers[kept.number])
        if device is not None:
            _keep(world, kept, device, admin, now)
    with provider_scope(provider_id=world.provider_id), replayed_scope(now - DAY):
        miss_backups()


def _phone_system(world: World, customer_id: int) -> Device | None:
    with provider_scope(provider_id=world.provider_id):
        rows = Device.objects.filter(customer=customer_id, kind=DeviceKind.PBX, retired_on=None)
        return rows.select_related("site").order_by("pk").first()


def _keep(world: World, kept: Kept, device: Device, admin: Viewer, now: datetime) -> None:
    nights = [(_night(now, days), days) for days in kept.days]
    plan = _plan(world, kept, device, admin, nights[0][0] - DAY)
    for at, days in nights:
        if at < now:
            _take(plan, at, kept, days)
    _last_touches(world, kept, plan, admin, now)


def _night(now: datetime, days_ago: int) -> datetime:
    return datetime.combine((now - days_ago * DAY).astimezone(ZONE).date(), AT_NIGHT, ZONE)


def _plan(world: World, kept: Kept, device: Device, admin: Viewer, at: datetime) -> BackupPlan:
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        is_fetched = kept.driver is BackupDriver.SSH
        wish = PlanWish(
            driver=kept.driver.value,
            connection=_connection(device) if is_fetched else None,
            settings={"paths": ["/etc/asterisk"], "databases": ["asterisk"]} if is_fetched else {},
            every_hours=24 if is_fetched else None,
            opens_at=time(1) if is_fetched else None,
            closes_at=time(5) if is_fetched else None,
            expected_hours=kept.expected_hours,
        )
        return set_backup_plan(device=device, wish=wish, actor=admin)


def _connection(device: Device) -> Connection:
    """Return a way in by SSH. Nothing listens there: the machines of the demo do not exist."""
    made: Connection = Connection.objects.create(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        driver="ssh",
        transport="direct",
        host="pbx.example.com",
        host_key="SHA256:m0uXQv1V4k3x1zv0n5N0VYtO2tq3m5q0m8y0Jb7cQ2k",
    )
    return made


def _take(plan: BackupPlan, at: datetime, kept: Kept, days: int) -> Backup:
    with provider_scope(provider_id=plan.provider_id), replayed_scope(at):
        backup = Backup.objects.create(
            provider_id=plan.provider_id,
            customer_id=plan.customer_id,
            device_id=plan.device_id,
            plan=plan,
            name=new_name(at),
            trigger=kept.trigger,
            state=BackupState.RUNNING.value,
            attempts=1,
            token=uuid4().hex,
            asked_at=at,
            begun_at=at,
        )
        sink = BackupSink(backup)
        if problem := kept.failed.get(days):
            return sink.fail(problem)
        for name, form, data in _parts(kept, days):
            with sink.part(name, form) as part:
                part.write(data)
                part.finish()
        return sink.finish(kept.firmware, _baseline(days), ())


def _parts(kept: Kept, days: int) -> Iterator[tuple[str, str, bytes]]:
    # What changes once a week: most nights find the archive as it was.
    yield "config", "tar", _archive(kept, days // 7)
    if kept.driver is BackupDriver.SSH:
        yield "db-asterisk", "sql", _dump(days)


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


def _dump(days: int) -> bytes:
    # Only text that looks like a dump: nobody runs it.
    rows = "".join(f"-- call {number} of day {days}\n" for number in range(2000))
    head = "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n--\nCREATE TABLE cdr (a INT, b INT);\n"
    return f"{head}{rows}-- Dump completed\n".encode()


def _baseline(days: int) -> dict[str, Any]:
    return {"phones.registered": EXTENSIONS - days % 3, "trunks.registered": 2}


def _last_touches(world: World, kept: Kept, plan: BackupPlan, admin: Viewer, now: datetime) -> None:
    with provider_scope(provider_id=world.provider_id), replayed_scope(now - 2 * DAY):
        if plan.every_hours:
            BackupPlan.objects.filter(pk=plan.pk).update(due_at=_night(now, -1))
        if kept.driver is BackupDriver.MANUAL:
            oldest = Backup.objects.filter(plan=plan).earliest("asked_at")
            hold_backup(backup=oldest, reason=HELD, actor=admin)
        if kept.number == "C-1001" and (ticket := _resolved(plan, now - 2 * DAY)):
            technician = world.viewers[world.technicians[0]]
            waive_backup(ticket=ticket, device=plan.device, reason=WAIVED, actor=technician)


def _resolved(plan: BackupPlan, before: datetime) -> Ticket | None:
    over = (State.RESOLVED.value, State.CLOSED.value)
    rows = Ticket.objects.filter(customer=plan.customer_id, state__in=over)
    on_system = rows.filter(device=plan.device_id, resolved_at__lte=before)
    found: Ticket | None = (on_system or rows).order_by("-resolved_at").first()
    return found
