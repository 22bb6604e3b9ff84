"""What the monitoring board knows: how every device stands, outages, sites. Constant queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from contracts.models import Device, Site
from contracts.querysets import SiteQuerySet
from monitoring.models import Check, Incident
from monitoring.standing import Shown

OUTAGES, DOUBTS = 50, 30
SHOWN = {int(shown): shown for shown in Shown}


@dataclass(frozen=True, slots=True)
class DeviceStand:
    """How one watched device stands, and where it is."""

    device_id: int
    site_id: int
    shown: Shown


@dataclass(frozen=True)
class Overview:
    """How all watched devices stand. `installed` counts those in service, watched or not."""

    stands: Sequence[DeviceStand]
    installed: int

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


def overview(customer_id: int | None = None) -> Overview:
    """Return how all devices of the viewer's stand, or those of one customer. Two queries."""
    checks, devices = Check.objects.in_service(), Device.objects.in_service()
    if customer_id is not None:
        checks, devices = checks.filter(customer=customer_id), devices.filter(customer=customer_id)
    return Overview(_stands(checks), devices.count())


def stands_of(device_ids: Collection[int]) -> dict[int, DeviceStand]:
    """Return how some devices stand, by id; those without a check are left out. One query."""
    rows = Check.objects.in_service().filter(device__in=device_ids)
    return {stand.device_id: stand for stand in _stands(rows)}


def _stands(checks: QuerySet[Check]) -> list[DeviceStand]:
    rows = checks.as_shown().values("device_id", "device__site_id").annotate(worst=Max("shown"))  # type: ignore[attr-defined]
    found = rows.order_by().values_list("device_id", "device__site_id", "worst")
    return [DeviceStand(device_id, site_id, SHOWN[worst]) for device_id, site_id, worst in found]


def open_outages(customer_id: int | None = None) -> tuple[list[Incident], int]:
    """Return the open outages that hang on no other, what was promised first, and how many.

    Each has `behind`: how many more it has taken along.
    """
    rows = Incident.objects.open().of_their_own()
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    behind = Count("children", filter=Q(children__closed_at=None))
    told: Any = rows.select_related("device__site", "customer", "of_check", "ticket__assignee")
    found = list(told.annotate(behind=behind).order_by("-is_covered", "opened_at")[: OUTAGES + 1])
    total = rows.count() if len(found) > OUTAGES else len(found)
    return found[:OUTAGES], total


DOUBTFUL = tuple(shown for shown in Shown if shown.is_trouble)


def doubtful_checks(customer_id: int | None = None) -> list[Check]:
    """Return checks that stand in trouble without an open outage, the worst and newest first."""
    rows: Any = Check.objects.in_service().as_shown()
    rows = rows.filter(shown__in=DOUBTFUL)
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
