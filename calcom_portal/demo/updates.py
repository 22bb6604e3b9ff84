"""The firmware of the demo: two models with releases, a campaign that is done, one that asks.

What people do is played by the real actions. The one update that the portal made by itself is told
as it was, for its machine does not exist: it is found wanting, and taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

from django.db.models import QuerySet

from accounts.capabilities import Role
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import (
    customer_scope,
    provider_scope,
    replayed_scope,
    system_scope,
)
from calcom_portal.demo.backup_taking import OF_CUSTOMER, take
from calcom_portal.demo.outages import ZONE
from calcom_portal.demo.world import World
from contracts.models import ProductModel
from tickets.actions import claim_ticket, resolve_ticket
from upkeep.actions.add_release import ReleaseFacts, add_release
from upkeep.actions.answer_campaign import answer_campaign
from upkeep.actions.enter_advisory import AdvisoryFacts, enter_advisory
from upkeep.actions.plan_campaign import CampaignWish, plan_campaign
from upkeep.actions.record_update import Evidence, record_update
from upkeep.actions.record_version import record_version
from upkeep.actions.start_campaign import start_campaign
from upkeep.firmware.course import Step
from upkeep.firmware.standing import Status
from upkeep.fleet import devices_of
from upkeep.models import (
    BackupPlan,
    Campaign,
    FirmwareRelease,
    FirmwareUpdate,
    Method,
    Trigger,
    UpdateState,
)
from upkeep.updating.beginning import look_at_campaign
from upkeep.updating.ending import go_on
from upkeep.updating.holding import lease
from upkeep.updating.work import Came

Milestone = tuple[datetime, Callable[[], None]]
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
MORNING: Final = time(9, 20)
NIGHT: Final = time(22, 10)
EACH: Final = 20 * MINUTE
MOST_CUSTOMERS: Final = 4
MOST_DEVICES: Final = 5
MISSING: Final = "9 phones are registered; there were 31."
EVIDENCE: Final = "Called in and out, and looked at three phones: all show the new version."
RESOLVED: Final = "Both systems run the new version, and everything works as before."


@dataclass(frozen=True, slots=True)
class Fault:
    """A model of the demo whose version has a fault, and the release without it."""

    vendor: str
    model: str
    now: str
    fixed: str
    title: str
    reason: str


AVAYA: Final = Fault(
    *("Avaya", "IP Office 500 V2", "11.1.2.4", "11.1.3.2"),
    "Voicemail can be read without its password",
    "It closes a hole through which voicemail could be read without its password.",
)
PANASONIC: Final = Fault(
    *("Panasonic", "KX-NS700", "8.20001", "8.21003"),
    "Calls through a queue can lose their sound",
    "It repairs calls through a queue that lose their sound after a transfer.",
)


def updates(world: World, now: datetime) -> Iterator[Milestone]:
    """Yield what happens to firmware, each at its instant: the audit trail is in that order."""
    done, asking = Round(world, AVAYA), Round(world, PANASONIC)
    yield from _once(done.find, _at(now, 8, MORNING))
    yield from _once(partial(done.start, Method.APT), _at(now, 7, MORNING))
    for number in range(MOST_CUSTOMERS):
        at = _at(now, 6, MORNING) + number * 7 * MINUTE
        yield from _once(partial(done.agree, number), at)
    for wave, days_ago in ((1, 5), (2, 3)):
        at = _at(now, days_ago, NIGHT)
        yield from _once(done.look, at)
        for number in range(MOST_DEVICES):
            then = at + (number + 1) * EACH
            yield from _once(partial(done.work, wave, number), then)
    yield from _once(done.close, _at(now, 2, MORNING))
    yield from _once(asking.find, _at(now, 3, MORNING))
    yield from _once(partial(asking.start, Method.HAND), _at(now, 1, MORNING))


def _once(act: Callable[[datetime], None], at: datetime) -> Iterator[Milestone]:
    yield at, partial(act, at)


@dataclass(frozen=True, slots=True)
class Round:
    """A campaign of the demo, from the versions that were found to its end."""

    world: World
    fault: Fault

    def find(self, at: datetime) -> None:
        """Write down which version the devices run, the maker's release and its advisory."""
        fault = self.fault
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            product = ProductModel.objects.named(fault.vendor, fault.model).get()
            for device in devices_of(product).order_by("pk"):
                record_version(device=device, version=fault.now, actor=self._technician())
            day = at.astimezone(ZONE).date()
            facts = ReleaseFacts(fault.fixed, Status.SECURITY, released_on=day - 10 * DAY)
            add_release(product=product, facts=facts, actor=self._dispatcher())
            warned = AdvisoryFacts(fault.title, day - 10 * DAY, fixed_in=fault.fixed)
            enter_advisory(product=product, facts=warned, actor=self._dispatcher())

    def start(self, method: Method, at: datetime) -> None:
        """Plan the campaign, and start it."""
        fault = self.fault
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            rows = FirmwareRelease.objects.select_related("product_model")
            release = rows.get(version=fault.fixed, product_model__model=fault.model)
            wish = CampaignWish(
                title=f"{fault.vendor} {fault.model} to {fault.fixed}",
                reason=fault.reason,
                starts_on=at.astimezone(ZONE).date(),
                opens_at=time(22),
                weekdays=(1, 2, 3, 4, 5, 6, 7),
                most_failures=1,
                method=method,
                package="ipoffice" if method is Method.APT else "",
            )
            actor = self._dispatcher()
            made = plan_campaign(release=release, wish=wish, actor=actor)
            start_campaign(campaign=made, actor=actor)

    def agree(self, number: int, at: datetime) -> None:
        """Have an administrator of one customer agree."""
        provider_id, customers = self.world.provider_id, self.world.customers
        with provider_scope(provider_id=provider_id):
            asked = sorted(set(self._updates().values_list("customer_id", flat=True)))
        if number < len(asked):
            people = next(row.people for row in customers if row.id == asked[number])
            scope = customer_scope(provider_id=provider_id, customer_id=asked[number])
            with scope, replayed_scope(at):
                admin = self._admin_of(people)
                answer_campaign(updates=list(self._updates()), agreed=True, actor=admin)
        self.look(at)

    def look(self, at: datetime) -> None:
        """Have the worker look at the campaign, and the keeper take what is owed to an update."""
        with system_scope("play a campaign"), replayed_scope(at):
            rows = Campaign.objects.select_related("release__product_model")
            rows = rows.filter(provider=self.world.provider_id, state="running")
            campaign = rows.filter(release__version=self.fault.fixed).first()
            if campaign is not None:
                look_at_campaign(campaign)
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            begun = self._updates().filter(state=UpdateState.RUNNING.value, before_backup=None)
            for update in begun.select_related("device", "customer", "ticket"):
                plan = BackupPlan.objects.get(device=update.device)
                kept, trigger = OF_CUSTOMER[update.customer.number], Trigger.BEFORE_FIRMWARE.value
                update.before_backup = take(plan, kept, trigger, ticket=update.ticket)
                update.save(update_fields=["before_backup"])

    def work(self, wave: int, number: int, at: datetime) -> None:
        """Do one update of a wave: by the portal where it can, else by hand."""
        with provider_scope(provider_id=self.world.provider_id):
            rows = self._updates().filter(wave=wave).order_by("pk")
            found = list(rows.values_list("pk", "state")[number : number + 1])
        for pk, state in found:
            if state == UpdateState.RUNNING:
                self._take_back(pk, at)
            elif state == UpdateState.BY_HAND:
                self._record(pk, at)
        self.look(at)

    def close(self, at: datetime) -> None:
        """Resolve the first ticket whose systems are not backed up: it owes no backup."""
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            kept = BackupPlan.objects.values("customer")
            done = self._updates().exclude(customer__in=kept).filter(ticket__isnull=False)
            update = done.select_related("ticket__customer").order_by("pk").first()
            if update is not None and update.ticket is not None:
                claim_ticket(ticket=update.ticket, actor=self._technician())
                resolve_ticket(ticket=update.ticket, text=RESOLVED, actor=self._technician())

    def _record(self, pk: int, at: datetime) -> None:
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            evidence = Evidence(self.fault.now, self.fault.fixed, EVIDENCE)
            update = FirmwareUpdate.objects.get(pk=pk)
            record_update(update=update, evidence=evidence, actor=self._technician())

    def _take_back(self, pk: int, at: datetime) -> None:
        """Tell the steps, so that the last one ends at an instant."""
        told = self._told()
        for number, (step, came) in enumerate(told, start=1):
            then = at - (len(told) - number) * MINUTE
            with system_scope("play an update"), replayed_scope(then):
                if (held := lease(pk)) is not None:
                    go_on(held, step, came)

    def _told(self) -> list[tuple[Step, Came]]:
        return [
            (Step.PREPARE, Came(former=self.fault.now)),
            (Step.BACKUP, Came()),
            (Step.UPDATE, Came()),
            (Step.VERIFY, Came.failed(MISSING, is_verdict=True)),
            (Step.ROLL_BACK, Came()),
            (Step.PROVE_BACK, Came()),
        ]

    def _updates(self) -> QuerySet[FirmwareUpdate]:
        return FirmwareUpdate.objects.filter(target=self.fault.fixed)

    def _dispatcher(self) -> Viewer:
        return self.world.viewers[self.world.dispatcher]

    def _technician(self) -> Viewer:
        return self.world.viewers[self.world.technicians[0]]

    def _admin_of(self, people: tuple[str, ...]) -> Viewer:
        known = [self.world.viewers[name] for name in people]
        return next(one for one in known if one.role is Role.CUSTOMER_ADMIN)


def _at(now: datetime, days_ago: int, clock: time) -> datetime:
    return datetime.combine((now - days_ago * DAY).astimezone(ZONE).date(), clock, ZONE)
