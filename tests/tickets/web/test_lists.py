"""The first page of a customer, and the list of tickets."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from contracts.sla import Priority
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tests.tickets.web.helpers import at_most_queries, text_of
from tickets.actions import reply_to_ticket, resolve_ticket

pytestmark = pytest.mark.django_db


def listed(client: Client, url: str) -> list[str]:
    """Return the references in the list, from top to bottom."""
    return re.findall(r'data-row="([A-Z]+-\d+)"', client.get(url).content.decode())


def test_a_quiet_day_says_so(cast: Cast) -> None:
    words = text_of(browser_of(cast.elena).get("/"))
    assert "Nothing is open No problem is reported, and nothing waits for an answer." in words
    assert "Tier 2 , contract" in words
    assert "we respond to an emergency within 8 business hours" in words
    assert "Main phone system" in words


def test_an_open_ticket_stands_there_with_its_clock(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    client = browser_of(cast.elena)
    words = text_of(client.get("/"))
    assert "One ticket is open One of them is an emergency." in words
    assert "8 h of business time left · due Tue 09:00 PDT" in words
    with at_most_queries(12):
        client.get("/")


def test_kept_promises_are_counted_and_misses_too(cast: Cast, database_time: DatabaseTime) -> None:
    early = opened(cast, database_time)
    late = opened(cast, database_time)
    with acting(cast.dana):
        reply_to_ticket(ticket=early, text="On it.", actor=cast.dana)
    database_time.set("2026-06-18T10:00:00-07:00")
    with acting(cast.dana):
        reply_to_ticket(ticket=late, text="Sorry.", actor=cast.dana)
    assert "Promises kept in 2026 1 of 2" in text_of(browser_of(cast.elena).get("/"))
    assert "None due yet" in text_of(browser_of(cast.sam).get("/"))


def test_staff_start_in_the_queue(cast: Cast) -> None:
    response = browser_of(cast.dana).get("/")
    assert (response.status_code, response.headers["Location"]) == (303, "/queue/")


def test_nobody_signed_in_is_shown_the_door(client: Client) -> None:
    for url in ("/", "/queue/", "/tickets/", "/tickets/new/", "/tickets/CC-1001/"):
        assert client.get(url).status_code == 302


def test_customers_see_their_own_tickets_and_staff_all(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    opened(cast, database_time, priority=Priority.MINOR, subject="Echo")
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Done.", actor=cast.dana)
    elena = browser_of(cast.elena)
    assert listed(elena, "/tickets/") == ["CC-1002"]
    assert listed(elena, "/tickets/?show=done") == ["CC-1001"]
    assert listed(elena, "/tickets/?show=all&q=dial") == ["CC-1001"]
    assert listed(browser_of(cast.dana), "/tickets/") == ["CC-1002", "CC-1001"]
    assert listed(browser_of(cast.sam), "/tickets/?show=all") == []
    assert listed(browser_of(cast.nora), "/tickets/") == []


def test_the_list_says_which_tickets_are_late(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    assert "Late, " not in text_of(browser_of(cast.elena).get("/tickets/"))
    database_time.set("2026-06-19T16:00:00-07:00")
    assert "Late, " in text_of(browser_of(cast.elena).get("/tickets/"))


def test_pages_of_the_list_follow_each_other(cast: Cast, database_time: DatabaseTime) -> None:
    for _ in range(3):
        opened(cast, database_time)
    assert listed(browser_of(cast.dana), "/tickets/?before=1003") == ["CC-1002", "CC-1001"]


def test_a_whole_reference_leads_to_its_ticket(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    response = browser_of(cast.elena).get("/tickets/?q=cc-1001")
    assert response.headers["Location"] == "/tickets/CC-1001/"
    assert browser_of(cast.sam).get("/tickets/?q=cc-1001").status_code == 200


@pytest.mark.parametrize("query", ["show=x", "kind=x", "before=-1", "before=1e3", "customer=x"])
def test_a_value_that_the_list_does_not_offer_is_refused(cast: Cast, query: str) -> None:
    assert browser_of(cast.dana).get(f"/tickets/?{query}").status_code == 400


def test_a_devices_history_lists_its_tickets_and_only_those(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ours = opened(cast, database_time)
    other = opened(cast, database_time, device_id=None)

    text = text_of(browser_of(cast.elena).get(f"/tickets/?device={cast.phone_system.pk}"))

    assert ours.reference in text
    assert other.reference not in text
    assert "Main phone system" in text
    rival = text_of(browser_of(cast.sam).get(f"/tickets/?device={cast.phone_system.pk}"))
    assert ours.reference not in rival
    assert "Main phone system" not in rival
