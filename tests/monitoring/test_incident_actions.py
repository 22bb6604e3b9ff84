"""The steps of an outage, one by one: recovered, failed again, joined by others, tickets merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed
from calcom_portal.common.tenancy import system_scope
from contracts.models import Device
from monitoring.actions.attach_incident import attach_incident, hang_on
from monitoring.actions.join_outage import join_outage
from monitoring.actions.join_tickets import join_tickets
from monitoring.actions.recover_incident import recover_incident
from monitoring.actions.relapse_incident import relapse_incident
from monitoring.models import Check, Closing, Incident, IncidentKind, Opens
from monitoring.outage_words import AUTOMATIC, PLANS
from notifications.models import Notice
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
    words_in,
)
from tests.stage import DatabaseTime, acting
from tests.trail import trail
from tickets.actions import claim_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(cast: Cast) -> Viewer:
    """Give a named worker of CalCom."""
    return Viewer.system("A test", provider_id=cast.calcom.pk)


@pytest.fixture
def check(cast: Cast, database_time: DatabaseTime) -> Check:
    """The phone system's own check; MONITOR is in the contract."""
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    return build_check(cast.phone_system)


@pytest.fixture
def outage(cast: Cast, check: Check, database_time: DatabaseTime) -> Incident:
    """Its outage from minute 1 on, with an emergency; now it is minute 3."""
    return broken(cast, check, database_time)


def broken(cast: Cast, check: Check, database_time: DatabaseTime) -> Incident:
    seen(check, "sd", 1)
    follow(database_time, 3)
    return incidents(cast)[-1]


def under(root: Incident, device: Device, name: str, worker: Viewer, **values: Any) -> Incident:
    """Hang the incident of another check on an outage, from minute 4 on."""
    made = build_check(device, name, state="down", **values)
    return hung(root, made, worker)


def hung(root: Incident, check: Check, worker: Viewer) -> Incident:
    with system_scope("a test"):
        return attach_incident(
            check=check, root=root, began_at=minute(4), confirmed_at=minute(5), actor=worker
        )


def stored(incident: Incident) -> Incident:
    with system_scope("a test"):
        return Incident.objects.get(pk=incident.pk)


def recover(outage: Incident, worker: Viewer, at: float, calm: float | None = None) -> Incident:
    calm_at = None if calm is None else minute(calm)
    with system_scope("a test"):
        recover_incident(incident=outage, at=minute(at), calm_at=calm_at, actor=worker)
    return stored(outage)


def relapse(outage: Incident, worker: Viewer, at: float, *, is_flapping: bool) -> Incident:
    with system_scope("a test"):
        relapse_incident(incident=outage, at=minute(at), is_flapping=is_flapping, actor=worker)
    return stored(outage)


def join(incident: Incident, root: Incident, worker: Viewer, cause: str = "No trunks.") -> Incident:
    with system_scope("a test"):
        join_outage(incident=incident, root=root, cause=cause, actor=worker)
    return stored(incident)


def test_what_recovers_is_watched_and_told_and_what_hangs_on_it_is_looked_at_soon(
    cast: Cast, outage: Incident, worker: Viewer, database_time: DatabaseTime
) -> None:
    child = under(outage, build_other(cast, "Reception phone"), "SIP", worker)
    database_time.set(minute(6))
    found = recover(outage, worker, 5, calm=90)
    assert (found.recovered_at, found.look_at, found.closed_at) == (minute(5), minute(15), None)
    assert stored(child).look_at == minute(8)
    assert words_in(tickets(cast)[0])[1:] == [
        "Main phone system answers again since Mon 15 Jun, 10:05 PDT, after 4 m. "
        + PLANS[Closing.UNTOUCHED]
    ]
    assert notices(cast)[2:] == [("recovered", "Priya Shah"), ("recovered", "Amit Bhatt")]
    assert trail(cast, "incident.recovered") == [("A test", {})]


