"""Which agents may come in, and when they were here. Runs on the database thread."""

from __future__ import annotations

from collections.abc import Collection

from calcom_portal.common.tenancy import system_scope
from monitoring.models import SiteAgent

REASON = "the hub knows agents by their keys"


def fingerprints() -> dict[str, int]:
    """Return the fingerprint of every agent that may come in, and whose it is."""
    with system_scope(REASON):
        rows = SiteAgent.objects.filter(revoked_at=None, enrolled_at__isnull=False)
        return dict(rows.values_list("fingerprint", "pk"))


def note_came(agent_id: int, version: str) -> None:
    """Write down that an agent has come in, and which version it is."""
    with system_scope(REASON) as scope:
        SiteAgent.objects.filter(pk=agent_id).update(seen_at=scope.now, version=version[:40])


def note_seen(agent_ids: Collection[int]) -> None:
    """Write down that agents are here."""
    if not agent_ids:
        return
    with system_scope(REASON) as scope:
        SiteAgent.objects.filter(pk__in=agent_ids).update(seen_at=scope.now)
