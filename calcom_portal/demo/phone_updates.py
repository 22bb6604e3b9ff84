"""A campaign of the demo for phones that fetch their firmware: planned, and not started yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

from calcom_portal.common.tenancy import provider_scope, replayed_scope
from calcom_portal.demo.outages import ZONE
from calcom_portal.demo.world import World
from contracts.models import Device, DeviceKind
from upkeep.actions.add_release import ReleaseFacts, add_release
from upkeep.actions.plan_campaign import CampaignWish, plan_campaign
from upkeep.actions.record_version import record_version
from upkeep.firmware.standing import Status
from upkeep.models import BackupDriver, BackupPlan, Method

DAY: Final = timedelta(days=1)
NOW, FIXED = "4.1.1.0", "4.1.4.1"
FILE: Final = f"https://firmware.example/J179-{FIXED}.bin"
REASON: Final = "It repairs a fault in which a headset loses its sound in the middle of a call."
FIRST_EXTENSION: Final = 201


def phone_updates(world: World, now: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Yield the plan of a morning for the phones beside the system that is backed up over SSH."""
    at = now - DAY + timedelta(minutes=30)
    yield at, partial(_plan, world, at)


def _plan(world: World, at: datetime) -> None:
    technician = world.viewers[world.technicians[0]]
    dispatcher = world.viewers[world.dispatcher]
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        system = BackupPlan.objects.select_related("device").get(driver=BackupDriver.ASTERISK)
        phones = list(
            Device.objects.filter(
                site=system.device.site_id, kind=DeviceKind.PHONE, retired_on=None
            )
            .select_related("product_model")
            .order_by("pk")
        )
        for number, phone in enumerate(phones, start=FIRST_EXTENSION):
            phone.extension = str(number)
            phone.save(update_fields=["extension"])
            record_version(device=phone, version=NOW, actor=technician)
        day = at.astimezone(ZONE).date()
        facts = ReleaseFacts(
            FIXED,
            Status.APPROVED,
            released_on=day - 20 * DAY,
            file_url=FILE,
            file_sha256=sha256(FILE.encode()).hexdigest(),
        )
        product = phones[0].product_model
        release = add_release(product=product, facts=facts, actor=dispatcher)
        wish = CampaignWish(
            title=f"{product} to {FIXED}",
            reason=REASON,
            starts_on=day + 7 * DAY,
            opens_at=time(21),
            weekdays=(1, 2, 3, 4),
            method=Method.HTTP,
            charged_minutes=10,
        )
        plan_campaign(release=release, wish=wish, actor=dispatcher)
