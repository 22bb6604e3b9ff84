"""Let an entry cost nothing, whatever the contract says: as goodwill, or to settle a question."""

from __future__ import annotations

from decimal import Decimal

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from tickets.actions.strike_labour import copy_of
from tickets.labour_ledger import lock_entry, lock_month, seal_entry
from tickets.locks import lock_ticket
from tickets.models import Cause, LabourEntry, LabourLine
from tickets.questions import close_question

WORDS = {
    Cause.GOODWILL: "Not charged, as goodwill",
    Cause.DISPUTE: "Not charged after your question",
}


def override_labour(*, entry: LabourEntry, cause: Cause, reason: str, actor: Viewer) -> LabourEntry:
    """Replace an entry by one that is not charged; the former verdict stays beside it.

    An open question about it is answered by that. Raises NotAllowed, BadInput without a reason or
    with another cause, RuleBroken for an entry replaced meanwhile or that costs nothing anyway.
    """
    actor.require(Capability.OVERRIDE_LABOUR)
    if cause not in WORDS:
        raise BadInput("This is no such reason.", field="cause", remedy="Choose one of the list.")
    if not reason.strip():
        raise BadInput("Nobody said why.", field="reason", remedy="Say why it is not charged.")
    lock_month(entry.customer_id)
    ticket = lock_ticket(entry.ticket)
    entry = lock_entry(entry)
    lines = list(entry.lines.order_by("position"))
    due = sum((line.amount for line in lines), Decimal())
    if not due:
        raise RuleBroken("This costs the customer nothing already.", remedy="Leave it as it is.")
    waived = copy_of(entry, cause, reason.strip(), actor)
    words = f"{WORDS[cause]}: {reason.strip().rstrip('.')}."
    waived = seal_entry(ticket, waived, [_free(line, cause, words) for line in lines], actor)
    record(
        actor, "labour.overridden", ticket, entry=waived.pk, replaces=entry.pk, cause=cause.value
    )
    close_question(entry, words, actor)
    return waived


def _free(line: LabourLine, cause: Cause, words: str) -> LabourLine:
    """Return the line as it is charged now: what a clause pays for stays with the clause."""
    line.pk, line._state.adding = None, True
    if not line.covered:
        line.covered, line.amount = True, Decimal("0.00")
        line.clause, line.reason = cause.value.upper(), words
    return line
