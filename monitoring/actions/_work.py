"""Planned work: what is asked for, whether it can be, and what follows for changes that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import available_timezones

from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake
from contracts.models import Device, Site
from monitoring.models import Maintenance, Recurrence, StateChange
from monitoring.planned import rule_of
from monitoring.windows import next_window, window_at
from tickets.text import checked_line

A_DAY = 24 * 60
LONGEST = 7 * A_DAY
FIRST_YEAR, LAST_YEAR = 1990, 2199
SUNDAY = 7


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """What is planned for a device, for a site, or (neither given) for all of a customer.

    `starts_on` and `starts_at` are on the wall clock of `zone`, an IANA name. `weekdays` (1 Monday
    … 7 Sunday) belong to weekly work; none means the weekday of `starts_on`.
    """

    customer_id: int
    title: str
    starts_on: date
    starts_at: time
    zone: str
    minutes: int
    site_id: int | None = None
    device_id: int | None = None
    recurrence: Recurrence = Recurrence.ONCE
    weekdays: tuple[int, ...] = ()
    until: date | None = None


def write_plan(work: Maintenance, plan: WorkPlan) -> None:
    """Put a plan into a row, not saved. Raises BadInput for what cannot be planned."""
    work.title = checked_line(plan.title, field="title", what="The title", limit=120)
    _refuse_foreign_place(plan)
    _refuse_bad_times(plan)
    is_weekly = plan.recurrence is Recurrence.WEEKLY
    work.customer_id, work.site_id, work.device_id = plan.customer_id, plan.site_id, plan.device_id
    work.starts_on, work.starts_at = plan.starts_on, plan.starts_at.replace(tzinfo=None)
    work.zone, work.minutes = plan.zone, plan.minutes
    work.recurrence = plan.recurrence.value
    work.weekdays = sorted(set(plan.weekdays)) if is_weekly else []
    work.until = None if plan.recurrence is Recurrence.ONCE else plan.until
    _refuse_the_past(work)


def look_again(customer_id: int) -> None:
    """Have the follower look at what waits for planned work to end: that may have changed."""
    waiting = StateChange.objects.filter(customer_id=customer_id, handled_at=None)
    waiting.filter(not_before__isnull=False).update(not_before=None)
    wake("monitoring.follow_changes")


def _refuse_foreign_place(plan: WorkPlan) -> None:
    sites = Site.objects.filter(customer_id=plan.customer_id, is_active=True)
    if plan.site_id is not None and not sites.filter(pk=plan.site_id).exists():
        raise BadInput("That site is not in use.", field="site", remedy="Choose another site.")
    devices = Device.objects.filter(customer_id=plan.customer_id, retired_on=None)
    if plan.site_id is not None:
        devices = devices.filter(site=plan.site_id)
    if plan.device_id is not None and not devices.filter(pk=plan.device_id).exists():
        raise BadInput(
            "That device is not installed there.", field="device", remedy="Choose another device."
        )


def _refuse_bad_times(plan: WorkPlan) -> None:
    if plan.zone not in available_timezones():
        raise BadInput(
            f"“{plan.zone[:40]}” is not a time zone.",
            field="zone",
            remedy="Choose one such as America/Los_Angeles.",
        )
    longest = A_DAY - 1 if plan.recurrence is Recurrence.DAILY else LONGEST
    if not 1 <= plan.minutes <= longest:
        raise BadInput(
            "Planned work takes from a minute to seven days; daily work less than a day.",
            field="minutes",
            remedy="Give a length within that.",
        )
    if not all(1 <= day <= SUNDAY for day in plan.weekdays):
        raise BadInput(
            "Weekdays are 1 (Monday) to 7 (Sunday).", field="weekdays", remedy="Choose from these."
        )
    for field, day in (("starts_on", plan.starts_on), ("until", plan.until)):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BadInput(
                f"That day is not between {FIRST_YEAR} and {LAST_YEAR}.",
                field=field,
                remedy="Correct the year.",
            )
    if plan.until is not None and plan.until < plan.starts_on:
        raise BadInput(
            "The last day is before the first one.", field="until", remedy="Choose a later day."
        )


def _refuse_the_past(work: Maintenance) -> None:
    rule, now = rule_of(work), database_now()
    if window_at(rule, now) is None and next_window(rule, now) is None:
        raise BadInput(
            "All of this has passed already.",
            field="until" if work.until else "starts_on",
            remedy="Choose a time that is still to come.",
        )
