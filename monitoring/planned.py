"""Planned work: in which hours equipment may be silent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from contracts.models import Device
from monitoring.models import Maintenance
from monitoring.windows import Repeats, Rule, quiet_until


class Work(NamedTuple):
    """A rule, and what it is about: a device, a site, or (neither given) all of a customer."""

    rule: Rule
    site_id: int | None
    device_id: int | None


@dataclass(frozen=True, slots=True)
class Planned:
    """The planned work of one customer."""

    works: tuple[Work, ...] = ()

    def rules_for(self, device: Device) -> list[Rule]:
        """Return the rules that a device falls under."""
        return [work.rule for work in self.works if _concerns(work, device)]

    def quiet_until(self, devices: Iterable[Device], at: datetime) -> datetime | None:
        """Return when the planned work on any of `devices` at `at` is over; None: there is none."""
        rules = {rule for device in devices for rule in self.rules_for(device)}
        return quiet_until(rules, at)


def planned_for(customer_ids: Collection[int]) -> dict[int, Planned]:
    """Return the planned work of customers, an entry for each. One query."""
    rows = Maintenance.objects.filter(customer_id__in=customer_ids, cancelled_at=None)
    works: dict[int, list[Work]] = {pk: [] for pk in customer_ids}
    for row in rows.order_by("pk"):
        works[row.customer_id].append(Work(rule_of(row), row.site_id, row.device_id))
    return {pk: Planned(tuple(found)) for pk, found in works.items()}


def rule_of(row: Maintenance) -> Rule:
    """Return when the windows of a row come."""
    return Rule(
        on=row.starts_on,
        at=row.starts_at,
        zone=ZoneInfo(row.zone),
        length=timedelta(minutes=row.minutes),
        repeats=Repeats(row.recurrence),
        weekdays=frozenset(row.weekdays),
        until=row.until,
    )


def _concerns(work: Work, device: Device) -> bool:
    if work.device_id is not None:
        return work.device_id == device.pk
    return work.site_id is None or work.site_id == device.site_id
