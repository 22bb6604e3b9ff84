"""A change as it lies in the table. The tenant is the ticket's."""

from __future__ import annotations

from calcom_portal.common.tenancy import provider_scope
from tickets.models import Ticket
from upkeep.changing.sheets import keep_bytes
from upkeep.models import Change, ChangeFile, ChangeState


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


def file_row(change: Change) -> ChangeFile:
    """Keep a file before and after a change."""
    with provider_scope(provider_id=change.provider_id):
        keep_bytes(change, "pbx.cfg", b"before", b"after")
        kept: ChangeFile = ChangeFile.objects.get(change=change)
        return kept
