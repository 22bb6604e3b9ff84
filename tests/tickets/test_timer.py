"""One timer for each technician: it belongs to the person, not to a browser."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from calcom_portal.common.errors import NotAllowed, RuleBroken
from tests.builders import build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import opened
from tests.tickets.labour import logged, work
from tickets.actions import discard_timer, start_timer
from tickets.models import LabourEntry, LabourTimer, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Monday."""
    build_price_list(cast.calcom)
    return opened(cast, database_time)


def test_a_second_start_on_the_same_ticket_changes_nothing(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        first = start_timer(ticket=ticket, actor=cast.dana)
        assert start_timer(ticket=ticket, actor=cast.dana) == first
        assert LabourTimer.objects.count() == 1


def test_a_timer_runs_on_one_ticket_at_a_time(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    other = opened(cast, database_time)
    with acting(cast.dana):
        start_timer(ticket=ticket, actor=cast.dana)
        with pytest.raises(RuleBroken, match="running on CC-1001"):
            start_timer(ticket=other, actor=cast.dana)
    with acting(cast.marco):
        start_timer(ticket=other, actor=cast.marco)


def test_logging_the_time_ends_the_timer_of_that_person_only(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    for person in (cast.dana, cast.marco):
        with acting(person):
            start_timer(ticket=ticket, actor=person)
    database_time.set("2026-06-15T11:00:00-07:00")
    logged(ticket, work("10:10", "10:50", day="2026-06-15"), cast.dana)
    with acting(cast.marco):
        assert list(LabourTimer.objects.values_list("technician", flat=True)) == [
            cast.marco.membership_id
        ]


def test_a_timer_thrown_away_leaves_no_labour(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.dana):
        start_timer(ticket=ticket, actor=cast.dana)
        discard_timer(ticket=ticket, actor=cast.dana)
        assert (LabourTimer.objects.count(), LabourEntry.objects.count()) == (0, 0)


def test_customers_have_no_timers_and_cannot_read_them(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.elena), pytest.raises(NotAllowed):
        start_timer(ticket=ticket, actor=cast.elena)
    with acting(cast.elena), pytest.raises(DatabaseError), transaction.atomic():
        list(LabourTimer.objects.all())
