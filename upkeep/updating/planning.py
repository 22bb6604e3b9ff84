"""Which devices a campaign is for, in which waves, and who pays for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.cover_of import cover_of
from contracts.coverage import Decision, Work
from contracts.models import Device
from upkeep.firmware.charging import agreed_words
from upkeep.firmware.standing import Affected
from upkeep.firmware.versions import is_older
from upkeep.firmware.waves import Place, spread
from upkeep.firmware.windows import Window
from upkeep.fleet import devices_of, versions_of
from upkeep.models import (
    Campaign,
    CampaignState,
    FirmwareAdvisory,
    FirmwareRelease,
    FirmwareUpdate,
    Method,
    UpdateState,
)
from upkeep.updating.ways import way_to

# What `agree` fills in.
AGREED = ("is_covered", "cover", "charged_minutes", "unit_price", "currency")
OPEN_CAMPAIGNS = (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED)
# Whoever is in one of these will be updated by the campaign that it is in.
AWAITED = (
    UpdateState.DRAFT,
    UpdateState.ASKING,
    UpdateState.PLANNED,
    UpdateState.BY_HAND,
    UpdateState.RUNNING,
    UpdateState.STUCK,
)


@dataclass(frozen=True, slots=True)
class Concerned:
    """A device that a campaign is for, and the version that it runs now."""

    device: Device
    version: str


def concerned(release: FirmwareRelease, advisory: FirmwareAdvisory | None) -> list[Concerned]:
    """Return the devices in service that are older than a release; of those with an advisory only
    the ones that it is about. None that another campaign has. Three queries.
    """
    vendor = release.product_model.vendor
    rows = devices_of(release.product_model).select_related("site", "customer")
    taken = FirmwareUpdate.objects.filter(
        state__in=AWAITED, campaign__state__in=OPEN_CAMPAIGNS
    ).values("device")
    devices = list(rows.exclude(pk__in=taken).order_by("customer__name", "name", "pk"))
    seen = versions_of([device.pk for device in devices])
    found = [
        Concerned(device, seen[device.pk].version)
        for device in devices
        if device.pk in seen and is_older(vendor, seen[device.pk].version, release.version)
    ]
    if advisory is None:
        return found
    about = Affected(advisory.title, advisory.since, advisory.fixed_in)
    return [one for one in found if about.concerns(vendor, one.version)]


def drafts(campaign: Campaign, found: Sequence[Concerned]) -> list[FirmwareUpdate]:
    """Return the updates of a campaign, not saved, in waves: the first at different sites."""
    waves = spread([Place(one.device.pk, one.device.site_id) for one in found])
    return [
        FirmwareUpdate(
            provider_id=campaign.provider_id,
            customer_id=one.device.customer_id,
            campaign=campaign,
            device=one.device,
            wave=waves[one.device.pk],
            method=method_for(campaign, one.device),
            title=campaign.title,
            reason=campaign.reason,
            former=one.version,
            target=campaign.release.version,
            asks_consent=campaign.asks_consent,
        )
        for one in found
    ]


def method_for(campaign: Campaign, device: Device) -> str:
    """Return how the device is updated: by hand where the portal has no way to it."""
    by_itself = way_to(device, campaign.method) is not None
    return campaign.method if by_itself else Method.HAND.value


def agree(update: FirmwareUpdate, minutes: int, at: datetime) -> None:
    """Fill in who pays for an update, and what it counts as where the portal does it. Not saved."""
    decided = who_pays(update.device, at)
    update.is_covered, update.cover = decided.covered, decided.reason[:300]
    update.charged_minutes, update.unit_price, update.currency = 0, None, ""
    if update.method != Method.HAND and decided.worth is not None:
        update.cover = agreed_words(decided, minutes)[:300]
        update.charged_minutes = minutes
        update.unit_price, update.currency = decided.worth.amount, decided.worth.currency


def who_pays(device: Device, at: datetime) -> Decision:
    """Return who pays for an update of a device at `at` (clause FIRMWARE)."""
    cover = cover_of(
        customer_id=device.customer_id, site_id=device.site_id, device_id=device.pk, at=at
    )
    return cover.decide(Work.FIRMWARE)


def window_of(campaign: Campaign) -> Window:
    """Return when updates of a campaign may begin."""
    return Window(
        campaign.starts_on,
        campaign.opens_at,
        timedelta(minutes=campaign.minutes),
        frozenset(campaign.weekdays),
    )
