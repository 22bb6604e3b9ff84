"""What staff are told of changes by mail: those that did not work out."""

from __future__ import annotations

from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices
from tickets.notices import ticket_words
from tickets.people import our_side
from upkeep.models import Change, ChangeState

GROUP = "Changes"
TAKEN_BACK = NoticeKind(
    "change_taken_back",
    "A change of a system did not work out, and nothing of it is left",
    GROUP,
    "upkeep/mail/change_taken_back",
    audience=Audience.STAFF,
)
STUCK = NoticeKind(
    "change_stuck",
    "A change of a system could be neither finished nor taken back",
    GROUP,
    "upkeep/mail/change_stuck",
    critical=True,
    audience=Audience.STAFF,
)
KINDS = (TAKEN_BACK, STUCK)
OF_STATE = {
    ChangeState.TAKEN_BACK: TAKEN_BACK,
    ChangeState.FAILED: TAKEN_BACK,
    ChangeState.STUCK: STUCK,
}


def tell_staff(change: Change) -> int:
    """Tell whoever began it and has the ticket how it went wrong; return how many are told."""
    kind = OF_STATE.get(ChangeState(change.state))
    if kind is None or change.begun_at is None:
        # Whoever only prepares it is looking at its page.
        return 0
    words = {
        "device": change.device.name,
        "words": change.words,
        "problem": change.problem,
        **ticket_words(change.ticket, change.customer.name),
    }
    people = dict.fromkeys([*our_side(change.ticket), change.begun_by_id or change.asked_by_id])
    drafts = [
        NoticeDraft(
            recipient_id=person,
            customer_id=change.customer_id,
            kind=kind.code,
            subject_ref=change.ticket.reference,
            payload=words,
            event_key=f"{kind.code}:{change.pk}",
            critical=kind.critical,
        )
        for person in people
        if person is not None
    ]
    return queue_notices(change.provider_id, drafts)
