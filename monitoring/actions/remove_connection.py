"""Forget a way to a device."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from monitoring.models import Check, Connection, ProbeRequest


def remove_connection(*, connection: Connection, actor: Viewer) -> None:
    """Delete a connection that no running check uses; paused checks lose it.

    Raises NotAllowed, and RuleBroken while a check asks through it.
    """
    actor.require(Capability.MANAGE_MONITORING)
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    checks = Check.objects.filter(connection=connection)
    running = list(checks.running().order_by("name")[:3])
    if running:
        names = ", ".join(f"“{check.name}”" for check in running)
        raise RuleBroken(
            f"Checks ask through this connection: {names}.",
            remedy="Pause them first, or give them another connection.",
        )
    checks.update(connection=None)
    ProbeRequest.objects.filter(connection=connection).update(connection=None)
    record(actor, "connection.removed", connection, id=connection.pk, device=connection.device_id)
    connection.delete()
