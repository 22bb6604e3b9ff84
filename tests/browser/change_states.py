"""Changes of programming in every state, and the addresses of their pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from calcom_portal.common.tenancy import provider_scope
from tests.browser.journeys import open_now
from tests.browser.state_world import Told, World, told
from tests.browser.stops import Stop
from tests.cast import Cast
from tests.stage import acting
from tests.upkeep.changes.world import ready
from tickets.approval import Approval
from tickets.models import Ticket
from upkeep.models import Change

CHANGED: tuple[Told, ...] = (
    ("read", "done", "", 300),
    ("baseline", "done", "38 extensions can sign in.", 200),
    ("before", "done", "", 160),
    ("apply", "done", "", 120),
)


def change_states(world: World) -> tuple[tuple[Stop, ...], tuple[Stop, ...]]:
    cast, now = world.cast, world.now
    waits = _ticket(cast, "A door phone", approval=Approval.NEEDED.value)
    ticket = _ticket(cast, "A new colleague")
    backups = {"before_backup": world.backup, "after_backup": world.backup}
    begun = {"begun_at": now - timedelta(minutes=3), "before_backup": world.backup}
    ended = {**begun, "ended_at": now, **backups}
    failed = ("verify", "failed", "Extension 101 cannot sign in any more.", 90)
    back = ("put_back", "done", "", 60)
    changes = {
        "reading": _change(cast, ticket, state="reading", step="read", look_at=now),
        "to-approve": _change(cast, waits),
        "ready": told(_change(cast, ticket), CHANGED[:1]),
        "running": told(
            _change(cast, ticket, state="running", step="verify", look_at=now, **begun), CHANGED
        ),
        "made": told(
            _change(cast, ticket, state="made", **ended),
            (
                *CHANGED,
                ("verify", "done", "39 extensions can sign in.", 60),
                ("after", "done", "", 20),
            ),
        ),
        "undone": told(_change(cast, ticket, state="made", undone_at=now, **ended), CHANGED),
        "taken-back": told(
            _change(cast, ticket, state="taken_back", problem=failed[2], **ended),
            (*CHANGED, failed, back, ("verify_back", "done", "All is as it was before.", 30)),
        ),
        "failed": told(
            _change(
                cast, ticket, state="failed", ended_at=now, problem="The system did not answer."
            ),
            (("read", "failed", "The system did not answer.", 60),),
        ),
        "stuck": told(
            _change(
                cast,
                ticket,
                state="stuck",
                step="put_back",
                problem="The former files could not be put back.",
                **begun,
            ),
            (*CHANGED, failed, ("put_back", "failed", "The system did not answer.", 30)),
        ),
        "cancelled": _change(cast, ticket, state="cancelled", ended_at=now),
    }
    with acting(cast.dana):
        Change.objects.filter(pk=changes["cancelled"].pk).update(look_at=None)
        undoing = _undoing(changes["undone"], now)
    pages = (Stop(f"change-{name}", f"/changes/{one.pk}/") for name, one in changes.items())
    of_ticket = Stop("changes-of-ticket", f"/tickets/{ticket.reference}/")
    staff = (*pages, Stop("change-undo", f"/changes/{undoing.pk}/"), of_ticket)
    return (of_ticket, Stop("our-request-to-approve", f"/tickets/{waits.reference}/")), staff


def _ticket(cast: Cast, subject: str, **fields: str) -> Ticket:
    ticket = open_now(cast, cast.elena, kind="programming", subject=subject)
    with provider_scope(provider_id=cast.calcom.pk):
        if fields:
            Ticket.objects.filter(pk=ticket.pk).update(**fields)
        return Ticket.objects.get(pk=ticket.pk)


def _change(cast: Cast, ticket: Ticket, **fields: Any) -> Change:
    made = ready(ticket, cast.dana)
    if fields.get("state") == "made":
        fields.setdefault("words", "Extension 103 (Front desk) was added.")
    with acting(cast.dana):
        for name, value in fields.items():
            setattr(made, name, value)
        made.save(update_fields=list(fields) or ["state"])
    return made


def _undoing(change: Change, now: datetime) -> Change:
    made: Change = Change.objects.create(
        provider_id=change.provider_id,
        customer_id=change.customer_id,
        ticket=change.ticket,
        device=change.device,
        kind="undo",
        words="Extension 103 (Front desk) was removed again.",
        state="made",
        undoes=change,
        asked_name="Dana Okafor",
        asked_at=now,
        begun_at=now,
        ended_at=now,
    )
    return made
