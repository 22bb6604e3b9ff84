"""The yearly inspections of the demo: one signed, one agreed, one overdue, others to be agreed.

The portal's own sweeps plan them and say what is late; played here is only what people do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope
from calcom_portal.demo.inspecting import fill_in
from calcom_portal.demo.outages import ZONE
from calcom_portal.demo.world import World
from contracts.models import Calendar
from contracts.promised import service_calendar
from contracts.sla import ServiceCalendar
from upkeep.actions.agree_inspection import Visit, agree_inspection
from upkeep.actions.begin_inspection import begin_inspection
from upkeep.actions.cancel_inspection import cancel_inspection
from upkeep.inspecting.planning import has_time
from upkeep.inspections.states import OPEN
from upkeep.models import Inspection
from upkeep.sweeps.look_at_inspections import look_at_inspections
from upkeep.sweeps.plan_inspections import plan_inspections

Milestone = tuple[datetime, Callable[[], None]]
DAY: Final = timedelta(days=1)
LASTS: Final = timedelta(hours=2, minutes=30)
MORNING: Final = time(9)
PLANNED: Final = 88 * DAY
# When workers looked for what is overdue, days ago.
LOOKS: Final = (86, 5)
SIGNED, AGREED, OVERDUE = "C-1003", "C-1006", "C-1005"
ON_PAPER: Final = "It was made in the spring, before this portal; its report is on paper."
AFTER_SEASON: Final = "You asked for a day after the season, when the harbour office is quiet."


def inspections(world: World, now: datetime) -> Iterator[Milestone]:
    """Yield what happens to inspections, each at its instant."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(now):
        calendar = service_calendar(Calendar.objects.get(is_default=True).newest().pk)
    made = Round(world, SIGNED, world.technicians[-1], _open_day(calendar, now - 31 * DAY, -DAY))
    coming = Round(world, AGREED, world.technicians[0], _open_day(calendar, now + 4 * DAY, DAY))
    yield now - PLANNED, partial(_plan, world, now - PLANNED)
    for days in LOOKS:
        yield now - days * DAY, partial(_look, world, now - days * DAY)
    agreed_at = made.starts_at - 12 * DAY
    yield agreed_at, partial(made.agree, agreed_at, AFTER_SEASON)
    yield made.starts_at, made.begin
    yield made.signed_at, made.sign
    yield now - 2 * DAY, partial(coming.agree, now - 2 * DAY)


@dataclass(frozen=True, slots=True)
class Round:
    """The visit of a technician to the first system of a customer that waits for one."""

    world: World
    number: str
    technician: str
    starts_at: datetime

    @property
    def signed_at(self) -> datetime:
        """Return when the technician left."""
        return self.starts_at + LASTS + timedelta(minutes=2)

    @property
    def actor(self) -> Viewer:
        """Return the technician."""
        return self.world.viewers[self.technician]

    def agree(self, at: datetime, reason: str = "") -> None:
        """Have the dispatcher agree on it with the customer."""
        who = self.actor.membership_id
        visit = Visit(
            self.starts_at, self.starts_at + LASTS, (who,) if who is not None else (), reason
        )
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(at):
            dispatcher = self.world.viewers[self.world.dispatcher]
            agree_inspection(inspection=self._found(), visit=visit, actor=dispatcher)

    def begin(self) -> None:
        """Have the technician arrive."""
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(self.starts_at):
            begin_inspection(inspection=self._found(), actor=self.actor)

    def sign(self) -> None:
        """Have everything answered and signed."""
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(self.signed_at):
            fill_in(self._found(), self.starts_at, self.starts_at + LASTS, self.actor)

    def _found(self) -> Inspection:
        rows = Inspection.objects.select_related("site", "device", "customer").open()
        found: Inspection = rows.filter(customer__number=self.number).earliest("latest", "pk")
        return found


def _plan(world: World, at: datetime) -> None:
    """Plan what is owed. What should have been long before the portal was, on paper."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        plan_inspections()
        late = Inspection.objects.filter(latest__lt=at.astimezone(ZONE).date(), state__in=OPEN)
        dispatcher = world.viewers[world.dispatcher]
        for inspection in late.exclude(customer__number=SIGNED).order_by("pk"):
            cancel_inspection(inspection=inspection, reason=ON_PAPER, actor=dispatcher)


def _look(world: World, at: datetime) -> None:
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        look_at_inspections()


def _open_day(calendar: ServiceCalendar, near: datetime, step: timedelta) -> datetime:
    """Return the morning of the nearest day that is open, in steps of a day."""
    day = near.astimezone(ZONE).date()
    while not has_time(calendar, day):
        day += step
    return datetime.combine(day, MORNING, ZONE)
