"""Work that the portal did by itself: one line, for what was agreed, whatever the hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed
from calcom_portal.common.tenancy import system_scope
from contracts.coverage import Decision, Price, Rate, Work
from tests.builders import build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import kinds, opened
from tests.tickets.labour import WEDNESDAY_18, lines_of, sign, told
from tickets.actions import log_agreed_labour
from tickets.actions.log_agreed_labour import AgreedLabour
from tickets.models import LabourEntry, Ticket

pytestmark = pytest.mark.django_db

AGREED = Decision(
    covered=False,
    clause="",
    reason="A firmware update is not part of Tier 1: USD 95.00 an hour.",
    worth=Rate(Price.NORMAL, Decimal("95.00"), "USD"),
)


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Monday, seen from Wednesday evening; the company has a Tier 1 contract."""
    sign(cast, "TIER1")
    build_price_list(cast.calcom)
    found = opened(cast, database_time)
    database_time.set(WEDNESDAY_18)
    return found


def done_at_night(cast: Cast) -> AgreedLabour:
    return AgreedLabour(
        work=Work.FIRMWARE,
        device_id=cast.phone_system.pk,
        started_at=datetime.fromisoformat("2026-06-17T02:00:10-07:00"),
        ended_at=datetime.fromisoformat("2026-06-17T02:03:40-07:00"),
        minutes=30,
        decision=AGREED,
    )


def log(cast: Cast, ticket: Ticket, done: AgreedLabour) -> LabourEntry:
    worker = Viewer.system("Firmware worker", provider_id=cast.calcom.pk)
    with system_scope("write down what a worker did"):
        return log_agreed_labour(ticket=ticket, done=done, actor=worker)


def test_three_minutes_at_night_count_as_agreed(cast: Cast, ticket: Ticket) -> None:
    entry = log(cast, ticket, done_at_night(cast))
    assert told(entry) == [("firmware", False, 3, 30, "normal", "47.50")]
    assert (entry.day, entry.technician_id) == (date(2026, 6, 17), None)
    with acting(cast.dana):
        assert kinds(ticket)[-1] == "labour"


def test_what_a_clause_pays_for_costs_nothing_and_says_what_it_is_worth(
    cast: Cast, ticket: Ticket
) -> None:
    paid = replace(AGREED, covered=True, clause="FIRMWARE", reason="Firmware is included.")
    (line,) = lines_of(log(cast, ticket, replace(done_at_night(cast), decision=paid)))
    assert (line.clause, str(line.amount), str(line.worth)) == ("FIRMWARE", "0.00", "47.50")


def test_a_moment_of_work_is_a_minute(cast: Cast, ticket: Ticket) -> None:
    done = done_at_night(cast)
    entry = log(cast, ticket, replace(done, ended_at=done.started_at))
    assert [line.minutes for line in lines_of(entry)] == [1]


def test_nobody_writes_it_by_hand(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.ruth), pytest.raises(NotAllowed):
        log_agreed_labour(ticket=ticket, done=done_at_night(cast), actor=cast.ruth)
    with acting(cast.ruth):
        assert not LabourEntry.objects.exists()
