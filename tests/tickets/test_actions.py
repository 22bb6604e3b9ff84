"""Each action: what it does, whom it tells, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry, Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing, NotAllowed, PortalError, RuleBroken
from contracts.models import Site
from contracts.sla import Party, Priority
from notifications.models import Notice
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, at
from tests.tickets.helpers import (
    MONDAY_10,
    TUESDAY_9,
    fresh,
    id_of,
    instant,
    kinds,
    nothing_changes,
    opened,
    outcomes,
    request_of,
    seen_by,
    told,
)
from tickets.actions import (
    add_note,
    assign_ticket,
    change_priority,
    claim_ticket,
    close_ticket,
    hold_ticket,
    log_call,
    merge_tickets,
    open_ticket,
    pauses_resolve_clock,
    reopen_ticket,
    reply_to_ticket,
    resolve_ticket,
    resume_ticket,
    schedule_ticket,
    unmerge_ticket,
    unwatch_ticket,
    watch_ticket,
)
from tickets.models import Kind, Message, Ticket, Watcher

MONDAY_1022 = "2026-06-15T10:22:00-07:00"


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket that Elena opened on Monday at 10:00."""
    return opened(cast, database_time)


def test_a_technicians_reply_is_the_response(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with at(database_time, MONDAY_1022, cast.dana):
        message = reply_to_ticket(ticket=ticket, text="I have it.", actor=cast.dana)
        assert message.html == "<p>I have it.</p>\n"
        assert fresh(ticket).responded_at == instant(MONDAY_1022)
        assert fresh(ticket).next_deadline_at is None
        assert outcomes(ticket) == [("respond", "met")]
        assert AuditEntry.objects.filter(action="ticket.replied").count() == 1
    assert told("ticket_replied", of=ticket) == ["Elena Moreno"]


def test_a_customers_reply_is_no_response_and_goes_to_the_desk(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with at(database_time, MONDAY_1022, cast.elena):
        reply_to_ticket(ticket=ticket, text="It is worse now.", actor=cast.elena)
    assert seen_by(cast.dana, ticket).responded_at is None
    assert told("ticket_replied", of=ticket) == ["Priya Shah"]


def test_a_customers_reply_goes_to_whoever_has_the_ticket(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    with at(database_time, MONDAY_1022, cast.elena):
        reply_to_ticket(ticket=ticket, text="It is worse now.", actor=cast.elena)
    assert told("ticket_replied", of=ticket) == ["Dana Okafor"]


def test_nobody_is_told_of_their_own_act(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with acting(cast.elena):
        watch_ticket(ticket=ticket, membership_id=id_of(cast.elena), actor=cast.elena)
        watch_ticket(ticket=ticket, membership_id=id_of(cast.amit), actor=cast.elena)
    with at(database_time, MONDAY_1022, cast.elena):
        reply_to_ticket(ticket=ticket, text="Any news?", actor=cast.elena)
    assert told("ticket_replied", of=ticket) == ["Amit Bhatt", "Priya Shah"]


def test_a_note_is_for_us_only_and_moves_no_clock(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with at(database_time, MONDAY_1022, cast.dana):
        add_note(ticket=ticket, text="Card in slot 2 fails.", actor=cast.dana)
        assert fresh(ticket).responded_at is None
        assert kinds(ticket) == ["opened"]
    with acting(cast.elena):
        assert [m.text for m in Message.objects.all()] == ["Both front desk phones are dead."]


def test_a_logged_call_is_a_response(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with at(database_time, MONDAY_1022, cast.dana):
        log_call(ticket=ticket, text="Spoke to Elena.", actor=cast.dana)
        assert outcomes(ticket) == [("respond", "met")]
        assert kinds(ticket) == ["opened", "called", "verdict"]


def test_a_claim_is_no_response(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        claimed = claim_ticket(ticket=ticket, actor=cast.dana)
        assert claimed.assignee_id == cast.dana.membership_id
        assert fresh(ticket).responded_at is None


def test_the_second_claim_is_refused_and_names_the_first(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    with (
        acting(cast.marco),
        nothing_changes(ticket),
        pytest.raises(RuleBroken, match="Dana Okafor has already claimed ticket CC-1001"),
    ):
        claim_ticket(ticket=ticket, actor=cast.marco)


def test_claiming_twice_changes_nothing(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
        with nothing_changes(ticket):
            claim_ticket(ticket=ticket, actor=cast.dana)


def test_a_dispatcher_assigns_and_takes_back(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.priya):
        assign_ticket(ticket=ticket, technician_id=id_of(cast.marco), actor=cast.priya)
        assert fresh(ticket).assignee_id == cast.marco.membership_id
        assign_ticket(ticket=ticket, technician_id=None, actor=cast.priya)
        assert fresh(ticket).assignee_id is None
    assert told("ticket_assigned", of=ticket) == ["Marco Ruiz"]


@pytest.mark.parametrize("stranger", ["elena", "nora"])
def test_only_our_own_people_can_be_assigned(cast: Cast, ticket: Ticket, stranger: str) -> None:
    membership_id = getattr(cast, stranger).membership_id
    with acting(cast.priya), nothing_changes(ticket), pytest.raises(BadInput):
        assign_ticket(ticket=ticket, technician_id=membership_id, actor=cast.priya)


def test_holding_needs_a_reason(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana), nothing_changes(ticket), pytest.raises(BadInput):
        hold_ticket(ticket=ticket, party=Party.CARRIER, reason=" ", until=None, actor=cast.dana)


def test_a_hold_until_yesterday_is_refused(cast: Cast, ticket: Ticket) -> None:
    until = instant("2026-06-14T10:00:00-07:00")
    with acting(cast.dana), nothing_changes(ticket), pytest.raises(BadInput, match="has passed"):
        hold_ticket(ticket=ticket, party=Party.CARRIER, reason="x", until=until, actor=cast.dana)


def test_holding_tells_the_customer_who_we_wait_for(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    until = instant("2026-06-17T09:00:00-07:00")
    with at(database_time, MONDAY_1022, cast.dana):
        held = hold_ticket(
            ticket=ticket, party=Party.CARRIER, reason="Line test", until=until, actor=cast.dana
        )
        assert (held.state, held.hold_party, held.wake_at) == ("held", "carrier", until)
        payload = Notice.objects.get(kind="ticket_held").payload
    assert payload["party_words"] == "the telephone company"
    assert payload["pauses"] is False
    assert told("ticket_held", of=ticket) == ["Elena Moreno"]


def test_without_a_resolve_promise_no_hold_pauses_anything(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        assert [pauses_resolve_clock(ticket, party) for party in Party] == [False] * len(Party)


def test_resuming_ends_the_hold(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        hold_ticket(ticket=ticket, party=Party.VENDOR, reason="Part", until=None, actor=cast.dana)
        resumed = resume_ticket(ticket=ticket, actor=cast.dana)
    assert (resumed.state, resumed.hold_party, resumed.hold_reason) == ("open", "", "")


def test_a_customers_reply_ends_a_hold(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with acting(cast.dana):
        hold_ticket(ticket=ticket, party=Party.VENDOR, reason="Part", until=None, actor=cast.dana)
    with at(database_time, MONDAY_1022, cast.elena):
        reply_to_ticket(ticket=ticket, text="Here it is.", actor=cast.elena)
    stored = seen_by(cast.dana, ticket)
    assert (stored.state, stored.hold_party, stored.wake_at) == ("open", "", None)


def test_lowering_needs_a_reason(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana), nothing_changes(ticket), pytest.raises(BadInput):
        change_priority(ticket=ticket, priority=Priority.MINOR, reason="", actor=cast.dana)


def test_lowering_tells_the_customer(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        change_priority(
            ticket=ticket, priority=Priority.MINOR, reason="One phone only", actor=cast.dana
        )
        payload = Notice.objects.get(kind="priority_lowered").payload
    assert (payload["was"], payload["reason"]) == ("Emergency", "One phone only")
    assert told("priority_lowered", of=ticket) == ["Elena Moreno"]


def test_the_same_priority_again_is_refused(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana), nothing_changes(ticket), pytest.raises(RuleBroken):
        change_priority(ticket=ticket, priority=Priority.EMERGENCY, reason="", actor=cast.dana)


def test_resolving_answers_and_closes_later_by_itself(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with at(database_time, MONDAY_1022, cast.dana):
        resolved = resolve_ticket(ticket=ticket, text="Card replaced.", actor=cast.dana)
        assert outcomes(ticket) == [("respond", "met")]
    assert (resolved.state, resolved.resolved_at) == ("resolved", instant(MONDAY_1022))
    assert resolved.wake_at == instant(MONDAY_1022) + timedelta(days=7)
    assert told("ticket_resolved", of=ticket) == ["Elena Moreno"]


def test_a_customer_does_not_answer_a_resolved_ticket_but_reopens_it(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Card replaced.", actor=cast.dana)
    with acting(cast.elena), nothing_changes(ticket), pytest.raises(RuleBroken) as refusal:
        reply_to_ticket(ticket=ticket, text="No.", actor=cast.elena)
    assert "Reopen" in refusal.value.remedy


def test_reopening_in_time_continues_the_ticket(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Card replaced.", actor=cast.dana)
    with at(database_time, "2026-06-29T10:00:00-07:00", cast.elena):
        reopened = reopen_ticket(ticket=ticket, text="Dead again.", actor=cast.elena)
    assert (reopened.pk, reopened.state, reopened.resolved_at) == (ticket.pk, "open", None)
    assert told("ticket_reopened", of=ticket) == ["Priya Shah"]


def test_reopening_too_late_is_a_new_linked_ticket(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Card replaced.", actor=cast.dana)
    with at(database_time, "2026-06-29T10:00:01-07:00", cast.elena):
        anew = reopen_ticket(ticket=ticket, text="Dead again.", actor=cast.elena)
    assert (anew.reference, anew.continues_id) == ("CC-1002", ticket.pk)
    assert anew.next_deadline_at == instant("2026-06-30T09:00:01-07:00")
    assert seen_by(cast.dana, ticket).state == "resolved"


@pytest.mark.parametrize(("by", "reporter"), [("amit", "amit"), ("dana", "dana")])
def test_reopening_too_late_works_although_site_and_reporter_are_gone(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket, by: str, reporter: str
) -> None:
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Card replaced.", actor=cast.dana)
        Site.objects.filter(pk=cast.market_street.pk).update(is_active=False)
        Membership.objects.filter(pk=id_of(cast.elena)).update(is_active=False)
    actor = getattr(cast, by)
    with at(database_time, "2026-08-15T10:00:00-07:00", actor):
        anew = reopen_ticket(ticket=ticket, text="Dead again.", actor=actor)
    assert (anew.continues_id, anew.device_id) == (ticket.pk, cast.phone_system.pk)
    assert anew.reporter_id == id_of(getattr(cast, reporter))


def test_closing_ends_a_ticket(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        closed = close_ticket(ticket=ticket, actor=cast.dana)
        assert (closed.state, closed.closed_at) == ("closed", instant(MONDAY_10))
        assert outcomes(ticket) == []
    assert told("ticket_closed", of=ticket) == ["Elena Moreno"]


def test_closing_what_was_resolved_tells_nobody_again(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Card replaced.", actor=cast.dana)
        close_ticket(ticket=ticket, actor=cast.dana)
    assert told("ticket_closed", of=ticket) == []


def test_merging_ends_the_child_and_tells_its_reporter(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    child = opened(cast, database_time, MONDAY_1022)
    with acting(cast.dana):
        merge_tickets(child=child, target=ticket, reason="Same card", actor=cast.dana)
        assert (fresh(child).state, fresh(child).merged_into_id) == ("merged", ticket.pk)
        assert kinds(child) == ["opened", "merged"]
        assert kinds(ticket) == ["opened", "absorbed"]
    assert told("ticket_merged", of=child) == ["Elena Moreno"]


def test_a_merge_can_be_undone(cast: Cast, database_time: DatabaseTime, ticket: Ticket) -> None:
    child = opened(cast, database_time, MONDAY_1022)
    due = child.next_deadline_at
    with acting(cast.dana):
        hold_ticket(ticket=child, party=Party.VENDOR, reason="Part", until=None, actor=cast.dana)
        merge_tickets(child=child, target=ticket, reason="Same card", actor=cast.dana)
        restored = unmerge_ticket(child=fresh(child), actor=cast.dana)
        assert (restored.state, restored.merged_into_id) == ("held", None)
        assert restored.next_deadline_at == due
        assert fresh(ticket).next_deadline_at == instant(TUESDAY_9)


def test_a_merge_is_undone_from_its_end(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    first = opened(cast, database_time, MONDAY_1022)
    second = opened(cast, database_time, MONDAY_1022)
    with acting(cast.dana):
        merge_tickets(child=first, target=second, reason="Same card", actor=cast.dana)
        merge_tickets(child=second, target=ticket, reason="Same card", actor=cast.dana)
        itself = pytest.raises(RuleBroken, match="was itself merged into CC-1001")
        with nothing_changes(first), nothing_changes(ticket), itself as refusal:
            unmerge_ticket(child=fresh(first), actor=cast.dana)
        assert refusal.value.remedy == f"Undo the merge of {second.reference} first."
        unmerge_ticket(child=fresh(second), actor=cast.dana)
        assert unmerge_ticket(child=fresh(first), actor=cast.dana).state == "open"


def test_tickets_of_two_customers_are_never_merged(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    with acting(cast.sam):
        request = request_of(cast, cast.sam, site_id=None, device_id=None)
        strange = open_ticket(request=request, actor=cast.sam)
    with acting(cast.dana), nothing_changes(ticket), pytest.raises(RuleBroken, match="different"):
        merge_tickets(child=strange, target=ticket, reason="x", actor=cast.dana)


def test_nothing_is_merged_into_itself_or_into_a_resolved_ticket(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    child = opened(cast, database_time, MONDAY_1022)
    with acting(cast.dana):
        with nothing_changes(child), pytest.raises(RuleBroken, match="into itself"):
            merge_tickets(child=child, target=child, reason="x", actor=cast.dana)
        resolve_ticket(ticket=ticket, text="Done.", actor=cast.dana)
        with nothing_changes(child), pytest.raises(RuleBroken, match="no longer open"):
            merge_tickets(child=child, target=ticket, reason="x", actor=cast.dana)


def test_what_was_never_merged_cannot_be_taken_apart(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana), nothing_changes(ticket), pytest.raises(RuleBroken):
        unmerge_ticket(child=ticket, actor=cast.dana)


def test_a_programming_change_is_scheduled_in_business_hours_only(
    cast: Cast, database_time: DatabaseTime
) -> None:
    change = opened(cast, database_time, kind=Kind.PROGRAMMING.value)
    inside = (instant("2026-06-16T16:00:00-07:00"), instant("2026-06-16T17:00:00-07:00"))
    outside = (instant("2026-06-16T16:30:00-07:00"), instant("2026-06-16T17:00:01-07:00"))
    with acting(cast.dana):
        with nothing_changes(change), pytest.raises(RuleBroken) as refusal:
            schedule_ticket(ticket=change, start=outside[0], end=outside[1], actor=cast.dana)
        assert "Monday to Friday, 08:00 to 17:00 Pacific time" in refusal.value.remedy
        schedule_ticket(ticket=change, start=inside[0], end=inside[1], actor=cast.dana)
        assert (fresh(change).scheduled_from, fresh(change).scheduled_to) == inside
    assert told("ticket_scheduled", of=change) == ["Elena Moreno"]


def test_a_visit_may_be_outside_business_hours(cast: Cast, ticket: Ticket) -> None:
    start = instant("2026-06-16T19:00:00-07:00")
    with acting(cast.dana):
        schedule_ticket(ticket=ticket, start=start, end=start + timedelta(hours=1), actor=cast.dana)
        assert fresh(ticket).scheduled_from == start


@pytest.mark.parametrize(("begins", "lasts"), [(timedelta(hours=-1), 3), (timedelta(hours=1), 0)])
def test_a_time_in_the_past_or_without_length_is_refused(
    cast: Cast, ticket: Ticket, begins: timedelta, lasts: int
) -> None:
    start = instant(MONDAY_10) + begins
    end = start + timedelta(hours=lasts)
    with acting(cast.dana), nothing_changes(ticket), pytest.raises(BadInput):
        schedule_ticket(ticket=ticket, start=start, end=end, actor=cast.dana)


def test_watchers_come_from_the_same_customer_or_from_us(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        watch_ticket(ticket=ticket, membership_id=id_of(cast.amit), actor=cast.dana)
        watch_ticket(ticket=ticket, membership_id=id_of(cast.marco), actor=cast.dana)
        watch_ticket(ticket=ticket, membership_id=id_of(cast.marco), actor=cast.dana)
        assert Watcher.objects.count() == 2
        unwatch_ticket(ticket=ticket, membership_id=id_of(cast.marco), actor=cast.dana)
        assert [w.membership_id for w in Watcher.objects.all()] == [cast.amit.membership_id]


def test_a_customer_cannot_take_one_of_us_off(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        watch_ticket(ticket=ticket, membership_id=id_of(cast.marco), actor=cast.dana)
    with acting(cast.elena), nothing_changes(ticket):
        unwatch_ticket(ticket=ticket, membership_id=id_of(cast.marco), actor=cast.elena)


@pytest.mark.parametrize(
    ("actor", "person"), [("dana", "sam"), ("dana", "nora"), ("elena", "dana"), ("elena", "sam")]
)
def test_strangers_cannot_watch(cast: Cast, ticket: Ticket, actor: str, person: str) -> None:
    viewer, stranger = getattr(cast, actor), getattr(cast, person)
    with acting(viewer), nothing_changes(ticket), pytest.raises(BadInput):
        watch_ticket(ticket=ticket, membership_id=id_of(stranger), actor=viewer)


Act = Callable[[Ticket, Viewer], Any]
STAFF_ONLY: dict[str, Act] = {
    "note": lambda ticket, actor: add_note(ticket=ticket, text="x", actor=actor),
    "call": lambda ticket, actor: log_call(ticket=ticket, text="x", actor=actor),
    "claim": lambda ticket, actor: claim_ticket(ticket=ticket, actor=actor),
    "assign": lambda ticket, actor: assign_ticket(ticket=ticket, technician_id=None, actor=actor),
    "hold": lambda ticket, actor: hold_ticket(
        ticket=ticket, party=Party.CUSTOMER, reason="x", until=None, actor=actor
    ),
    "resume": lambda ticket, actor: resume_ticket(ticket=ticket, actor=actor),
    "priority": lambda ticket, actor: change_priority(
        ticket=ticket, priority=Priority.MINOR, reason="x", actor=actor
    ),
    "resolve": lambda ticket, actor: resolve_ticket(ticket=ticket, text="x", actor=actor),
    "close": lambda ticket, actor: close_ticket(ticket=ticket, actor=actor),
    "merge": lambda ticket, actor: merge_tickets(
        child=ticket, target=ticket, reason="x", actor=actor
    ),
    "unmerge": lambda ticket, actor: unmerge_ticket(child=ticket, actor=actor),
    "schedule": lambda ticket, actor: schedule_ticket(
        ticket=ticket, start=instant(TUESDAY_9), end=instant(TUESDAY_9), actor=actor
    ),
}
EVERYBODY: dict[str, Act] = {
    "reply": lambda ticket, actor: reply_to_ticket(ticket=ticket, text="x", actor=actor),
    "reopen": lambda ticket, actor: reopen_ticket(ticket=ticket, text="x", actor=actor),
    "watch": lambda ticket, actor: watch_ticket(
        ticket=ticket, membership_id=actor.membership_id or 0, actor=actor
    ),
    "unwatch": lambda ticket, actor: unwatch_ticket(
        ticket=ticket, membership_id=actor.membership_id or 0, actor=actor
    ),
}


@pytest.mark.parametrize("verb", STAFF_ONLY)
def test_customers_may_not_do_the_staffs_work(cast: Cast, ticket: Ticket, verb: str) -> None:
    with acting(cast.amit), nothing_changes(ticket), pytest.raises(NotAllowed):
        STAFF_ONLY[verb](ticket, cast.amit)


@pytest.mark.parametrize("verb", [*STAFF_ONLY, *EVERYBODY])
@pytest.mark.parametrize("stranger", ["nils", "sam"])
def test_strangers_reach_nothing(cast: Cast, ticket: Ticket, verb: str, stranger: str) -> None:
    viewer = getattr(cast, stranger)
    act = (STAFF_ONLY | EVERYBODY)[verb]
    with acting(viewer), nothing_changes(ticket), pytest.raises((Missing, NotAllowed, BadInput)):
        act(ticket, viewer)


@pytest.mark.parametrize("verb", ["hold", "priority", "resolve", "close", "schedule", "reply"])
def test_a_closed_ticket_can_only_be_reopened(cast: Cast, ticket: Ticket, verb: str) -> None:
    with acting(cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)
        with nothing_changes(ticket), pytest.raises(PortalError):
            (STAFF_ONLY | EVERYBODY)[verb](ticket, cast.dana)
