"""Change the address from which a provider's mail is sent."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Provider
from accounts.operating import provider_to_change, tell_trail
from accounts.operator_log import log_act
from accounts.operators import Operator


@transaction.atomic
def change_sender(*, provider_id: int, mail_from: str, operator: Operator) -> Provider:
    """Send the mail of a provider from another address from now on.

    An operator's act: whoever runs the mail server knows which senders it may use, and no provider
    can write in another company's name. Runs outside any scope. Raises Missing.
    """
    with provider_to_change(provider_id, "change the sender of a provider's mail") as provider:
        before, provider.mail_from = provider.mail_from, mail_from
        if before != mail_from:
            provider.save(update_fields=["mail_from"])
            tell_trail(provider, operator, "provider.sender_changed", mail_from=mail_from)
    if before != mail_from:
        log_act(
            operator,
            "provider.sender_changed",
            tenant=provider.pk,
            tenant_name=provider.name,
            before=before,
            mail_from=mail_from,
        )
    return provider
