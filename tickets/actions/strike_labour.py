"""Strike out an entry that should not be there, such as one on the wrong ticket."""

from __future__ import annotations

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from tickets.actions.correct_labour import require_right_to_correct
from tickets.labour_ledger import lock_entry, lock_month, seal_entry
from tickets.locks import lock_ticket
from tickets.models import Cause, LabourEntry


def strike_labour(*, entry: LabourEntry, reason: str, actor: Viewer) -> LabourEntry:
    """Replace an entry by one that counts for nothing; both stay to be seen.

    Raises NotAllowed, BadInput without a reason, RuleBroken for one replaced meanwhile.
    """
    require_right_to_correct(entry, actor)
    if not reason.strip():
        raise BadInput("Nobody said why.", field="reason", remedy="Say why it does not count.")
    lock_month(entry.customer_id)
    ticket = lock_ticket(entry.ticket)
    entry = lock_entry(entry)
    before = entry.pk
    struck = copy_of(entry, Cause.STRUCK, reason.strip(), actor)
    struck = seal_entry(ticket, struck, [], actor)
    record(actor, "labour.struck", ticket, entry=struck.pk, replaces=before)
    return struck


def copy_of(entry: LabourEntry, cause: Cause, reason: str, actor: Viewer) -> LabourEntry:
    """Return an unsaved entry that says the same and takes the place of `entry`."""
    same = {name: getattr(entry, name) for name in SAME}
    return LabourEntry(
        **same,
        replaces_id=entry.pk,
        cause=cause.value,
        reason=reason,
        created_at=database_now(),
        created_by_id=actor.membership_id,
        created_by_name=actor.name[:120],
    )


SAME = (
    *("provider_id", "customer_id", "ticket_id", "technician_id", "technician_name", "work"),
    *("device_id", "equipment", "started_at", "ended_at", "day", "minutes", "charged_minutes"),
    *("trip", "note", "terms_id", "contract_number"),
)
