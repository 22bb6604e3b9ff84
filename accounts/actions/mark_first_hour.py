"""Leave a step of the first hour out, or leave the first hour altogether."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.first_hour import is_step
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from calcom_portal.common.tenancy import database_now


def mark_first_hour(*, skip: str = "", actor: Viewer) -> Provider:
    """Mark the step `skip` as not wanted now; without one, dismiss the first hour for good.

    Raises NotAllowed, Missing for a step that does not exist.
    """
    actor.require(Capability.MANAGE_COMPANY)
    if skip and not is_step(skip):
        raise Missing("There is no such step.", remedy="Look at the list of steps again.")
    provider: Provider = Provider.objects.select_for_update().get(pk=actor.provider_id)
    marks = dict(provider.first_hour)
    if skip:
        marks["skipped"] = sorted({*marks.get("skipped", ()), skip})
    else:
        marks["dismissed_at"] = database_now().isoformat()
    provider.first_hour = marks
    provider.save(update_fields=["first_hour"])
    record(actor, "first_hour.skipped" if skip else "first_hour.dismissed", provider, step=skip)
    return provider
