"""Opening a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.errors import BadInput, Missing
from contracts.sla import Priority
from notifications.models import Notice
from tests.builders import TIER_1, build_contract, build_site
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import (
    MONDAY_10,
    TUESDAY_9,
    clock,
    fresh,
    id_of,
    instant,
    kinds,
    opened,
    request_of,
    told,
)
from tickets.actions import open_ticket
from tickets.models import Fact, Ticket


def test_an_emergency_is_due_after_eight_business_hours(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        stored = fresh(ticket)
        assert stored.next_deadline_at == instant(TUESDAY_9)
        assert stored.next_metric == "respond"
        assert clock(ticket).due_at == instant(TUESDAY_9)
        assert clock(ticket).rung_shares == [50, 75, 90, 100]
        assert clock(ticket).rung_times == [
            instant("2026-06-15T14:00:00-07:00"),
            instant("2026-06-15T16:00:00-07:00"),
            instant("2026-06-16T08:12:00-07:00"),
            instant(TUESDAY_9),
        ]
        assert clock(ticket).next_at == instant("2026-06-15T14:00:00-07:00")
        assert clock(ticket, "resolve").state == "none"


def test_a_minor_problem_is_due_after_24_business_hours(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time, priority=Priority.MINOR)
    assert ticket.next_deadline_at == instant("2026-06-17T16:00:00-07:00")


def test_out_of_hours_the_clock_starts_at_the_next_opening(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time, "2026-06-13T11:00:00-07:00")
    assert ticket.next_deadline_at == instant("2026-06-15T16:00:00-07:00")
    assert ticket.opened_at == instant("2026-06-13T11:00:00-07:00")


def test_the_choice_of_the_contract_is_kept_in_words(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    assert ticket.contract_id == cast.contract.pk
    assert ticket.promise_reason == (
        f"Contract {cast.contract.number} (Tier 2) covers the whole company."
    )


def test_a_device_with_a_contract_of_its_own_takes_that_one(
    cast: Cast, database_time: DatabaseTime
) -> None:
    own = build_contract(cast.bayview, TIER_1, device=cast.phone_system)
    ticket = opened(cast, database_time)
    assert ticket.contract_id == own.pk
    assert (ticket.next_deadline_at, ticket.next_metric) == (None, "")


def test_without_a_contract_there_is_an_explicit_no_response_promise(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    request = request_of(cast, cast.sam, site_id=None, device_id=None)
    with acting(cast.sam):
        ticket = open_ticket(request=request, actor=cast.sam)
        assert "no response promise" in ticket.promise_reason
        assert ticket.next_deadline_at is None
        assert [clock(ticket, metric).state for metric in ("respond", "resolve")] == ["none"] * 2
        assert clock(ticket).next_at is None


def test_an_expired_contract_promises_nothing(cast: Cast, database_time: DatabaseTime) -> None:
    build_contract(cast.sutter, ends_on=date(2026, 6, 14))
    database_time.set(MONDAY_10)
    request = request_of(cast, cast.sam, site_id=None, device_id=None)
    with acting(cast.sam):
        assert open_ticket(request=request, actor=cast.sam).next_deadline_at is None


def test_numbers_follow_each_other_and_belong_to_the_provider(
    cast: Cast, database_time: DatabaseTime
) -> None:
    first, second = opened(cast, database_time), opened(cast, database_time)
    assert (first.reference, second.reference) == ("CC-1001", "CC-1002")


def test_the_desk_is_told_and_the_reporter_gets_a_confirmation(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    assert told("ticket_opened", of=ticket) == ["Priya Shah"]
    assert told("ticket_received", of=ticket) == ["Elena Moreno"]
    with acting(cast.dana):
        payload = Notice.objects.get(kind="ticket_received").payload
    assert payload["due"] == "2026-06-16T16:00:00+00:00"
    assert payload["customer"] == "Bayview Dental Group"


def test_the_confirmation_is_no_response(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        assert kinds(ticket) == ["opened"]
        assert fresh(ticket).responded_at is None
        assert Fact.objects.get(ticket_id=ticket.pk).details["promise_id"] == str(ticket.terms_id)


def test_staff_open_a_ticket_in_a_customers_name(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    with acting(cast.dana):
        ticket = open_ticket(request=request_of(cast), actor=cast.dana)
    assert (ticket.customer_id, ticket.reporter_id) == (cast.bayview.pk, cast.elena.membership_id)
    assert told("ticket_received", of=ticket) == ["Elena Moreno"]


def test_a_device_without_a_site_stands_at_its_own(cast: Cast, database_time: DatabaseTime) -> None:
    assert opened(cast, database_time, site_id=None).site_id == cast.market_street.pk


@pytest.mark.parametrize("subject", ["", "   ", "\u200b\u3164", "x" * 201, "two\nlines"])
def test_a_bad_subject_is_refused_and_leaves_nothing(
    cast: Cast, database_time: DatabaseTime, subject: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        opened(cast, database_time, subject=subject)
    assert refusal.value.field == "subject"
    with acting(cast.dana):
        assert Ticket.objects.count() == 0


def test_a_customer_cannot_open_a_ticket_for_another_company(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    request = replace(request_of(cast), customer_id=cast.sutter.pk)
    with acting(cast.elena), pytest.raises(Missing):
        open_ticket(request=request, actor=cast.elena)


def test_a_customer_cannot_open_a_ticket_in_a_colleagues_name(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    request = replace(request_of(cast), reporter_id=id_of(cast.amit))
    with acting(cast.elena), pytest.raises(Missing):
        open_ticket(request=request, actor=cast.elena)


@pytest.mark.parametrize("thing", ["site_id", "device_id"])
def test_another_customers_place_is_refused(
    cast: Cast, database_time: DatabaseTime, thing: str
) -> None:
    strange_site = build_site(cast.sutter, "Pier 9")
    database_time.set(MONDAY_10)
    request = request_of(cast, cast.sam, site_id=None, device_id=None)
    theirs = {"site_id": cast.market_street.pk, "device_id": cast.phone_system.pk}
    places: dict[str, Any] = {"site_id": None, "device_id": None, thing: theirs[thing]}
    with acting(cast.sam), pytest.raises(BadInput):
        open_ticket(request=replace(request, **places), actor=cast.sam)
    with acting(cast.dana), pytest.raises(BadInput):
        open_ticket(request=replace(request_of(cast), site_id=strange_site.pk), actor=cast.dana)


def test_a_rival_providers_technician_finds_no_such_customer(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    with acting(cast.nora), pytest.raises(Missing):
        open_ticket(request=request_of(cast), actor=cast.nora)


def test_an_unknown_kind_is_refused(cast: Cast, database_time: DatabaseTime) -> None:
    with pytest.raises(BadInput, match="pizza"):
        opened(cast, database_time, kind="pizza")


def test_opening_takes_eight_queries(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    with acting(cast.elena), CaptureQueriesContext(connection) as queries:
        open_ticket(request=request_of(cast), actor=cast.elena)
    assert len(queries) <= 8
