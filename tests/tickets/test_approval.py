"""Programming changes wait for the customer's authorised contact, where one is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import fresh, id_of, instant, kinds, nothing_changes, opened, told
from tests.tickets.web.helpers import text_of
from tickets.actions import approve_change, schedule_ticket
from tickets.models import Kind, Ticket

TUESDAY_10 = "2026-06-16T10:00:00-07:00"


@pytest.fixture
def amit(cast: Cast) -> Viewer:
    """Give Amit, named as authorised for changes."""
    with acting(cast.ruth):
        Membership.objects.filter(pk=id_of(cast.amit)).update(may_approve_changes=True)
    return replace(cast.amit, may_approve_changes=True)


def asked(cast: Cast, time: DatabaseTime, kind: Kind = Kind.PROGRAMMING) -> Ticket:
    return opened(cast, time, kind=kind.value, subject="New ring group")


def schedule(cast: Cast, ticket: Ticket) -> Ticket:
    start = instant(TUESDAY_10)
    with acting(cast.dana):
        return schedule_ticket(
            ticket=ticket, start=start, end=start + timedelta(hours=1), actor=cast.dana
        )


def test_a_change_of_somebody_else_is_not_scheduled_before_it_is_approved(
    cast: Cast, amit: Viewer, database_time: DatabaseTime
) -> None:
    ticket = asked(cast, database_time)
    assert ticket.approval == "needed"
    assert told("approval_needed", of=ticket) == ["Amit Bhatt"]
    with nothing_changes(ticket), pytest.raises(RuleBroken, match="needs approval by Amit Bhatt"):
        schedule(cast, ticket)
    with acting(amit):
        approve_change(ticket=ticket, actor=amit)
    assert schedule(cast, ticket).scheduled_from == instant(TUESDAY_10)
    with acting(cast.ruth):
        assert kinds(ticket)[1:] == ["approved", "scheduled"]


def test_the_page_says_who_has_to_approve_and_offers_it_to_them(
    cast: Cast, amit: Viewer, database_time: DatabaseTime
) -> None:
    ticket = asked(cast, database_time)
    path = f"/tickets/{ticket.reference}/"
    assert "Needs approval by Amit Bhatt" in text_of(browser_of(cast.dana).get(f"{path}schedule/"))
    elenas, amits = browser_of(cast.elena), browser_of(cast.amit)
    assert "Needs approval by Amit Bhatt" in text_of(elenas.get(path))
    assert "Approve the change" not in text_of(elenas.get(path))
    assert "Approve the change" in text_of(amits.get(path))
    assert "Needs your approval" in text_of(amits.get(path))
    assert amits.post(f"{path}approve/").status_code == 303
    page = text_of(elenas.get(path))
    assert "Amit Bhatt approved the change." in page
    assert "Needs approval" not in page
    assert "Nothing waits for an approval here" in text_of(amits.get(f"{path}approve/"))


@pytest.mark.parametrize("who", ["elena", "dana", "priya", "ruth"])
def test_nobody_else_approves(
    cast: Cast, amit: Viewer, database_time: DatabaseTime, who: str
) -> None:
    ticket, actor = asked(cast, database_time), getattr(cast, who)
    with nothing_changes(ticket), acting(actor), pytest.raises(NotAllowed):
        approve_change(ticket=ticket, actor=actor)


def test_the_authorised_ask_for_changes_that_need_no_approval(
    cast: Cast, database_time: DatabaseTime
) -> None:
    with acting(cast.ruth):
        Membership.objects.filter(pk=id_of(cast.elena)).update(may_approve_changes=True)
    assert asked(cast, database_time).approval == ""


def test_where_nobody_is_named_nothing_waits(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = asked(cast, database_time)
    assert ticket.approval == ""
    assert schedule(cast, ticket).scheduled_from is not None


def test_a_problem_never_waits_for_approval(
    cast: Cast, amit: Viewer, database_time: DatabaseTime
) -> None:
    ticket = asked(cast, database_time, Kind.PROBLEM)
    assert ticket.approval == ""
    with nothing_changes(ticket), acting(amit), pytest.raises(RuleBroken, match="Nothing about"):
        approve_change(ticket=ticket, actor=amit)


def test_approving_twice_changes_nothing(
    cast: Cast, amit: Viewer, database_time: DatabaseTime
) -> None:
    ticket = asked(cast, database_time)
    with acting(amit):
        approve_change(ticket=ticket, actor=amit)
        approve_change(ticket=ticket, actor=amit)
        assert kinds(ticket).count("approved") == 1
        assert fresh(ticket).approval == "given"
