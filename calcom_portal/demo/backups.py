"""The backups of the demo: real ones, small, taken into the real store at instants of the past.

One system each: daily and well, failed last night, too old with its alarm, brought by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

from django.conf import settings as django

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope
from calcom_portal.demo.backup_taking import KEPT, Kept, take
from calcom_portal.demo.equipment import HOST
from calcom_portal.demo.outages import ZONE
from calcom_portal.demo.rehearsals import rehearse
from calcom_portal.demo.restores import restore
from calcom_portal.demo.ssh_standin import SSH_PORT, USER, fingerprint, password
from calcom_portal.demo.world import World
from contracts.models import Device, DeviceKind
from monitoring.actions.create_credential import create_credential
from monitoring.models import Connection
from tickets.models import Ticket
from tickets.states import State
from upkeep.actions._plan_rules import PlanWish
from upkeep.actions.hold_backup import hold_backup
from upkeep.actions.set_backup_plan import set_backup_plan
from upkeep.actions.waive_backup import waive_backup
from upkeep.models import Backup, BackupDriver, BackupPlan
from upkeep.sweeps.miss_backups import miss_backups

Milestone = tuple[datetime, Callable[[], None]]
DAY: Final = timedelta(days=1)
AT_NIGHT: Final = time(2, 30)
WAIVED: Final = "The system was busy with calls all day; its backup of the night before was kept."
SETTINGS: Final = {
    "paths": ["/srv/provisioning"],
    "astdb": "",
    "voicemail": "",
    "databases": ["asterisk"],
    "services": ["asterisk.service"],
    "phones_folder": "/srv/provisioning",
    "phones_url": "http://10.20.0.5/provisioning",
    "phones_file": "{serial}.cfg",
    "phones_key": "FIRMWARE",
}
HELD: Final = "The state before the old carrier's lines were taken out."


def backups(world: World, admin: Viewer, now: datetime) -> Iterator[Milestone]:
    """Yield what happens to backups, each at its instant."""
    customers = {customer.number: customer.id for customer in world.customers}
    for kept in KEPT:
        nights = [(_night(now, days), days) for days in kept.days]
        shelf = Shelf(world, kept, customers[kept.number], admin)
        first = nights[0][0] - DAY
        yield first, partial(shelf.plan, first, _night(now, -1))
        yield from ((at, partial(shelf.fill, at, days)) for at, days in nights if at < now)
        yield now - 3 * DAY, partial(shelf.restore, now - 3 * DAY)
        yield now - 2 * DAY, partial(shelf.touch, now - 2 * DAY)
        yield now - DAY, partial(shelf.rehearse, now - DAY)
    yield now - DAY, partial(_miss, world, now - DAY)


@dataclass
class Shelf:
    """The backups of one customer's phone system."""

    world: World
    kept: Kept
    customer_id: int
    admin: Viewer
    plans: list[BackupPlan] = field(default_factory=list)

    def plan(self, at: datetime, due_at: datetime) -> None:
        """Plan them; what falls due is played here until `due_at`."""
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            rows = Device.objects.filter(
                customer=self.customer_id, kind=DeviceKind.PBX, retired_on=None
            )
            device = rows.select_related("site", "customer").order_by("pk").first()
            if device is None:
                return
            made = set_backup_plan(device=device, wish=self._wish(device), actor=self.admin)
            if made.every_hours:
                BackupPlan.objects.filter(pk=made.pk).update(due_at=due_at)
            self.plans.append(made)

    def fill(self, at: datetime, days: int) -> None:
        """Take the backup of a night."""
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            for plan in self.plans:
                problem = self.kept.failed.get(days, "")
                take(plan, self.kept, self.kept.trigger.value, problem=problem)

    def touch(self, at: datetime) -> None:
        """Hold the oldest that was brought; end a service of the first customer without one."""
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            for plan in self.plans:
                if self.kept.driver is BackupDriver.MANUAL:
                    oldest = Backup.objects.filter(plan=plan).earliest("asked_at")
                    hold_backup(backup=oldest, reason=HELD, actor=self.admin)
                ticket = _resolved(plan) if self.kept.number == "C-1001" else None
                if ticket is not None:
                    actor = self.world.viewers[self.world.technicians[0]]
                    waive_backup(ticket=ticket, device=plan.device, reason=WAIVED, actor=actor)

    def restore(self, at: datetime) -> None:
        """Give what is fetched back its newest backup once, after a night that went wrong."""
        for plan in self.plans:
            if plan.driver == BackupDriver.ASTERISK:
                technician = self.world.viewers[self.world.technicians[0]]
                restore(plan, self.kept, technician, self.admin, at)

    def rehearse(self, at: datetime) -> None:
        """Prove the newest backup of what is fetched; no owed one comes on top this month."""
        for plan in self.plans:
            if plan.driver == BackupDriver.ASTERISK:
                rehearse(plan, self.admin, at)

    def _wish(self, device: Device) -> PlanWish:
        if self.kept.driver is not BackupDriver.ASTERISK:
            return PlanWish(self.kept.driver.value, expected_hours=self.kept.expected_hours)
        return PlanWish(
            driver=self.kept.driver.value,
            connection=_connection(device, self.admin),
            settings=SETTINGS,
            every_hours=24,
            opens_at=time(1),
            closes_at=time(5),
            expected_hours=self.kept.expected_hours,
        )


def _night(now: datetime, days_ago: int) -> datetime:
    return datetime.combine((now - days_ago * DAY).astimezone(ZONE).date(), AT_NIGHT, ZONE)


def _connection(device: Device, admin: Viewer) -> Connection:
    """Return the way in by SSH, to the machine that `manage.py standins` plays."""
    credential = create_credential(
        customer=device.customer,
        name="Phone system, backups",
        kind="password",
        secret={"user": USER, "password": password(django.SECRET_KEY)},
        actor=admin,
    )
    made: Connection = Connection.objects.create(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        driver="ssh",
        transport="direct",
        host=HOST,
        port=SSH_PORT,
        credential=credential,
        host_key=fingerprint(django.SECRET_KEY),
    )
    return made


def _resolved(plan: BackupPlan) -> Ticket | None:
    over = (State.RESOLVED.value, State.CLOSED.value)
    rows = Ticket.objects.filter(customer=plan.customer_id, state__in=over)
    own = rows.filter(device=plan.device_id)
    found: Ticket | None = (own if own.exists() else rows).order_by("-resolved_at").first()
    return found


def _miss(world: World, at: datetime) -> None:
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        miss_backups()
