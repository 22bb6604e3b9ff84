"""Equipment behind other equipment: one outage, one ticket, and whose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calcom_portal.common.tenancy import provider_scope
from monitoring.actions.close_incident import close_incident
from monitoring.models import Check
from monitoring.sweeps.follow_changes import FollowCount
from tests.builders import build_contract
from tests.cast import Cast
from tests.monitoring.outages import (
    build_check,
    build_other,
    follow,
    incidents,
    minute,
    notices,
    seen,
    tickets,
    unhandled,
    words_in,
)
from tests.stage import DatabaseTime, acting
from tickets.actions import claim_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def router(cast: Cast, database_time: DatabaseTime) -> Check:
    """The router of Market Street, before everything else there."""
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    return build_check(build_other(cast, "Router", "other"), "Ping", kind="icmp")


@pytest.fixture
def system(cast: Cast, router: Check) -> Check:
    """The phone system behind the router."""
    return build_check(cast.phone_system, parent=router)


@pytest.fixture
def phone(cast: Cast, system: Check) -> Check:
    """A phone behind the phone system."""
    return build_check(build_other(cast, "Reception phone"), parent=system)


def family(cast: Cast) -> dict[str, str]:
    """Return on whose incident each one hangs, by the names of devices; "" for none."""
    return {
        incident.device.name: incident.parent.device.name if incident.parent else ""
        for incident in incidents(cast)
        if incident.closed_at is None
    }


def stand(check: Check, **values: object) -> None:
    """Have a check stand as the runner left it."""
    with provider_scope(provider_id=check.provider_id):
        Check.objects.filter(pk=check.pk).update(**values)


def test_a_dead_router_silences_what_is_behind_it(
    cast: Cast, router: Check, system: Check, phone: Check, database_time: DatabaseTime
) -> None:
    seen(router, "sd", 1)
    seen(system, "p", 2)
    seen(phone, "p", 2)
    follow(database_time, 3)
    assert family(cast) == {
        "Router": "",
        "Main phone system": "Router",
        "Reception phone": "Router",
    }
    assert len(tickets(cast)) == 1
    assert notices(cast) == [("outage", "Priya Shah"), ("noticed", "Amit Bhatt")]


def test_the_ticket_names_what_is_behind_and_is_as_urgent_as_that(
    cast: Cast, router: Check, system: Check, phone: Check, database_time: DatabaseTime
) -> None:
    seen(router, "sd", 1)
    follow(database_time, 3)
    (ticket,) = tickets(cast)
    assert (
        "Not to be reached without it: Main phone system, Reception phone." in (words_in(ticket)[0])
    )
    assert ticket.priority == "emergency"
    assert ticket.priority_reason.startswith("The phone system behind it cannot be reached")


def test_what_is_seen_later_hangs_on_the_outage_too(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(router, "sd", 1)
    follow(database_time, 3)
    seen(system, "p", 4)
    follow(database_time, 5)
    assert family(cast) == {"Router": "", "Main phone system": "Router"}


def test_a_child_waits_until_its_parent_is_proven_down(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(system, "sd", 1)
    seen(router, "s", 2)
    follow(database_time, 2.5)
    assert (incidents(cast), unhandled(cast)) == ([], 1)
    seen(router, "d", 3)
    follow(database_time, 3.5)
    assert family(cast) == {"Router": "", "Main phone system": "Router"}
    assert len(tickets(cast)) == 1


def test_a_child_waits_until_its_parent_was_asked_since(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(system, "sd", 1)
    stand(router, last_at=minute(0.5))
    follow(database_time, 2.1)
    assert incidents(cast) == []
    stand(router, last_at=minute(1.5))
    follow(database_time, 2.5)
    assert family(cast) == {"Main phone system": ""}


def test_a_child_does_not_wait_for_ever(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(system, "sd", 1)
    seen(router, "s", 2)
    follow(database_time, 4.5)
    assert incidents(cast) == []
    follow(database_time, 5)
    assert family(cast) == {"Main phone system": ""}


@pytest.mark.parametrize("values", [{"paused_at": minute(0)}, {"state": "unknown"}])
def test_nobody_waits_for_a_parent_that_is_not_asked(
    cast: Cast,
    router: Check,
    system: Check,
    database_time: DatabaseTime,
    values: dict[str, object],
) -> None:
    seen(system, "sd", 1)
    stand(router, **values)
    follow(database_time, 2.1)
    assert family(cast) == {"Main phone system": ""}


def test_a_parent_proven_a_little_later_takes_the_child_and_its_ticket(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(system, "sd", 1)
    follow(database_time, 2.5)
    seen(router, "sd", 4)
    follow(database_time, 6)
    assert family(cast) == {"Main phone system": "Router", "Router": ""}
    follow(database_time, 6)
    first, second = tickets(cast)
    assert (first.state, first.merged_into_id) == ("merged", second.pk)
    assert second.next_deadline_at == first.opened_at + timedelta(hours=23)


def test_a_ticket_that_somebody_works_on_is_not_merged(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(system, "sd", 1)
    follow(database_time, 2.5)
    with acting(cast.dana):
        claim_ticket(ticket=tickets(cast)[0], actor=cast.dana)
    seen(router, "sd", 4)
    follow(database_time, 6)
    follow(database_time, 6)
    assert [ticket.state for ticket in tickets(cast)] == ["open", "open"]
    assert words_in(tickets(cast)[0])[-1] == "Router before it is down too: see CC-1002."


def test_children_end_with_their_parent_and_nobody_is_told_twice(
    cast: Cast, router: Check, system: Check, phone: Check, database_time: DatabaseTime
) -> None:
    seen(router, "sd", 1)
    seen(system, "p", 2)
    seen(phone, "p", 2)
    follow(database_time, 3)
    seen(router, "ru", 9)
    seen(system, "u", 10)
    seen(phone, "u", 10)
    follow(database_time, 11)
    assert family(cast) == {"Router": ""}
    ended = {it.device.name: it.closed_at for it in incidents(cast) if it.parent_id}
    assert ended == {"Main phone system": minute(11), "Reception phone": minute(11)}
    told = [("recovered", "Priya Shah"), ("recovered", "Amit Bhatt")]
    assert notices(cast)[2:] == told


def test_a_child_that_stays_down_gets_a_ticket_of_its_own(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(router, "sd", 1)
    seen(system, "p", 2)
    follow(database_time, 3)
    seen(router, "ru", 9)
    seen(system, "sd", 10)
    follow(database_time, 12)
    assert family(cast) == {"Router": "", "Main phone system": ""}
    assert [ticket.subject for ticket in tickets(cast)] == [
        "Router does not answer (Ping)",
        "Main phone system does not answer (SIP)",
    ]


def test_a_child_that_was_down_all_the_while_is_looked_at_by_itself(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    """It was proven down itself, so the runner writes no further change of it."""
    seen(router, "sd", 1)
    follow(database_time, 3)
    seen(system, "sd", 3)
    follow(database_time, 5)
    assert family(cast) == {"Router": "", "Main phone system": "Router"}
    seen(router, "ru", 9)
    follow(database_time, 11)
    assert family(cast)["Main phone system"] == "Router"
    assert follow(database_time, 13) == FollowCount(followed=1)
    assert family(cast)["Main phone system"] == ""
    assert len(tickets(cast)) == 2


def test_a_child_nobody_could_ask_yet_is_looked_at_again(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(router, "sd", 1)
    seen(system, "p", 2)
    follow(database_time, 3)
    seen(router, "ru", 9)
    follow(database_time, 11)
    stand(system, state="unknown")
    follow(database_time, 13)
    assert family(cast)["Main phone system"] == "Router"
    stand(system, state="up", since=minute(13.5))
    follow(database_time, 14)
    assert family(cast) == {"Router": ""}


def test_the_router_failing_again_gathers_its_children_again(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(router, "sd", 1)
    seen(system, "p", 2)
    follow(database_time, 3)
    seen(router, "ru", 4)
    seen(system, "u", 5)
    follow(database_time, 6)
    seen(router, "sd", 7)
    seen(system, "p", 8)
    follow(database_time, 9)
    assert family(cast) == {"Router": "", "Main phone system": "Router"}
    assert len(tickets(cast)) == 1


def test_closing_the_parents_incident_closes_what_hangs_on_it(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    seen(router, "sd", 1)
    seen(system, "p", 2)
    follow(database_time, 3)
    root = next(it for it in incidents(cast) if it.parent_id is None)
    with acting(cast.dana):
        close_incident(incident=root, note="The site has closed", actor=cast.dana)
    assert family(cast) == {}


def test_a_ring_of_parents_does_not_stop_anybody(
    cast: Cast, router: Check, system: Check, database_time: DatabaseTime
) -> None:
    stand(router, parent=system)
    seen(system, "sd", 1)
    assert follow(database_time, 6) == FollowCount(followed=1)
    assert len(incidents(cast)) == 1
