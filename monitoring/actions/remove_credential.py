"""Forget a secret for good."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from monitoring.models import Connection, Credential


def remove_credential(*, credential: Credential, actor: Viewer) -> None:
    """Delete a credential that no connection uses. Raises NotAllowed, RuleBroken."""
    actor.require(Capability.MANAGE_MONITORING)
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    used = Connection.objects.filter(credential=credential).select_related("device")[:3]
    if used:
        names = ", ".join(connection.device.name for connection in used)
        raise RuleBroken(
            f"The credential “{credential}” is used to reach {names}.",
            remedy="Give those connections another one first, or write its secret anew.",
        )
    record(actor, "credential.removed", credential, id=credential.pk, kind=credential.kind)
    credential.delete()
