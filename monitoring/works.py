"""Planned work that goes on just now: trouble of that equipment is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import Q

from calcom_portal.common.tenancy import database_now
from monitoring.models import Maintenance
from monitoring.planned import rule_of
from monitoring.windows import quiet_until

# A window that begins tomorrow somewhere may have begun by local time there.
AHEAD = timedelta(days=1)


class Placed(Protocol):
    """A device and where it is, by ids."""

    @property
    def device_id(self) -> int:
        """Return the device."""

    @property
    def site_id(self) -> int:
        """Return its site."""

    @property
    def customer_id(self) -> int:
        """Return whose it is."""


@dataclass(frozen=True, slots=True)
class WorkNow:
    """Planned work on a device, a site, or all that a customer has, until it is over."""

    row: Maintenance
    ends_at: datetime

    def concerns(self, device: Placed) -> bool:
        """Is it about this device?"""
        if self.row.device_id is not None:
            return self.row.device_id == device.device_id
        if self.row.site_id is not None:
            return self.row.site_id == device.site_id
        return self.row.customer_id == device.customer_id

    @property
    def condition(self) -> Q:
        """Return the same for checks in the database."""
        if self.row.device_id is not None:
            return Q(device=self.row.device_id)
        if self.row.site_id is not None:
            return Q(device__site=self.row.site_id)
        return Q(customer=self.row.customer_id)


def works_now(customer_id: int | None = None) -> list[WorkNow]:
    """Return the planned work that goes on, of one customer or of all. One query."""
    now = database_now()
    rows = Maintenance.objects.filter(cancelled_at=None, starts_on__lte=(now + AHEAD).date())
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    told = rows.select_related("customer", "site", "device").order_by("pk")
    pairs = ((row, quiet_until([rule_of(row)], now)) for row in told)
    return [WorkNow(row, ends_at) for row, ends_at in pairs if ends_at is not None]
