"""A little catalogue, and devices that run something of it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from calcom_portal.common.tenancy import database_now
from contracts.models import Device, ProductModel
from tests.cast import Cast
from tests.stage import acting
from upkeep.actions.add_release import ReleaseFacts, add_release
from upkeep.actions.enter_advisory import AdvisoryFacts, enter_advisory
from upkeep.actions.plan_campaign import CampaignWish, plan_campaign
from upkeep.actions.start_campaign import start_campaign
from upkeep.firmware.standing import Status
from upkeep.models import Campaign, FirmwareAdvisory, FirmwareRelease, FirmwareUpdate
from upkeep.seen import see_version

PUBLISHED = date(2026, 11, 2)


def build_release(
    cast: Cast,
    product: ProductModel,
    version: str = "22.10.2",
    status: Status = Status.SECURITY,
    **others: Any,
) -> FirmwareRelease:
    """Add a release to CalCom's catalogue."""
    facts = ReleaseFacts(version, status, **others)
    with acting(cast.priya):
        return add_release(product=product, facts=facts, actor=cast.priya)


def build_advisory(cast: Cast, product: ProductModel) -> FirmwareAdvisory:
    """Warn of everything before 22.10.2."""
    facts = AdvisoryFacts("Calls can be listened to", PUBLISHED, fixed_in="22.10.2")
    with acting(cast.priya):
        return enter_advisory(product=product, facts=facts, actor=cast.priya)


def build_product(cast: Cast, *devices: Device) -> ProductModel:
    """Make a model of CalCom's catalogue, and let devices be of it."""
    with acting(cast.ruth):
        product: ProductModel = ProductModel.objects.create(
            provider=cast.calcom, vendor="Digium", model="Asterisk 22", kind="pbx"
        )
        ids = [device.pk for device in devices]
        Device.objects.filter(pk__in=ids).update(product_model=product)
    return product


def build_phone(cast: Cast) -> Device:
    """Put a phone beside Bayview's phone system, which knows it as 101."""
    system = cast.phone_system
    with acting(cast.ruth):
        phone: Device = Device.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            site=system.site,
            name="Front desk",
            kind="phone",
            extension="101",
            serial="001565AABBCC",
        )
    return phone


def runs(cast: Cast, device: Device, version: str) -> None:
    """Let a device tell its version."""
    with acting(cast.dana):
        see_version(device, version, source="Check “Inside”", at=database_now())


def build_firmware(cast: Cast, product: ProductModel) -> dict[str, Any]:
    """Make one of everything that an address of firmware may name."""
    release = build_release(cast, product)
    update = build_asking(cast, release)
    return {
        "release": release.pk,
        "advisory": build_advisory(cast, product).pk,
        "campaign": update.campaign_id,
        "update": update.pk,
    }


def build_asking(cast: Cast, release: FirmwareRelease) -> FirmwareUpdate:
    """Have a campaign run in which Bayview is asked about its phone system."""
    with acting(cast.priya) as scope:
        campaign = Campaign.objects.create(
            provider=cast.calcom,
            release=release,
            title="Phone systems to 22.10.2",
            reason="It closes a hole.",
            state="running",
            starts_on=scope.now.date(),
            opens_at=time(22),
            minutes=240,
            weekdays=[1, 2, 3, 4, 5, 6, 7],
            made_at=scope.now,
        )
        made: FirmwareUpdate = FirmwareUpdate.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            campaign=campaign,
            device=cast.phone_system,
            wave=1,
            method="hand",
            title=campaign.title,
            reason=campaign.reason,
            former="22.10.1",
            target=release.version,
            state="asking",
        )
        return made


def wish(**others: Any) -> CampaignWish:
    """Plan for every night of the week from 22:00 on, beginning on 23 November 2026."""
    usual = {
        "title": "Phone systems to 22.10.2",
        "reason": "It closes a hole through which calls can be listened to.",
        "starts_on": date(2026, 11, 23),
        "opens_at": time(22),
        "weekdays": (1, 2, 3, 4, 5, 6, 7),
    }
    return CampaignWish(**{**usual, **others})


def planned(cast: Cast, release: FirmwareRelease, **others: Any) -> Campaign:
    """Have Priya plan a campaign."""
    with acting(cast.priya):
        return plan_campaign(release=release, wish=wish(**others), actor=cast.priya)


def started(cast: Cast, release: FirmwareRelease, **others: Any) -> Campaign:
    """Have Priya plan a campaign and start it."""
    campaign = planned(cast, release, **others)
    with acting(cast.priya):
        return start_campaign(campaign=campaign, actor=cast.priya)


def update_of(cast: Cast, device: Device) -> FirmwareUpdate:
    """Return the newest update of a device as staff see it."""
    with acting(cast.dana):
        rows = FirmwareUpdate.objects.select_related("ticket", "campaign", "device__site")
        found: FirmwareUpdate = rows.filter(device=device).latest("pk")
        return found
