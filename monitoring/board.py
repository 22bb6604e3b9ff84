"""What the monitoring board knows: how every device stands, outages, sites. Constant queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet

from contracts.models import Device, Site
from contracts.querysets import SiteQuerySet
from monitoring.models import Check, Incident
from monitoring.standing import Shown
from monitoring.works import WorkNow, works_now

OUTAGES, DOUBTS = 50, 30
SHOWN = {int(shown): shown for shown in Shown}


@dataclass(frozen=True, slots=True)
class DeviceStand:
    """How one watched device stands, and where it is."""

    device_id: int
    site_id: int
    customer_id: int
    shown: Shown
    last_at: datetime | None = None


@dataclass(frozen=True)
class Overview:
    """How all watched devices stand. `installed` counts those in service, watched or not."""

    stands: Sequence[DeviceStand]
    installed: int
    works: Sequence[WorkNow] = ()

    @cached_property
    def counts(self) -> Counter[Shown]:
        """Return how many devices stand how."""
        return Counter(stand.shown for stand in self.stands)

    @cached_property
    def sites(self) -> Mapping[int, list[DeviceStand]]:
        """Return the devices of each site, the worst first."""
        found: dict[int, list[DeviceStand]] = {}
        for stand in sorted(self.stands, key=lambda stand: (-stand.shown, stand.device_id)):
            found.setdefault(stand.site_id, []).append(stand)
        return found

    @property
    def troubled_sites(self) -> list[int]:
        """Return the sites with a device that needs somebody's eyes."""
        return [
            site_id
            for site_id, stands in self.sites.items()
            if any(stand.shown.is_trouble for stand in stands)
        ]

    @property
    def last_at(self) -> datetime | None:
        """Return when anything was asked last."""
        return max((stand.last_at for stand in self.stands if stand.last_at), default=None)


def overview(customer_id: int | None = None) -> Overview:
    """Return how all devices of the viewer's stand, or those of one customer. Three queries."""
    checks, devices = Check.objects.in_service(), Device.objects.in_service()
    if customer_id is not None:
        checks, devices = checks.filter(customer=customer_id), devices.filter(customer=customer_id)
    works = works_now(customer_id)
    return Overview([planned(one, works) for one in _stands(checks)], devices.count(), works)


def stands_of(device_ids: Collection[int]) -> dict[int, DeviceStand]:
    """Return how some devices stand, by id; those without a check are left out. Two queries."""
    rows = Check.objects.in_service().filter(device__in=device_ids)
    works = works_now()
    return {stand.device_id: planned(stand, works) for stand in _stands(rows)}


def planned(stand: DeviceStand, works: Sequence[WorkNow]) -> DeviceStand:
    """Return how a device stands: trouble in the hours of planned work is none."""
    if not stand.shown.is_trouble or not any(work.concerns(stand) for work in works):
        return stand
    return replace(stand, shown=Shown.PLANNED)


def _stands(checks: QuerySet[Check]) -> list[DeviceStand]:
    shown: Any = checks.as_shown()  # type: ignore[attr-defined]
    rows = shown.values("device_id", "device__site_id", "customer_id")
    worst = rows.annotate(worst=Max("shown"), newest=Max("last_at")).order_by()
    return [
        DeviceStand(device_id, site_id, customer_id, SHOWN[worst], newest)
        for device_id, site_id, customer_id, worst, newest in worst.values_list(
            "device_id", "device__site_id", "customer_id", "worst", "newest"
        )
    ]


def open_outages(customer_id: int | None = None) -> tuple[list[Incident], int]:
    """Return the open outages that hang on no other, what was promised first, and how many.

    Each has `behind`: how many more it has taken along.
    """
    rows = Incident.objects.open().of_their_own()
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    told: Any = rows.with_behind().select_related(
        "device__site", "customer", "of_check", "ticket__assignee"
    )
    found = list(told.order_by("-is_covered", "opened_at")[: OUTAGES + 1])
    total = rows.count() if len(found) > OUTAGES else len(found)
    return found[:OUTAGES], total


DOUBTFUL = tuple(shown for shown in Shown if shown.is_trouble)


def doubtful_checks(works: Sequence[WorkNow], customer_id: int | None = None) -> list[Check]:
    """Return checks that stand in trouble without an open outage, the worst and newest first.

    Without what is silent for planned work, and what only stands behind something else.
    """
    rows: Any = Check.objects.in_service().as_shown()
    rows = rows.filter(shown__in=DOUBTFUL).exclude(shown=Shown.UNREACHABLE, parent__isnull=False)
    for work in works:
        rows = rows.exclude(work.condition)
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    told = rows.exclude(Exists(Incident.objects.open().filter(of_check=OuterRef("pk"))))
    told = told.select_related("device__site", "customer")
    return list(told.order_by("-shown", "-since", "pk")[:DOUBTS])


def sites_watched(shown: Overview, *, only_trouble: bool) -> SiteQuerySet[Site]:
    """Return the sites with watched devices."""
    wanted = shown.troubled_sites if only_trouble else list(shown.sites)
    rows: SiteQuerySet[Site] = Site.objects.filter(pk__in=wanted)
    return rows.select_related("customer")
