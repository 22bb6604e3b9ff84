"""A change as it lies in the table. The tenant is the ticket's."""

from __future__ import annotations

from calcom_portal.common.tenancy import provider_scope
from tickets.models import Ticket
from upkeep.models import Change, ChangeState


def ready_row(ticket: Ticket) -> Change:
    """Write down a change that waits to be made."""
    with provider_scope(provider_id=ticket.provider_id) as scope:
        made: Change = Change.objects.create(
            provider_id=ticket.provider_id,
            customer_id=ticket.customer_id,
            ticket=ticket,
            device=ticket.device,
            kind="rename_extension",
            words="Extension 102 will be called Lab.",
            state=ChangeState.READY.value,
            step="read",
            asked_name="Dana Okafor",
            asked_at=scope.now,
        )
        return made
