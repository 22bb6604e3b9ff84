"""Somebody leaves: their work goes to a colleague, what they wrote stays."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actions import deactivate_person, hand_over_work
from accounts.capabilities import Role
from accounts.models import AuditEntry, Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from tests.accounts.who import seat_id
from tests.builders import build_person
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import fresh, kinds, nothing_changes, opened, told
from tests.tickets.web.helpers import at_most_queries, text_of
from tickets.actions import claim_ticket, reply_to_ticket, resolve_ticket
from tickets.models import Message, Ticket


@pytest.fixture
def claimed(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give an open ticket of Elena's that Dana has answered."""
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
        reply_to_ticket(ticket=ticket, text="I look at it.", actor=cast.dana)
    return ticket


def leave(cast: Cast, who: Viewer, to: Viewer | None, *, actor: Viewer) -> Membership:
    with acting(actor):
        person = Membership.objects.get(pk=seat_id(who))
        successor_id = seat_id(to) if to else None
        return deactivate_person(person=person, successor_id=successor_id, actor=actor)


def stored(cast: Cast, ticket: Ticket) -> Ticket:
    with acting(cast.ruth):
        return fresh(ticket)


def test_a_technicians_open_tickets_go_to_a_colleague_who_is_told(
    cast: Cast, claimed: Ticket
) -> None:
    leave(cast, cast.dana, cast.marco, actor=cast.ruth)
    ticket = stored(cast, claimed)
    assert ticket.assignee_id == cast.marco.membership_id
    assert told("ticket_assigned", of=ticket) == ["Marco Ruiz"]
    with acting(cast.ruth):
        assert kinds(ticket)[-1] == "assigned"
        entry = AuditEntry.objects.get(action="person.deactivated")
    assert '"tickets":1' in entry.body
    assert '"to":"Marco Ruiz"' in entry.body


def test_or_back_to_the_queue(cast: Cast, claimed: Ticket) -> None:
    leave(cast, cast.dana, None, actor=cast.ruth)
    assert stored(cast, claimed).assignee_id is None


def test_what_was_done_keeps_its_name_and_stays_done(cast: Cast, claimed: Ticket) -> None:
    with acting(cast.dana):
        resolve_ticket(ticket=claimed, text="Done.", actor=cast.dana)
    leave(cast, cast.dana, cast.marco, actor=cast.ruth)
    assert stored(cast, claimed).assignee_id == cast.dana.membership_id
    with acting(cast.elena):
        names = set(Message.objects.filter(ticket=claimed).values_list("author_name", flat=True))
    assert names == {"Elena Moreno", "Dana Okafor"}


def test_a_customers_open_tickets_get_a_new_contact(cast: Cast, claimed: Ticket) -> None:
    leave(cast, cast.elena, cast.amit, actor=cast.amit)
    ticket = stored(cast, claimed)
    assert ticket.reporter_id == cast.amit.membership_id
    with acting(cast.ruth):
        assert kinds(ticket)[-1] == "contact"
    page = text_of(browser_of(cast.amit).get(f"/tickets/{ticket.reference}/"))
    assert "Amit Bhatt is the contact now, in place of Elena Moreno." in page
    with acting(cast.dana):
        reply_to_ticket(ticket=ticket, text="News.", actor=cast.dana)
    assert told("ticket_replied", of=ticket) == ["Amit Bhatt", "Elena Moreno"]
    with acting(cast.marco):
        reply_to_ticket(ticket=ticket, text="More news.", actor=cast.marco)
    assert told("ticket_replied", of=ticket).count("Elena Moreno") == 1


def test_the_new_contact_is_told_who_names_themselves_not(cast: Cast, claimed: Ticket) -> None:
    other = build_person(cast.calcom, Role.CUSTOMER_USER, customer=cast.bayview, name="Omar Haddad")
    leave(cast, cast.elena, other, actor=cast.amit)
    assert told("contact_changed", of=claimed) == ["Omar Haddad"]


@pytest.mark.parametrize("to", [None, "sam", "dana", "kim"])
def test_a_customers_contact_leaves_only_with_a_colleague_in_place(
    cast: Cast, claimed: Ticket, to: str | None
) -> None:
    successor = getattr(cast, to) if to else None
    with nothing_changes(claimed), pytest.raises(BadInput) as refusal:
        leave(cast, cast.elena, successor, actor=cast.amit)
    assert refusal.value.field == "successor"
    with acting(cast.amit):
        assert Membership.objects.get(pk=seat_id(cast.elena)).is_active


def test_tickets_of_staff_are_not_handed_to_customers_people(cast: Cast, claimed: Ticket) -> None:
    with nothing_changes(claimed), pytest.raises(BadInput):
        leave(cast, cast.dana, cast.elena, actor=cast.ruth)


def test_work_is_handed_over_without_closing_the_access(cast: Cast, claimed: Ticket) -> None:
    with acting(cast.ruth):
        dana = Membership.objects.get(pk=seat_id(cast.dana))
        moved = hand_over_work(person=dana, successor_id=seat_id(cast.marco), actor=cast.ruth)
        assert moved == 1
        assert Membership.objects.get(pk=dana.pk).is_active
    assert stored(cast, claimed).assignee_id == cast.marco.membership_id
    with acting(cast.amit):
        elena = Membership.objects.get(pk=seat_id(cast.elena))
    with acting(cast.amit), pytest.raises(BadInput):
        hand_over_work(person=elena, successor_id=None, actor=cast.amit)
    with acting(cast.elena), pytest.raises(NotAllowed):
        hand_over_work(person=elena, successor_id=None, actor=cast.elena)


def test_the_page_lists_what_is_in_hand_and_asks_who_takes_it(cast: Cast, claimed: Ticket) -> None:
    browser, path = browser_of(cast.amit), f"/people/{cast.elena.membership_id}/deactivate/"
    page = text_of(browser.get(path))
    assert claimed.reference in page
    assert "Who is told of their open tickets?" in page
    refused = browser.post(path, {"successor": ""})
    assert refused.status_code == 422
    assert "Choose a colleague who is told of them from now on." in text_of(refused)
    answer = browser.post(path, {"successor": str(cast.amit.membership_id)})
    assert answer.status_code == 303
    assert stored(cast, claimed).reporter_id == cast.amit.membership_id


def test_the_last_administrator_stays_whoever_would_take_over(cast: Cast, claimed: Ticket) -> None:
    with nothing_changes(claimed), pytest.raises(RuleBroken, match="last administrator"):
        leave(cast, cast.ruth, cast.dana, actor=cast.ruth)
    with nothing_changes(claimed), pytest.raises(RuleBroken, match="last administrator"):
        leave(cast, cast.amit, cast.elena, actor=cast.amit)


def test_handing_over_costs_no_query_a_ticket_to_preview(cast: Cast, claimed: Ticket) -> None:
    browser: Any = browser_of(cast.ruth)
    path = f"/people/{cast.dana.membership_id}/deactivate/"
    browser.get(path)
    with at_most_queries(12):
        browser.get(path)
