"""The manifests of a provider's backups as a ledger: every system has a chain of its own."""

from __future__ import annotations

from collections.abc import Iterator

from upkeep.models import Backup
from upkeep.store.keys import known_signers
from upkeep.store.manifest import Kept, first_fault


def verify_manifests(provider_id: int) -> list[str]:
    """Return where the manifests of a provider's backups do not hold; empty when they do."""
    rows = Backup.objects.filter(provider_id=provider_id).exclude(digest="")
    devices = rows.order_by("device_id").values_list("device_id", flat=True).distinct()
    signers = known_signers()
    faults = ((one, first_fault(_chain(provider_id, one), signers)) for one in devices)
    return [f"device {device_id}, backup {fault}" for device_id, fault in faults if fault]


def _chain(provider_id: int, device_id: int) -> Iterator[Kept]:
    rows = Backup.objects.filter(provider_id=provider_id, device_id=device_id).exclude(digest="")
    fields = rows.order_by("stored_at", "pk").values_list("name", "manifest", "digest", "previous")
    return (Kept(*one) for one in fields.iterator())
