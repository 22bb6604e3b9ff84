"""Rename a credential, or write its secret anew."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.actions._secrets import WRITTEN, put_secret, refuse_taken_name
from monitoring.credentials import checked_secret
from monitoring.models import Credential


def edit_credential(
    *, credential: Credential, name: str, secret: Mapping[str, str] | None, actor: Viewer
) -> Credential:
    """Change the name, and the whole secret unless it is None: nobody can change what is unseen.

    Raises NotAllowed, and BadInput for a taken name or a part that cannot be used.
    """
    actor.require(Capability.MANAGE_MONITORING)
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    refuse_taken_name(credential.customer_id, name, but=credential)
    changed = ["name"] if name != credential.name else []
    credential.name = name
    if secret is not None:
        put_secret(credential, checked_secret(credential.kind, secret), database_now())
        changed.extend(WRITTEN)
    if changed:
        credential.save(update_fields=changed)
        record(
            actor,
            "credential.changed",
            credential,
            id=credential.pk,
            secret="replaced" if secret is not None else "kept",
        )
    return credential
