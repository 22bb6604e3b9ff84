"""The key pair of a customer, made when its first backup is taken."""

from __future__ import annotations

from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.models import VaultKey
from upkeep.store.keys import Place, new_pair, open_identity, recipients_with

REASON = "find the keys of a customer's backups"


def recipients_of(place: Place) -> list[str]:
    """Return the keys that this customer's backups are encrypted to. Raises NoVaultKey."""
    with system_scope(REASON):
        return recipients_with(_key_in_use(place).recipient)


def identity_for(place: Place, recipients: list[str]) -> str:
    """Return a private key that opens what was encrypted to `recipients`: in the vault only.

    Raises NoVaultKey. A retired key still opens what it was used for.
    """
    with system_scope(REASON):
        rows = VaultKey.objects.filter(
            provider_id=place.provider_id,
            customer_id=place.customer_id,
            recipient__in=recipients,
        )
        # Without a row the vault tells that nobody has the key.
        sealed = rows.order_by("-pk").values_list("sealed_identity", flat=True).first() or ""
    return open_identity(sealed, place)


def _key_in_use(place: Place) -> VaultKey:
    rows = VaultKey.objects.filter(
        provider_id=place.provider_id, customer_id=place.customer_id, retired_at=None
    )
    found: VaultKey | None = rows.first()
    if found is not None:
        return found
    pair = new_pair(place)
    # Another worker may make one at the same moment: the first one counts.
    VaultKey.objects.bulk_create(
        [
            VaultKey(
                provider_id=place.provider_id,
                customer_id=place.customer_id,
                recipient=pair.recipient,
                sealed_identity=pair.sealed_identity,
                made_at=database_now(),
            )
        ],
        ignore_conflicts=True,
    )
    return rows.get()
