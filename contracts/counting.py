"""How many devices a provider has, for the limits of its plan."""

from __future__ import annotations

from contracts.models import Device


def count_devices() -> int:
    """Return the devices in service of the scope's provider."""
    return Device.objects.filter(retired_on__isnull=True).count()
