"""A little catalogue, and devices that run something of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from calcom_portal.common.tenancy import database_now
from contracts.models import Device, ProductModel
from tests.cast import Cast
from tests.stage import acting
from upkeep.actions.add_release import ReleaseFacts, add_release
from upkeep.actions.enter_advisory import AdvisoryFacts, enter_advisory
from upkeep.firmware.standing import Status
from upkeep.models import FirmwareAdvisory, FirmwareRelease
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


def runs(cast: Cast, device: Device, version: str) -> None:
    """Let a device tell its version."""
    with acting(cast.dana):
        see_version(device, version, source="Check “Inside”", at=database_now())


def build_firmware(cast: Cast, product: ProductModel) -> dict[str, Any]:
    """Make one of everything that an address of firmware may name."""
    release = build_release(cast, product)
    return {"release": release.pk, "advisory": build_advisory(cast, product).pk}
