"""Tickets that no person reported: our monitoring did (clause MONITOR)."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing, NotAllowed
from calcom_portal.common.tenancy import system_scope
from contracts.history import history_of
from contracts.models import Device
from tests.api.caller import caller
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import MONDAY_10, clock, id_of, kinds, nothing_changes, request_of, told
from tests.tickets.web.helpers import text_of
from tickets.actions import (
    close_recovered,
    close_ticket,
    open_ticket,
    reopen_ticket,
    reply_to_ticket,
    report_on_ticket,
    resolve_ticket,
    watch_ticket,
)
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def worker_of(cast: Cast) -> Viewer:
    return Viewer.system("Monitoring", provider_id=cast.calcom.pk)


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    database_time.set(MONDAY_10)
    request = request_of(
        cast, reporter_id=None, subject="Main phone system does not answer", text="No answer."
    )
    with system_scope("a test opens a ticket of monitoring"):
        return open_ticket(request=request, actor=worker_of(cast))


def test_pages_say_that_monitoring_reported_it(cast: Cast, ticket: Ticket) -> None:
    for viewer in (cast.elena, cast.dana):
        browser = browser_of(viewer)
        words = text_of(browser.get(f"/tickets/{ticket.reference}/"))
        assert "Reported by Monitoring" in words
        assert text_of(browser.get("/tickets/")).count("Main phone system does not answer") == 1
    assert "Main phone system does not answer" in text_of(browser_of(cast.dana).get("/queue/"))


def test_the_reply_box_says_to_whom_a_reply_goes(cast: Cast, ticket: Ticket) -> None:
    words = text_of(browser_of(cast.dana).get(f"/tickets/{ticket.reference}/"))
    assert "Our monitoring opened it: goes to everybody who follows it, by e-mail." in words


def test_the_api_says_that_nobody_but_monitoring_reported_it(cast: Cast, ticket: Ticket) -> None:
    body = caller(cast.dana).get(f"/tickets/{ticket.reference}").json()
    assert (body["reporter"], body["reported_by"]) == (None, "Monitoring")


def test_the_history_of_the_device_says_monitoring(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        page = history_of(cast.dana, Device.objects.get(pk=cast.phone_system.pk))
    assert [entry.by for entry in page.entries if ticket.reference in entry.title] == ["Monitoring"]


def test_whoever_watches_tells_the_desk_and_nobody_gets_a_confirmation(
    cast: Cast, ticket: Ticket
) -> None:
    assert told("ticket_opened", of=ticket) == []
    assert told("ticket_received", of=ticket) == []


def test_replies_go_to_those_who_follow_it(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        reply_to_ticket(ticket=ticket, text="We look at it.", actor=cast.dana)
    assert told("ticket_replied", of=ticket) == []
    with acting(cast.dana):
        watch_ticket(ticket=ticket, membership_id=id_of(cast.amit), actor=cast.dana)
        resolve_ticket(ticket=ticket, text="A fuse.", actor=cast.dana)
    assert told("ticket_resolved", of=ticket) == ["Amit Bhatt"]


def test_opening_is_no_response(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        stored = Ticket.objects.get(pk=ticket.pk)
        assert kinds(ticket) == ["opened"]
        assert (stored.responded_at, stored.next_metric) == (None, "respond")


def test_whoever_reopens_it_too_late_becomes_the_contact(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    with acting(cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)
    database_time.set("2026-08-15T10:00:00-07:00")
    with acting(cast.elena):
        anew = reopen_ticket(ticket=ticket, text="Again.", actor=cast.elena)
    assert anew.pk != ticket.pk
    assert anew.reporter_id == id_of(cast.elena)


@pytest.mark.parametrize("by", ["dana", "ruth", "elena"])
def test_no_person_opens_a_ticket_for_nobody(cast: Cast, by: str) -> None:
    viewer: Viewer = getattr(cast, by)
    with acting(viewer), pytest.raises(Missing):
        open_ticket(request=request_of(cast, reporter_id=None), actor=viewer)
    with acting(cast.dana):
        assert not Ticket.objects.exists()


def test_what_monitoring_reports_is_read_by_both_sides_and_is_no_response(
    cast: Cast, ticket: Ticket
) -> None:
    with system_scope("a test speaks for monitoring"):
        report_on_ticket(ticket=ticket, text="It answers again.", actor=worker_of(cast))
    for viewer in (cast.elena, cast.dana):
        words = text_of(browser_of(viewer).get(f"/tickets/{ticket.reference}/"))
        assert "written by itself, not a response" in words
        assert "It answers again." in words
        assert "This was the response" not in words
    with acting(cast.dana):
        assert kinds(ticket) == ["opened"]
        assert Ticket.objects.get(pk=ticket.pk).next_metric == "respond"


def test_a_recovered_ticket_closes_unjudged(cast: Cast, ticket: Ticket) -> None:
    with system_scope("a test speaks for monitoring"):
        close_recovered(ticket=ticket, text="It answers again.", actor=worker_of(cast))
    words = text_of(browser_of(cast.elena).get(f"/tickets/{ticket.reference}/"))
    assert "Monitoring closed it." in words
    assert "This was the response" not in words
    with acting(cast.dana):
        stored = Ticket.objects.get(pk=ticket.pk)
        assert (stored.state, stored.responded_at) == ("closed", None)
        assert kinds(ticket) == ["opened", "closed"]
        assert clock(ticket).state == "ended"


def test_a_recovered_ticket_that_was_late_stays_missed(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-16T09:30:00-07:00")
    with system_scope("a test speaks for monitoring"):
        close_recovered(ticket=ticket, text="It answers again.", actor=worker_of(cast))
    with acting(cast.dana):
        assert clock(ticket).state == "missed"


@pytest.mark.parametrize("act", [report_on_ticket, close_recovered])
def test_no_person_speaks_for_monitoring(cast: Cast, ticket: Ticket, act: Any) -> None:
    with nothing_changes(ticket), acting(cast.ruth), pytest.raises(NotAllowed):
        act(ticket=ticket, text="It answers again.", actor=cast.ruth)
