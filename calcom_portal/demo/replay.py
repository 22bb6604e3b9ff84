"""Acting out a scenario: the real actions and the real sweeps, at instants of the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from operator import itemgetter
from random import Random

from django.db import connection

from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import provider_scope, replayed_scope
from calcom_portal.demo.acts import Act, given
from calcom_portal.demo.backup_taking import back_up_for
from calcom_portal.demo.labour import write_down
from calcom_portal.demo.pictures import file_called
from calcom_portal.demo.stories import Verb
from calcom_portal.demo.world import World
from contracts.sla import Priority
from notifications.actions import acknowledge_subject
from tickets import actions
from tickets.models import Ticket
from tickets.states import Move
from tickets.sweeps.deadlines import sweep_deadlines
from tickets.sweeps.waking import wake_tickets

# How long after a due instant the portal's sweeps notice it, in seconds.
NOTICED_AFTER = (0.4, 3.2)

NEXT_BY_ITSELF = """
SELECT (SELECT min(next_at) FROM tickets_clock WHERE provider_id = %(provider)s),
       (SELECT min(wake_at) FROM tickets_ticket WHERE provider_id = %(provider)s)
"""


class Replay:
    """Plays the acts of one provider in order, and what the sweeps do between them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = Random(world.provider_id)
        self.tickets: dict[int, Ticket] = {}

    def play(self, acts: Sequence[Act], until: datetime) -> int:
        """Play everything up to `until`; return the number of tickets."""
        with provider_scope(provider_id=self.world.provider_id):
            for act in acts:
                self._sweep_until(act.at)
                with replayed_scope(act.at):
                    self._perform(act)
            self._sweep_until(until)
        return len(self.tickets)

    def _sweep_until(self, until: datetime) -> None:
        """Run the sweeps that find something to do before `until`, each soon after it is due."""
        while due := self._next_by_itself():
            due_at, sweep = min(due, key=itemgetter(0))
            noticed_at = due_at + timedelta(seconds=self.random.uniform(*NOTICED_AFTER))
            if noticed_at >= until:
                return
            with replayed_scope(noticed_at):
                sweep()

    def _next_by_itself(self) -> list[tuple[datetime, Callable[[], object]]]:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_BY_ITSELF, {"provider": self.world.provider_id})
            clock_at, ticket_at = cursor.fetchone()
        pairs = ((clock_at, sweep_deadlines), (ticket_at, wake_tickets))
        return [(due_at, sweep) for due_at, sweep in pairs if due_at is not None]

    def _perform(self, act: Act) -> None:
        actor = self.world.viewers[act.by]
        if act.verb is Verb.OPEN:
            self.tickets[act.ticket] = _open(act, actor)
        elif act.verb is Verb.MERGE:
            child, target = self.tickets[act.ticket], self.tickets[act.into]
            actions.merge_tickets(child=child, target=target, reason=act.text, actor=actor)
        elif act.other:
            person = self.world.viewers[act.other].membership_id
            WITH_A_PERSON[act.verb](self.tickets[act.ticket], person, actor)
        else:
            PERFORM[act.verb](self.tickets[act.ticket], act, actor)


def _open(act: Act, actor: Viewer) -> Ticket:
    opening = given(act.opening)
    request = actions.TicketRequest(
        kind=opening.kind,
        subject=opening.subject,
        text=act.text,
        customer_id=opening.customer_id,
        reporter_id=actor.membership_id or 0,
        priority=opening.priority,
        priority_reason=opening.reason,
        site_id=opening.site_id,
        device_id=opening.device_id,
        answers=opening.answers,
        files=_files(act),
    )
    return actions.open_ticket(request=request, actor=actor)


def _files(act: Act) -> tuple[IncomingFile, ...]:
    if not act.file:
        return ()
    data = file_called(act.file)
    return (IncomingFile(act.file, len(data), lambda: BytesIO(data)),)


def _reply(ticket: Ticket, act: Act, actor: Viewer) -> None:
    actions.reply_to_ticket(ticket=ticket, text=act.text, files=_files(act), actor=actor)


def _hold(ticket: Ticket, act: Act, actor: Viewer) -> None:
    actions.hold_ticket(
        ticket=ticket, party=given(act.party), reason=act.text, until=act.until, actor=actor
    )


def _schedule(ticket: Ticket, act: Act, actor: Viewer) -> None:
    start, end = given(act.start), given(act.until)
    actions.schedule_ticket(ticket=ticket, start=start, end=end, actor=actor)


def _priority(priority: Priority) -> Callable[[Ticket, Act, Viewer], None]:
    def change(ticket: Ticket, act: Act, actor: Viewer) -> None:
        actions.change_priority(ticket=ticket, priority=priority, reason=act.text, actor=actor)

    return change


def _resolve(ticket: Ticket, act: Act, actor: Viewer) -> None:
    back_up_for(ticket, Move.RESOLVE)
    actions.resolve_ticket(ticket=ticket, text=act.text, actor=actor)


def _close(ticket: Ticket, act: Act, actor: Viewer) -> None:
    back_up_for(ticket, Move.CLOSE)
    actions.close_ticket(ticket=ticket, actor=actor)


PERFORM: dict[Verb, Callable[[Ticket, Act, Viewer], object]] = {
    Verb.CLAIM: lambda ticket, act, actor: actions.claim_ticket(ticket=ticket, actor=actor),
    Verb.SAY: _reply,
    Verb.WRITE: _reply,
    Verb.CALL: lambda ticket, act, actor: actions.log_call(
        ticket=ticket, text=act.text, actor=actor
    ),
    Verb.NOTE: lambda ticket, act, actor: actions.add_note(
        ticket=ticket, text=act.text, actor=actor
    ),
    Verb.HOLD: _hold,
    Verb.RESUME: lambda ticket, act, actor: actions.resume_ticket(ticket=ticket, actor=actor),
    Verb.RAISE: _priority(Priority.EMERGENCY),
    Verb.LOWER: _priority(Priority.MINOR),
    Verb.SCHEDULE: _schedule,
    Verb.RESOLVE: _resolve,
    Verb.REOPEN: lambda ticket, act, actor: actions.reopen_ticket(
        ticket=ticket, text=act.text, actor=actor
    ),
    Verb.CLOSE: _close,
    Verb.LABOUR: write_down,
    Verb.ACKNOWLEDGE: lambda ticket, act, actor: acknowledge_subject(
        subject_ref=ticket.reference, actor=actor
    ),
}

WITH_A_PERSON: dict[Verb, Callable[[Ticket, int | None, Viewer], object]] = {
    Verb.ASSIGN: lambda ticket, person, actor: actions.assign_ticket(
        ticket=ticket, technician_id=person, actor=actor
    ),
    Verb.WATCH: lambda ticket, person, actor: actions.watch_ticket(
        ticket=ticket, membership_id=person or 0, actor=actor
    ),
}
