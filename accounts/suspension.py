"""What a suspended provider's people may still do: sign in, read, and take their data out.

Two gates keep everything else out, the address of a request and the audit row of an action, so
that pages, API and workers agree.
"""

from __future__ import annotations

from typing import Final

from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# Addresses that may be written to, and acts that may be recorded, whatever happens.
_addresses: set[str] = {"provider_take_out", "provider_close", "provider_keep", "job_stop"}
_acts: set[str] = {
    "signed.in",
    "look.ended",
    "provider.taken_out",
    "provider.sender_changed",
    "takeout.downloaded",
    "job.started",
    "provider.created",
    "provider.suspended",
    "provider.resumed",
    "provider.plan_changed",
    "provider.deletion_scheduled",
    "provider.deletion_cancelled",
}


class ProviderSuspended(RuleBroken):
    """Nothing can be changed at this provider now."""

    code = "provider-suspended"
    title = "Nothing can be changed here at the moment"


def keep_open(*, addresses: tuple[str, ...] = (), acts: tuple[str, ...] = ()) -> None:
    """Let these addresses be written to, and these acts be recorded, at suspended providers too.

    For what serves reading and taking data out. Upper apps call it in `ready()`.
    """
    _addresses.update(addresses)
    _acts.update(acts)


def is_always_recorded(act: str) -> bool:
    """May the act happen at a suspended provider?"""
    return act in _acts


def refusal(viewer: Viewer | None, method: str, address: str) -> ProviderSuspended | None:
    """Return why a request is refused, or None. `address` is the name of the address."""
    if viewer is None or not viewer.is_suspended:
        return None
    if method in READING or address in _addresses:
        return None
    return suspended(viewer)


def suspended(viewer: Viewer) -> ProviderSuspended:
    """Return the refusal in words for the viewer."""
    name = viewer.provider_name or "This provider"
    if viewer.is_customer:
        phone = f" on {viewer.provider_phone}" if viewer.provider_phone else ""
        return ProviderSuspended(
            f"{name} cannot take anything in here at the moment. Everything can be read as before.",
            remedy=f"Please call {name}{phone}.",
        )
    return ProviderSuspended(
        f"{name} is suspended: everything can be read and taken out, nothing can be changed.",
        remedy="Ask whoever runs this portal to resume it.",
    )
