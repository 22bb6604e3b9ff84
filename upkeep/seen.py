"""Which version a device runs: what was told last, and since when it is so."""

from __future__ import annotations

from datetime import datetime

from contracts.models import Device
from upkeep.firmware.versions import compare
from upkeep.models import FirmwareSeen

LONGEST = 160


def is_same(one: str, other: str) -> bool:
    """Are these two ways of writing one version?"""
    return one == other or compare("", one, other) == 0


def see_version(
    device: Device, version: str, *, source: str, at: datetime, words: str = ""
) -> FirmwareSeen:
    """Write down that a device runs a version. A told version stays one row until it changes.

    The caller holds the row of the device, or is the only one who tells of it.
    """
    now = FirmwareSeen.objects.select_for_update().filter(device=device, until=None).first()
    if now is not None and is_same(now.version, version):
        if at > now.seen_at:
            now.seen_at, now.source, now.words = at, source[:LONGEST], words[:LONGEST]
            now.save(update_fields=["seen_at", "source", "words"])
        return now
    if now is not None:
        now.until = at
        now.save(update_fields=["until"])
    seen: FirmwareSeen = FirmwareSeen.objects.create(
        provider_id=device.provider_id,
        customer_id=device.customer_id,
        device=device,
        version=version,
        words=words[:LONGEST],
        source=source[:LONGEST],
        since=at,
        seen_at=at,
    )
    return seen
