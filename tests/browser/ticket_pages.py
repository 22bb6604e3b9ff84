"""A ticket in every state that it can have, and the addresses of its pages and acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from accounts.models import Membership
from accounts.viewer import Viewer
from contracts.sla import Party, Priority
from tests.browser.conftest import Stage
from tests.browser.journeys import open_now
from tests.browser.stops import Stop
from tests.cast import Cast
from tests.stage import acting
from tests.tickets.helpers import id_of, instant
from tickets.actions import (
    approve_change,
    assign_ticket,
    claim_ticket,
    close_ticket,
    hold_ticket,
    merge_tickets,
    reopen_ticket,
    reply_to_ticket,
    resolve_ticket,
    schedule_ticket,
)
from tickets.models import Ticket

ANSWERED, DONE_AT = "2026-06-12T16:20:00-07:00", "2026-06-12T16:45:00-07:00"
BACK_AGAIN, MONDAY_9 = "2026-06-12T16:55:00-07:00", "2026-06-15T09:00:00-07:00"
DONE = "The card of **line 2** was replaced; both handsets ring again."


def furnish_tickets(stage: Stage, cast: Cast) -> dict[str, tuple[Stop, ...]]:
    """Have a ticket in every state; return the pages to look at, by who looks."""
    tickets = {**_worked(stage, cast), **_merged(cast), **_changes(cast)}
    at = {state: f"/tickets/{ticket.reference}/" for state, ticket in tickets.items()}
    seen = tuple(Stop(f"ticket-{state}", address) for state, address in at.items())
    return {
        "staff": (
            *seen,
            Stop("why-held", f"{at['held']}why/"),
            Stop("why-merged", f"{at['merged']}why/"),
            Stop("claim", f"{at['unassigned']}claim/"),
            Stop("claim-refused", f"{at['closed']}claim/"),
            Stop("hold-again", f"{at['held']}hold/"),
            Stop("resume", f"{at['held']}resume/"),
            Stop("reopen", f"{at['closed']}reopen/"),
            Stop("unmerge", f"{at['merged']}unmerge/"),
            Stop("schedule-unapproved", f"{at['to-approve']}schedule/"),
            Stop("schedule-again", f"{at['scheduled']}schedule/"),
        ),
        "customer": (
            *seen,
            Stop("approve", f"{at['to-approve']}approve/"),
            Stop("approve-again", f"{at['approved']}approve/"),
            Stop("reopen", f"{at['resolved']}reopen/"),
        ),
        # Who asked for a change that a colleague has to approve.
        "asker": (Stop("ticket-to-approve", at["to-approve"]),),
    }


def _worked(stage: Stage, cast: Cast) -> dict[str, Ticket]:
    unassigned = open_now(cast, cast.elena, subject="No dial tone in the whole office")
    names = ("held", "resolved", "closed", "reopened")
    subjects = ("Static on line 2", "Voicemail light stays on", "Fax is busy", "Door phone silent")
    given = {
        name: open_now(cast, cast.elena, subject=subject, priority=Priority.MINOR)
        for name, subject in zip(names, subjects, strict=True)
    }
    stage.time.set(ANSWERED)
    with acting(cast.dana):
        for ticket in given.values():
            claim_ticket(ticket=ticket, actor=cast.dana)
            reply_to_ticket(ticket=ticket, text="I am looking at it now.", actor=cast.dana)
    stage.time.set(DONE_AT)
    with acting(cast.dana):
        hold_ticket(
            ticket=given["held"],
            party=Party.CARRIER,
            reason="The telephone company checks the line.",
            until=instant("2026-06-16T10:00:00-07:00"),
            actor=cast.dana,
        )
        for name in ("resolved", "closed", "reopened"):
            resolve_ticket(ticket=given[name], text=DONE, actor=cast.dana)
        close_ticket(ticket=given["closed"], actor=cast.dana)
    stage.time.set(BACK_AGAIN)
    with acting(cast.elena):
        reopen_ticket(ticket=given["reopened"], text="It is silent again.", actor=cast.elena)
    return {"unassigned": unassigned, **given}


def _merged(cast: Cast) -> dict[str, Ticket]:
    kept = open_now(cast, cast.amit, subject="Static on all lines", priority=Priority.MINOR)
    child = open_now(cast, cast.elena, subject="Crackling at reception", priority=Priority.MINOR)
    with acting(cast.priya):
        assign_ticket(ticket=kept, technician_id=id_of(cast.marco), actor=cast.priya)
        merge_tickets(
            child=child, target=kept, reason="The same fault, told twice.", actor=cast.priya
        )
    return {"merged": child, "merged-into": kept}


def _changes(cast: Cast) -> dict[str, Ticket]:
    amit = authorised(cast)
    names = ("to-approve", "approved", "scheduled")
    subjects = ("Ring group for the front desk", "Extension for Noa", "Hours over the holidays")
    given = {
        name: open_now(
            cast,
            cast.elena,
            kind="programming",
            subject=subject,
            text="Please from next week on.",
            priority=Priority.MINOR,
        )
        for name, subject in zip(names, subjects, strict=True)
    }
    with acting(amit):
        for name in ("approved", "scheduled"):
            approve_change(ticket=given[name], actor=amit)
    start = instant(MONDAY_9)
    with acting(cast.dana):
        schedule_ticket(
            ticket=given["scheduled"],
            start=start,
            end=start + timedelta(hours=1),
            actor=cast.dana,
        )
    return given


def authorised(cast: Cast) -> Viewer:
    """Name Amit as authorised for changes, and return him as such."""
    with acting(cast.ruth):
        Membership.objects.filter(pk=id_of(cast.amit)).update(may_approve_changes=True)
    return replace(cast.amit, may_approve_changes=True)
