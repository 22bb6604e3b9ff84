"""What people are told of a change on its ticket: the customer in plain words, us in detail."""

from __future__ import annotations

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from tickets.actions.add_note import add_note
from tickets.actions.report_on_ticket import report_on_ticket
from upkeep.changes.catalogue import KINDS
from upkeep.models import BackupState, Change, ChangeState, Level

WORKER = "Changes"
PUBLIC = {
    ChangeState.MADE: "{words} A backup was taken {when}, and everything else works as it did.",
    ChangeState.TAKEN_BACK: "The change did not work out, and was taken back at once: the system"
    " is as it was before. We look into it. It was: {words}",
}


def done_words(change: Change, answers: dict[str, str]) -> str:
    """Return what a change did, in plain words."""
    kind = KINDS.get(change.kind)
    return kind.done(answers)[:300] if kind else str(change.words)


def tell_end(change: Change) -> None:
    """Write on the ticket how a change ended; where it went wrong, for us with the reason."""
    actor = Viewer.system(WORKER, provider_id=change.provider_id)
    state = ChangeState(change.state)
    if template := PUBLIC.get(state):
        after = change.after_backup
        is_stored = after is not None and after.state == BackupState.STORED
        is_whole = is_stored and after.level >= Level.OPENED
        when = "before and after" if is_whole else "before"
        text = template.format(words=_sentence(change.words), when=when)
        report_on_ticket(ticket=change.ticket, text=text, actor=actor)
    if change.problem or change.warnings:
        told = " ".join([change.problem, *change.warnings]).strip()
        note = f"{state.label}: {_sentence(change.words)} {told}"
        add_note(ticket=change.ticket, text=note, actor=actor)


def tell_recorded(change: Change) -> None:
    """Write on the ticket what was made by hand."""
    actor = Viewer.system(WORKER, provider_id=change.provider_id)
    ticket = change.ticket
    report_on_ticket(ticket=ticket, text=_sentence(change.words), actor=actor)
    ticket.changed_at = max(database_now(), ticket.changed_at)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