def test_what_answered_before_it_failed_recovers_when_it_failed(
    cast: Cast, outage: Incident, worker: Viewer
) -> None:
    assert recover(outage, worker, 0).recovered_at == minute(1)


@pytest.mark.parametrize(("calm", "look_at"), [(None, 15), (8, 15), (36, 36)])
def test_what_comes_and_goes_recovers_in_silence_and_is_watched_until_it_is_calm(
    cast: Cast, outage: Incident, worker: Viewer, calm: float | None, look_at: float
) -> None:
    outage.kind = IncidentKind.FLAPPING.value
    said = (words_in(tickets(cast)[0]), notices(cast))
    assert recover(outage, worker, 5, calm).look_at == minute(look_at)
    assert (words_in(tickets(cast)[0]), notices(cast)) == said


def test_what_fails_again_goes_on_in_the_same_ticket(
    cast: Cast, outage: Incident, worker: Viewer, database_time: DatabaseTime
) -> None:
    recover(outage, worker, 5)
    database_time.set(minute(8))
    found = relapse(outage, worker, 7, is_flapping=False)
    assert (found.recovered_at, found.look_at, found.kind) == (None, None, "outage")
    assert words_in(tickets(cast)[0])[2:] == [
        f"Main phone system stopped answering again on Mon 15 Jun, 10:07 PDT.\n\n{AUTOMATIC}"
    ]
    assert notices(cast)[4:] == [("outage", "Priya Shah"), ("noticed", "Amit Bhatt")]
    assert trail(cast, "incident.relapsed") == [("A test", {"flapping": False})]


def test_what_comes_and_goes_is_told_of_once(cast: Cast, outage: Incident, worker: Viewer) -> None:
    assert relapse(outage, worker, 7, is_flapping=True).kind == "flapping"
    said = words_in(tickets(cast)[0])
    assert said[1].startswith("Main phone system comes and goes: it stopped answering")
    assert notices(cast)[2:] == [("flapping", "Priya Shah")]
    for is_flapping in (True, False):
        assert relapse(outage, worker, 9, is_flapping=is_flapping).kind == "flapping"
    assert words_in(tickets(cast)[0]) == said
    assert len(notices(cast)) == 3
    flags = [details["flapping"] for _, details in trail(cast, "incident.relapsed")]
    assert flags == [True, True, False]


def test_another_check_of_the_device_is_told_of_in_the_ticket_the_first_time_it_fails(
    cast: Cast, outage: Incident, worker: Viewer
) -> None:
    first = under(outage, cast.phone_system, "Trunks", worker)
    found = join(first, outage, worker, "No trunks. " + "x" * 300)
    assert (found.parent_id, found.cause) == (outage.pk, "No trunks. " + "x" * 229)
    since = "Trunks fails as well since Mon 15 Jun, 10:04 PDT."
    said = f"{since}\n\nLast seen: {found.cause}\n\n{AUTOMATIC}"
    assert words_in(tickets(cast)[0])[1:] == [said]
    details = {"check": found.of_check_id, "root": outage.pk}
    assert trail(cast, "incident.joined") == [("A test", details)]
    with system_scope("a test"):
        Incident.objects.filter(pk=first.pk).update(closed_at=minute(6))
        again = Check.objects.select_related("device__site", "customer").get(name="Trunks")
    assert join(hung(outage, again, worker), outage, worker, "Still none.").cause == "Still none."
    assert len(words_in(tickets(cast)[0])) == 2
    assert len(trail(cast, "incident.joined")) == 1


def test_a_check_that_opens_no_tickets_says_nothing_in_one(
    cast: Cast, outage: Incident, worker: Viewer
) -> None:
    quiet = under(outage, cast.phone_system, "Web page", worker, kind="web", opens=Opens.NOTHING)
    join(quiet, outage, worker)
    assert len(words_in(tickets(cast)[0])) == 1
    assert len(trail(cast, "incident.joined")) == 1


