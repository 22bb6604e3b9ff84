"""What the verbs of credentials share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from accounts.sealing import key_id_of
from calcom_portal.common.errors import BadInput
from monitoring.credentials import seal_secret
from monitoring.models import Credential

WRITTEN = ("sealed", "key_id", "changed_at")


def put_secret(credential: Credential, secret: Mapping[str, str], now: datetime) -> None:
    """Seal a secret into a credential that has its row. The caller saves `WRITTEN`."""
    credential.sealed = seal_secret(credential, secret)
    credential.key_id = key_id_of(credential.sealed)
    credential.changed_at = now


def refuse_taken_name(customer_id: int, name: str, *, but: Credential | None = None) -> None:
    """Raise BadInput if another credential of the customer has the name."""
    rows = Credential.objects.filter(customer_id=customer_id, name=name)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if rows.exists():
        raise BadInput(
            f"The customer has a credential “{name}” already.",
            field="name",
            remedy="Choose a name that tells the two apart.",
        )
