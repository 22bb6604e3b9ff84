"""Acts on a ticket say what they will do, then do it; a refusal leaves everything as it was."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from calcom_portal.common.tenancy import provider_scope
from contracts.sla import Party
from tests.builders import TIER_2_WITH_RESOLVE, build_contract
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import instant, kinds, nothing_changes, opened, request_of
from tests.tickets.web.helpers import HTMX, text_of
from tickets.actions import (
    claim_ticket,
    close_ticket,
    hold_ticket,
    merge_tickets,
    open_ticket,
)
from tickets.models import Ticket, Watcher

pytestmark = pytest.mark.django_db
URL = "/tickets/CC-1001/"


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give an emergency that came in on Monday at 10:00, with a resolve clock."""
    build_contract(cast.bayview, TIER_2_WITH_RESOLVE, device=cast.phone_system)
    return opened(cast, database_time)


def stored(cast: Cast) -> Ticket:
    """Return the ticket as it is stored."""
    with provider_scope(provider_id=cast.calcom.pk):
        return Ticket.objects.get(reference="CC-1001")


@pytest.mark.parametrize(
    ("verb", "query", "words"),
    [
        ("hold", "party=carrier", "The resolve clock pauses until it is taken off hold"),
        (
            "hold",
            "party=carrier&until=2026-06-16T08:00",
            (
                "The resolve clock pauses until Tue 08:00 PDT"
                " The solution deadline moves from Tue 09:00 PDT to Tue 16:00 PDT."
            ),
        ),
        (
            "hold",
            "party=own_part",
            "No clock stops Waiting for our own part or staff never",
        ),
        (
            "priority",
            "priority=minor",
            "The response deadline moves from Tue 09:00 PDT to Wed 16:00 PDT.",
        ),
        ("resolve", "", "The response promise (8 business hours) is kept."),
        ("call", "", "The response promise (8 business hours) is kept."),
        ("close", "", "Nobody has answered yet"),
        ("merge", "", "CC-1001 ends, and its clocks are not judged"),
    ],
)
def test_the_consequence_is_said_before_the_act(
    cast: Cast, ticket: Ticket, verb: str, query: str, words: str
) -> None:
    with nothing_changes(ticket):
        asked = text_of(browser_of(cast.dana).get(f"{URL}{verb}/?{query}"))
    assert words in asked


def test_waiting_moves_no_deadline_that_has_passed(
    cast: Cast, database_time: DatabaseTime, ticket: Ticket
) -> None:
    database_time.set("2026-06-16T10:00:00-07:00")
    asked = text_of(browser_of(cast.dana).get(f"{URL}hold/?party=carrier"))
    assert "No clock stops The deadline has passed: waiting moves it no more." in asked


def test_the_consequence_alone_is_sent_while_the_form_is_filled_in(
    cast: Cast, ticket: Ticket
) -> None:
    headers = HTMX | {"HX-Target": "consequence"}
    part = browser_of(cast.dana).get(f"{URL}hold/?party=own_staff", headers=headers)
    assert text_of(part).strip().startswith("No clock stops")


@pytest.mark.parametrize(
    ("verb", "values", "fact"),
    [
        ("hold", {"party": "customer", "reason": "Spare to test"}, "held"),
        ("priority", {"priority": "minor", "reason": "One phone only"}, "priority_changed"),
        ("schedule", {"start": "2026-06-17T09:00", "end": "2026-06-17T10:00"}, "scheduled"),
        ("call", {"text": "Spoke with Elena."}, "called"),
        ("claim", {}, "assigned"),
    ],
)
def test_an_act_is_one_post_and_leads_back_to_the_ticket(
    cast: Cast, ticket: Ticket, verb: str, values: dict[str, Any], fact: str
) -> None:
    response = browser_of(cast.dana).post(f"{URL}{verb}/", values)
    assert (response.status_code, response.headers["Location"]) == (303, URL)
    with provider_scope(provider_id=cast.calcom.pk):
        assert fact in kinds(ticket)