def test_a_worse_failure_makes_the_ticket_an_emergency_and_tells_of_it(
    cast: Cast, check: Check, worker: Viewer, database_time: DatabaseTime
) -> None:
    root = broken(cast, build_check(cast.phone_system, "Web page", kind="web"), database_time)
    assert [ticket.priority for ticket in tickets(cast)] == ["minor"]
    join(hung(root, check, worker), root, worker)
    assert [ticket.priority for ticket in tickets(cast)] == ["emergency"]
    with acting(cast.ruth):
        told = Notice.objects.filter(kind="monitoring_outage").order_by("pk")
        assert [one.critical for one in told] == [False, True]


def outages_of_two(
    cast: Cast, check: Check, worker: Viewer, database_time: DatabaseTime
) -> tuple[Incident, Incident]:
    """Have the phone system fail, then the router before it, each with a ticket."""
    child = broken(cast, check, database_time)
    root = broken(cast, build_check(build_other(cast, "*Edge* router", "other")), database_time)
    with system_scope("a test"):
        hang_on(incident=child, root=root, actor=worker)
    return child, root


def bring_together(cast: Cast, worker: Viewer) -> None:
    child = incidents(cast)[0]
    with system_scope("a test"):
        join_tickets(incident=child, actor=worker)


def test_an_untouched_ticket_is_merged_into_that_of_the_equipment_before_it(
    cast: Cast, check: Check, worker: Viewer, database_time: DatabaseTime
) -> None:
    outages_of_two(cast, check, worker, database_time)
    for _ in range(2):
        bring_together(cast, worker)
    own, root = tickets(cast)
    assert (own.state, own.merged_into_id, root.state) == ("merged", root.pk, "open")
    with system_scope("a test"):
        fact = own.facts.get(kind="merged")
    assert fact.details["reason"] == "*Edge* router before it is down: one outage"
    assert trail(cast, "ticket.merged") == [("A test", {"into": "CC-1002"})]


def test_a_ticket_that_somebody_has_taken_up_stays_and_names_the_other_as_it_is_called(
    cast: Cast, check: Check, worker: Viewer, database_time: DatabaseTime
) -> None:
    outages_of_two(cast, check, worker, database_time)
    with acting(cast.dana):
        claim_ticket(ticket=tickets(cast)[0], actor=cast.dana)
    bring_together(cast, worker)
    own, root = tickets(cast)
    assert [own.state, root.state] == ["open", "open"]
    # Markdown shows the stars as they are.
    assert words_in(own)[-1] == r"\*Edge\* router before it is down too: see CC-1002."


@pytest.mark.parametrize("place", [0, 1])
def test_a_ticket_that_is_over_is_not_joined(
    cast: Cast, check: Check, worker: Viewer, database_time: DatabaseTime, place: int
) -> None:
    outages_of_two(cast, check, worker, database_time)
    over = tickets(cast)[place]
    with system_scope("a test"):
        Ticket.objects.filter(pk=over.pk).update(state="closed")
    said = [words_in(ticket) for ticket in tickets(cast)]
    bring_together(cast, worker)
    assert [words_in(ticket) for ticket in tickets(cast)] == said
    assert trail(cast, "ticket.merged") == []


@pytest.mark.parametrize(
    "act",
    [
        lambda one, actor: join_outage(incident=one, root=one, cause="", actor=actor),
        lambda one, actor: join_tickets(incident=one, actor=actor),
        lambda one, actor: recover_incident(incident=one, at=minute(4), calm_at=None, actor=actor),
        lambda one, actor: relapse_incident(
            incident=one, at=minute(4), is_flapping=True, actor=actor
        ),
    ],
    ids=["join", "join tickets", "recover", "relapse"],
)
def test_no_person_takes_a_step_of_an_outage(
    cast: Cast, outage: Incident, act: Callable[..., object]
) -> None:
    with acting(cast.ruth):
        before = Incident.objects.filter(pk=outage.pk).values().get()
        with pytest.raises(NotAllowed):
            act(outage, cast.ruth)
        assert Incident.objects.filter(pk=outage.pk).values().get() == before
