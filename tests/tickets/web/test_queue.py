"""The dispatch queue: what is due first, live without work, claimed in one move."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from calcom_portal.common.tenancy import provider_scope, replayed_scope
from contracts.sla import Party, Priority
from tests.builders import TIER_2_WITH_RESOLVE, build_contract, build_customer, build_person
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tests.tickets.web.helpers import HTMX, MONDAY_10, MONDAY_11, at_most_queries, text_of
from tickets.actions import TicketRequest, claim_ticket, hold_ticket, open_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def order_in(client: Client, url: str = "/queue/") -> list[str]:
    """Return the references on the page, from top to bottom."""
    return re.findall(r'data-row="([A-Z]+-\d+)"', client.get(url).content.decode())


def fill(cast: Cast, count: int) -> None:
    """Open tickets one minute apart; every other one is taken, as on a usual day."""
    with acting(cast.elena) as scope:
        for number in range(count):
            with replayed_scope(scope.now - timedelta(minutes=count - number)):
                request = TicketRequest(
                    kind="problem",
                    subject=f"Static on line {number} of the fax analogue gateway",
                    text="It crackles.",
                    customer_id=cast.bayview.pk,
                    reporter_id=cast.elena.membership_id or 0,
                    priority=Priority.MINOR,
                    site_id=cast.market_street.pk,
                )
                open_ticket(request=request, actor=cast.elena)
    with acting(cast.marco):
        Ticket.objects.filter(
            pk__in=Ticket.objects.order_by("pk").values("pk")[: count // 2]
        ).update(assignee_id=cast.marco.membership_id)


def test_what_breaches_next_stands_first_under_its_heading(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time, "2026-06-11T09:00:00-07:00", priority=Priority.EMERGENCY)
    opened(cast, database_time, priority=Priority.MINOR)
    opened(cast, database_time, MONDAY_11, priority=Priority.EMERGENCY)
    client = browser_of(cast.dana)
    assert order_in(client) == ["CC-1001", "CC-1003", "CC-1002"]
    words = text_of(client.get("/queue/"))
    assert re.search(r"Late 1 .*12 h over Respond Thu 17:00", words)
    assert re.search(r"Due tomorrow 1 .*8 h Respond Tue 10:00", words)
    assert re.search(r"Due within a week 1 .*23 h Respond Wed 16:00", words)
    assert "Mon 15 Jun, 11:00 PDT open until 17:00, clocks are counting" in words


def test_three_quarters_used_is_soon(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time, priority=Priority.EMERGENCY)
    database_time.set("2026-06-15T16:00:00-07:00")
    assert "is-soon" in browser_of(cast.dana).get("/queue/").content.decode()
    database_time.set("2026-06-15T15:59:00-07:00")
    assert "q-row is-ok" in browser_of(cast.dana).get("/queue/").content.decode()


def test_a_paused_ticket_says_whom_it_waits_for(cast: Cast, database_time: DatabaseTime) -> None:
    build_contract(cast.sutter, TIER_2_WITH_RESOLVE)
    database_time.set(MONDAY_10)
    with acting(cast.sam):
        request = TicketRequest(
            kind="problem",
            subject="No trunk",
            text="No calls.",
            customer_id=cast.sutter.pk,
            reporter_id=cast.sam.membership_id or 0,
            priority=Priority.MINOR,
        )
        ticket = open_ticket(request=request, actor=cast.sam)
    with acting(cast.dana):
        hold_ticket(
            ticket=ticket,
            party=Party.CARRIER,
            reason="Carrier, ref. 88",
            until=None,
            actor=cast.dana,
        )
    words = text_of(browser_of(cast.dana).get("/queue/?view=waiting"))
    # The response clock never pauses, so the ticket still counts.
    assert "24 h Respond Wed 16:00" in words


def test_no_promise_is_said_and_stands_last(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    with acting(cast.sam):
        request = TicketRequest(
            kind="question",
            subject="A price",
            text="How much?",
            customer_id=cast.sutter.pk,
            reporter_id=cast.sam.membership_id or 0,
            priority=Priority.MINOR,
        )
        open_ticket(request=request, actor=cast.sam)
    opened(cast, database_time, MONDAY_11)
    client = browser_of(cast.dana)
    assert order_in(client) == ["CC-1002", "CC-1001"]
    assert "No deadline running 1 Not counting No response promise" in text_of(
        client.get("/queue/")
    )


def test_tabs_count_and_choose(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    opened(cast, database_time)
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    client = browser_of(cast.dana)
    words = text_of(client.get("/queue/"))
    assert "All open 2 Mine 1 Unassigned 1 Waiting 0 Late 0" in words
    assert order_in(client, "/queue/?view=mine") == ["CC-1001"]
    assert order_in(client, "/queue/?view=unassigned") == ["CC-1002"]
    assert order_in(client, "/queue/?view=late") == []


def test_filters_and_search_are_in_the_address(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time, subject="Echo on calls", priority=Priority.MINOR)
    opened(cast, database_time, subject="No dial tone")
    client = browser_of(cast.dana)
    assert order_in(client, "/queue/?priority=emergency") == ["CC-1002"]
    assert order_in(client, "/queue/?q=echo") == ["CC-1001"]
    assert order_in(client, "/queue/?q=CC-1002") == ["CC-1002"]
    assert order_in(client, "/queue/?q=bayview") == ["CC-1002", "CC-1001"]
    assert order_in(client, f"/queue/?customer={cast.sutter.pk}") == []
    assert order_in(client, "/queue/?kind=training") == []
    assert order_in(client, "/queue/?clock=late") == []


@pytest.mark.parametrize(
    "query",
    [
        "view=best",
        "priority=x",
        "kind=x",
        "clock=x",
        "customer=x",
        "customer=１",
        "after=x",
        "after=none.01",
    ],
)
def test_a_value_that_is_not_offered_is_refused_by_name(cast: Cast, query: str) -> None:
    response = browser_of(cast.dana).get(f"/queue/?{query}")
    assert response.status_code == 400


def test_percent_signs_and_quotes_are_only_words(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    client = browser_of(cast.dana)
    assert order_in(client, "/queue/?q=%25") == []
    assert order_in(client, "/queue/?q=' OR 1=1--") == []


def test_pages_follow_each_other_without_gap_or_double(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_11)
    fill(cast, 53)
    client = browser_of(cast.dana)
    first = client.get("/queue/").content.decode()
    following = re.search(r'href="(/queue/\?after=[^"]+)"[^>]*rel="next"', first)
    assert following is not None
    assert len(order_in(client)) == 50
    assert order_in(client, following[1]) == ["CC-1051", "CC-1052", "CC-1053"]


def test_fifty_rows_are_light_and_cost_a_fixed_number_of_queries(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_11)
    fill(cast, 50)
    client = browser_of(cast.dana)
    client.get("/queue/")
    with at_most_queries(8):
        page = client.get("/queue/")
    assert len(page.content) <= 60_000


def test_nothing_is_built_while_nothing_has_changed(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    client = browser_of(cast.dana)
    first = client.get("/queue/rows/", headers=HTMX)
    assert first.headers["Cache-Control"] == "private, no-cache"
    with at_most_queries(5):
        again = client.get("/queue/rows/", headers=HTMX | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_and_its_live_part_agree_on_the_state(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    client = browser_of(cast.dana)
    page = client.get("/queue/?view=mine").content.decode()
    part = client.get("/queue/rows/?view=mine", headers=HTMX)
    shown = re.search(r'data-etag="&quot;(\w+)&quot;"', page)
    assert shown is not None
    assert part.headers["ETag"] == f'"{shown[1]}"'


def test_every_change_is_seen_at_the_next_poll(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    client = browser_of(cast.dana)
    before = client.get("/queue/rows/", headers=HTMX).headers["ETag"]
    with acting(cast.marco):
        claim_ticket(ticket=ticket, actor=cast.marco)
    after = client.get("/queue/rows/", headers=HTMX | {"If-None-Match": before})
    assert after.status_code == 200
    assert "Marco" in text_of(after)


def test_the_minute_alone_makes_it_new(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    client = browser_of(cast.dana)
    before = client.get("/queue/rows/", headers=HTMX).headers["ETag"]
    database_time.set("2026-06-15T10:01:00-07:00")
    assert client.get("/queue/rows/", headers=HTMX | {"If-None-Match": before}).status_code == 200


def test_one_readers_etag_is_no_other_readers(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    mine = browser_of(cast.dana).get("/queue/rows/", headers=HTMX).headers["ETag"]
    theirs = browser_of(cast.marco).get("/queue/rows/", headers=HTMX).headers["ETag"]
    assert mine != theirs


def test_claiming_takes_one_post_and_keeps_the_view(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    client = browser_of(cast.dana)
    plain = client.post("/queue/claim/?view=unassigned", {"ref": "CC-1001"})
    assert (plain.status_code, plain.headers["Location"]) == (303, "/queue/?view=unassigned")
    with provider_scope(provider_id=cast.calcom.pk):
        assert Ticket.objects.get().assignee_id == cast.dana.membership_id


def test_claiming_over_htmx_brings_the_rows(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    part = browser_of(cast.dana).post("/queue/claim/", {"ref": "CC-1001"}, headers=HTMX)
    assert part.status_code == 200
    assert "CC-1001 is yours now." in text_of(part)
    assert "You" in text_of(part)


def test_the_second_claim_is_told_who_was_first(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    browser_of(cast.marco).post("/queue/claim/", {"ref": "CC-1001"})
    second = browser_of(cast.dana).post("/queue/claim/", {"ref": "CC-1001"})
    assert second.status_code == 409
    assert "Marco Ruiz has already claimed ticket CC-1001." in text_of(second)


def test_the_queue_is_the_staffs_own(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    for url in ("/queue/", "/queue/rows/", "/queue/customers/"):
        assert browser_of(cast.elena).get(url).status_code == 403
    assert browser_of(cast.elena).post("/queue/claim/", {"ref": "CC-1001"}).status_code == 403
    assert order_in(browser_of(cast.nora)) == []
    assert browser_of(cast.nora).post("/queue/claim/", {"ref": "CC-1001"}).status_code == 404


def test_a_customer_is_chosen_by_name(cast: Cast) -> None:
    stranger = build_customer(cast.northline, "Bay Stranger")
    build_person(cast.northline, cast.kim.role, customer=stranger)
    part = browser_of(cast.dana).get("/queue/customers/?name=bay&view=late", headers=HTMX)
    assert "Bayview Dental Group" in text_of(part)
    assert "Bay Stranger" not in text_of(part)
    assert f"/queue/?view=late&amp;customer={cast.bayview.pk}" in part.content.decode()