def once_sent(client: Client, verb: str) -> str:
    """Return the hidden key of an act's form."""
    page = client.get(f"{URL}{verb}/").content.decode()
    key: str = re.findall(r'name="submission" value="([0-9a-f-]{36})"', page)[0]
    return key


@pytest.mark.parametrize(
    ("verb", "values", "fact"),
    [
        ("call", {"text": "Spoke with Elena."}, "called"),
        ("hold", {"party": "carrier", "reason": "Line check"}, "held"),
        ("schedule", {"start": "2026-06-17T09:00", "end": "2026-06-17T10:00"}, "scheduled"),
        ("resolve", {"text": "Card replaced."}, "resolved"),
    ],
)
def test_an_act_sent_twice_is_done_once(
    cast: Cast, ticket: Ticket, verb: str, values: dict[str, Any], fact: str
) -> None:
    client = browser_of(cast.dana)
    values |= {"submission": once_sent(client, verb)}
    answers = [client.post(f"{URL}{verb}/", values) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [URL, URL]
    with provider_scope(provider_id=cast.calcom.pk):
        assert kinds(ticket).count(fact) == 1


def test_reopening_too_late_twice_opens_one_new_ticket(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    with acting(cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)
    database_time.set("2026-08-15T10:00:00-07:00")
    client = browser_of(cast.elena)
    values = {"text": "Dead again.", "submission": once_sent(client, "reopen")}
    answers = [client.post(f"{URL}reopen/", values) for _ in range(3)]
    assert [answer.headers["Location"] for answer in answers] == ["/tickets/CC-1002/"] * 3


def test_over_htmx_the_browser_is_sent_back_to_the_ticket(cast: Cast, ticket: Ticket) -> None:
    values = {"text": "Card replaced."}
    response = browser_of(cast.dana).post(f"{URL}resolve/", values, headers=HTMX)
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, URL)
    assert stored(cast).state == "resolved"


@pytest.mark.parametrize(
    ("verb", "values", "words"),
    [
        ("hold", {"party": "moon", "reason": "x"}, "Choose one from the list."),
        ("hold", {"party": "customer", "reason": ""}, "Say what we wait for"),
        ("hold", {"party": "customer", "reason": "x", "until": "soon"}, "Write day and time"),
        (
            "hold",
            {"party": "customer", "reason": "x", "until": "2020-01-01T09:00"},
            "The promised date has passed.",
        ),
        ("hold", {"party": "customer", "reason": "x" * 241}, "longer than 240 characters"),
        ("priority", {"priority": "minor", "reason": ""}, "Say why it is lowered"),
        ("priority", {"priority": "emergency", "reason": ""}, "has that priority already"),
        ("schedule", {"start": "2026-06-17T10:00", "end": "2026-06-17T09:00"}, "end"),
        ("schedule", {"start": "2027-03-14T02:30", "end": "2027-03-14T04:00"}, "skip this time"),
        ("resolve", {"text": "  "}, "Say what was done"),
        ("merge", {"target": "CC-1001", "reason": "Same"}, "cannot be merged into itself"),
        ("merge", {"target": "CC-1001\nx", "reason": "Same"}, "Write this on one line."),
        ("unmerge", {}, "This cannot be done to it."),
        ("resume", {}, "This cannot be done to it."),
    ],
)
def test_a_refused_act_names_the_reason_and_changes_nothing(
    cast: Cast, ticket: Ticket, verb: str, values: dict[str, Any], words: str
) -> None:
    with nothing_changes(ticket):
        response = browser_of(cast.dana).post(f"{URL}{verb}/", values)
    assert response.status_code == 422
    assert words in text_of(response)


def test_a_ticket_is_merged_into_one_found_by_its_subject(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    opened(cast, database_time, subject="Front desk again")
    client = browser_of(cast.dana)
    assert "CC-1001 No dial tone" in text_of(client.get("/tickets/CC-1002/merge/?q=dial"))
    response = client.post("/tickets/CC-1002/merge/", {"target": "cc-1001", "reason": "Same fault"})
    assert response.headers["Location"] == URL
    assert "merged into CC-1001" in text_of(client.get("/tickets/CC-1002/"))


def test_another_providers_ticket_is_no_target(cast: Cast, ticket: Ticket) -> None:
    with nothing_changes(ticket):
        response = browser_of(cast.dana).post(f"{URL}merge/", {"target": "NL-1001", "reason": "x"})
    assert response.status_code == 422
    assert "There is no such ticket." in text_of(response)


def test_only_a_dispatcher_hands_over(cast: Cast, ticket: Ticket) -> None:
    values = {"technician": str(cast.marco.membership_id)}
    assert browser_of(cast.dana).post(f"{URL}assign/", values).status_code == 403
    assert browser_of(cast.priya).post(f"{URL}assign/", values).status_code == 303
    assert stored(cast).assignee_id == cast.marco.membership_id


def test_a_stranger_cannot_be_given_the_ticket(cast: Cast, ticket: Ticket) -> None:
    for stranger in (cast.nora, cast.elena):
        values = {"technician": str(stranger.membership_id)}
        response = browser_of(cast.priya).post(f"{URL}assign/", values)
        assert response.status_code == 422
        assert "Choose one of your colleagues." in text_of(response)


def test_a_customer_adds_a_colleague_and_takes_them_off(cast: Cast, ticket: Ticket) -> None:
    client = browser_of(cast.elena)
    person = {"person": str(cast.amit.membership_id)}
    assert client.post(f"{URL}watch/", person).status_code == 303
    assert "Followed by Amit Bhatt" in text_of(client.get(URL))
    assert client.post(f"{URL}unwatch/", person).status_code == 303
    with acting(cast.elena):
        assert not Watcher.objects.exists()
    stranger = {"person": str(cast.sam.membership_id)}
    assert client.post(f"{URL}watch/", stranger).status_code == 422


def test_an_act_that_came_too_late_says_so(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
        close_ticket(ticket=ticket, actor=cast.dana)
    page = browser_of(cast.dana).get(f"{URL}hold/")
    assert "CC-1001 is closed now. This cannot be done to it." in text_of(page)
    assert "Hold" not in text_of(browser_of(cast.dana).get(URL)).split("Conversation")[0]


def test_changing_a_hold_begins_with_the_one_there_is(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        hold_ticket(
            ticket=ticket,
            party=Party.CARRIER,
            reason="They check the line.",
            until=instant("2026-06-16T08:00:00-07:00"),
            actor=cast.dana,
        )
    page = browser_of(cast.dana).get(f"{URL}hold/").content.decode()
    assert "Change the hold: CC-1001" in page
    assert '<option value="carrier" selected>' in page
    assert 'value="They check the line."' in page
    assert 'value="2026-06-16T08:00"' in page


def test_what_was_merged_says_where_the_conversation_goes_on(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.priya):
        other = open_ticket(request=request_of(cast, cast.priya), actor=cast.priya)
        merge_tickets(child=ticket, target=other, reason="The same.", actor=cast.priya)
    page = text_of(browser_of(cast.elena).get(URL))
    assert f"The conversation goes on in {other.reference} ." in page


def test_a_customer_is_shown_the_way_to_open_a_closed_ticket_again(
    cast: Cast, ticket: Ticket
) -> None:
    with acting(cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)
    page = text_of(browser_of(cast.elena).get(URL))
    assert "This is closed. If it comes back, open it again ." in page


def test_an_act_needs_a_post(cast: Cast, ticket: Ticket) -> None:
    with nothing_changes(ticket):
        assert browser_of(cast.dana).get(f"{URL}claim/").status_code == 200
        assert browser_of(cast.dana).put(f"{URL}claim/").status_code == 405
