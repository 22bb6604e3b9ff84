"""Keep a secret that opens a customer's equipment."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring.actions._secrets import WRITTEN, put_secret, refuse_taken_name
from monitoring.credentials import checked_secret
from monitoring.models import Credential


def create_credential(
    *, customer: Customer, name: str, kind: str, secret: Mapping[str, str], actor: Viewer
) -> Credential:
    """Seal a secret into a row of its own. The trail names the kind, never what it holds.

    Raises NotAllowed, and BadInput for a taken name or a part that cannot be used.
    """
    actor.require(Capability.MANAGE_MONITORING)
    kept = checked_secret(kind, secret)
    refuse_taken_name(customer.pk, name)
    now = database_now()
    # The row first: what is sealed is bound to its id.
    credential: Credential = Credential.objects.create(
        provider_id=actor.provider_id,
        customer=customer,
        name=name,
        kind=kind,
        created_at=now,
        changed_at=now,
    )
    put_secret(credential, kept, now)
    credential.save(update_fields=WRITTEN)
    record(actor, "credential.created", credential, id=credential.pk, kind=kind)
    return credential
