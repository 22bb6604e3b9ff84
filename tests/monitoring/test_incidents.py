"""From what the runner saw to one incident, one ticket, and their end (clause MONITOR)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.tenancy import provider_scope
from contracts.actions import Swap, retire_device, swap_device
from contracts.actions.create_device import DeviceFacts
from contracts.sla import Priority
from monitoring.actions.close_incident import close_incident
from monitoring.models import Check, Closing, IncidentKind, MonitoringRules, Opens, StateChange
from monitoring.outage_words import AUTOMATIC, PLANS
from monitoring.sweeps.follow_changes import FollowCount, follow_changes
from notifications.models import Notice, OperatorAlarm
from tests.builders import build_contract, build_device
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
from tests.tickets.helpers import kinds
from tickets.actions import claim_ticket, reply_to_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(cast: Cast, database_time: DatabaseTime) -> Check:
    """The phone system's own check; MONITOR is in the contract."""
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    return build_check(cast.phone_system)


def is_shown_flapping(check: Check) -> bool:
    with provider_scope(provider_id=check.provider_id):
        return Check.objects.get(pk=check.pk).flapping_since is not None


def set_closing(cast: Cast, closing: Closing) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        MonitoringRules.objects.create(
            provider=cast.calcom, closing=closing, calm_minutes=10, emergencies=["pbx"]
        )


def test_a_proven_outage_opens_one_incident_and_one_ticket(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    assert follow(database_time, 3) == FollowCount(followed=1)
    (incident,) = incidents(cast)
    (ticket,) = tickets(cast)
    assert (incident.kind, incident.is_covered, incident.ticket_id) == ("outage", True, ticket.pk)
    assert (incident.opened_at, incident.confirmed_at) == (minute(1), minute(2))
    assert (ticket.kind, ticket.reporter_id) == ("problem", None)
    assert (ticket.device_id, ticket.site_id) == (cast.phone_system.pk, cast.market_street.pk)
    assert ticket.subject == "Main phone system does not answer (SIP)"
    since = "Main phone system at Market Street has not answered since Mon 15 Jun, 10:01 PDT."
    assert words_in(ticket) == [f"{since}\n\nLast seen: No answer within 5 s.\n\n{AUTOMATIC}"]


def test_a_phone_system_that_is_down_is_an_emergency_with_the_promise_of_one(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    (ticket,) = tickets(cast)
    assert ticket.priority == Priority.EMERGENCY
    assert ticket.priority_reason == (
        "The phone system does not answer: the agreement calls a phone system that is down an"
        " emergency."
    )
    assert ticket.next_deadline_at == minute(3) + timedelta(hours=23)


def test_one_phone_is_a_minor_problem(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(build_check(build_other(cast, "Reception phone")), "sd", 1)
    follow(database_time, 3)
    assert [ticket.priority for ticket in tickets(cast)] == ["minor"]


def test_our_side_must_acknowledge_an_emergency_and_the_customer_is_told(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    assert notices(cast) == [("outage", "Priya Shah"), ("noticed", "Amit Bhatt")]
    assert notices(cast, "ticket_") == []
    with acting(cast.ruth):
        outage = Notice.objects.get(kind="monitoring_outage")
    assert (outage.critical, outage.subject_ref) == (True, "CC-1001")


def test_taking_the_ticket_acknowledges_the_outage(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    with acting(cast.dana):
        claim_ticket(ticket=tickets(cast)[0], actor=cast.dana)
        reply_to_ticket(ticket=tickets(cast)[0], text="I look at it.", actor=cast.dana)
    with acting(cast.ruth):
        assert Notice.objects.get(kind="monitoring_outage").acknowledged_at is not None
    assert notices(cast, "ticket_replied")[-1][1] == "Amit Bhatt"


def test_monitoring_never_counts_as_a_response(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sdru", 1)
    follow(database_time, 5)
    (ticket,) = tickets(cast)
    with acting(cast.dana):
        assert kinds(ticket) == ["opened"]
    assert ticket.responded_at is None
    assert ticket.next_metric == "respond"


@pytest.mark.parametrize("letters", ["s", "su", "s?", "s?u", "?", "?u", "susu"])
def test_doubt_opens_nothing(
    cast: Cast, check: Check, database_time: DatabaseTime, letters: str
) -> None:
    seen(check, letters, 1)
    follow(database_time, 10)
    assert (incidents(cast), tickets(cast), unhandled(cast)) == ([], [], 0)


def test_sweeping_again_changes_nothing(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    told = notices(cast)
    assert follow_changes() == FollowCount()
    seen(check, "rd", 4)
    follow(database_time, 6)
    assert (len(incidents(cast)), len(tickets(cast)), notices(cast)) == (1, 1, told)


def test_a_recovery_is_noted_and_told(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sdru", 1)
    follow(database_time, 5)
    (incident,) = incidents(cast)
    assert (incident.recovered_at, incident.closed_at) == (minute(4), None)
    assert words_in(tickets(cast)[0])[-1] == (
        "Main phone system answers again since Mon 15 Jun, 10:04 PDT, after 3 m. "
        + PLANS[Closing.UNTOUCHED]
    )
    assert notices(cast)[2:] == [("recovered", "Priya Shah"), ("recovered", "Amit Bhatt")]


def test_an_outage_that_stays_away_closes_with_its_ticket(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sdru", 1)
    follow(database_time, 5)
    assert follow(database_time, 13.9) == FollowCount()
    assert follow(database_time, 14) == FollowCount(followed=1)
    (incident,) = incidents(cast)
    assert incident.closed_at == minute(14)
    (ticket,) = tickets(cast)
    assert (ticket.state, ticket.responded_at) == ("closed", None)
    with acting(cast.dana):
        assert kinds(ticket) == ["opened", "closed"]
    assert follow(database_time, 60) == FollowCount()


def test_a_ticket_that_somebody_has_taken_up_stays_open(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    with acting(cast.dana):
        claim_ticket(ticket=tickets(cast)[0], actor=cast.dana)
    seen(check, "ru", 4)
    follow(database_time, 20)
    assert [incident.closed_at for incident in incidents(cast)] == [minute(20)]
    assert [ticket.state for ticket in tickets(cast)] == ["open"]
    assert words_in(tickets(cast)[0])[-1].endswith("after 4 m.")


@pytest.mark.parametrize(("closing", "state"), [(Closing.HAND, "open"), (Closing.ALWAYS, "closed")])
def test_a_provider_chooses_whether_tickets_close_by_themselves(
    cast: Cast, check: Check, database_time: DatabaseTime, closing: Closing, state: str
) -> None:
    set_closing(cast, closing)
    seen(check, "sd", 1)
    follow(database_time, 3)
    if closing is Closing.ALWAYS:
        with acting(cast.dana):
            claim_ticket(ticket=tickets(cast)[0], actor=cast.dana)
    seen(check, "ru", 4)
    follow(database_time, 20)
    assert [incident.closed_at for incident in incidents(cast)] == [minute(20)]
    assert [ticket.state for ticket in tickets(cast)] == [state]


def test_an_outage_that_comes_back_is_the_same_incident_and_ticket(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sdru", 1)
    follow(database_time, 5)
    seen(check, "sd", 6)
    follow(database_time, 8)
    (incident,) = incidents(cast)
    assert (incident.recovered_at, incident.look_at) == (None, None)
    assert len(tickets(cast)) == 1
    again = f"Main phone system stopped answering again on Mon 15 Jun, 10:07 PDT.\n\n{AUTOMATIC}"
    assert words_in(tickets(cast)[0])[-1] == again
    assert notices(cast)[-2:] == [("outage", "Priya Shah"), ("noticed", "Amit Bhatt")]


def test_the_next_outage_joins_a_ticket_that_is_still_open(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    set_closing(cast, Closing.HAND)
    seen(check, "sdru", 1)
    follow(database_time, 20)
    seen(check, "sd", 90)
    follow(database_time, 92)
    first, second = incidents(cast)
    assert first.closed_at == minute(20)
    assert second.ticket_id == first.ticket_id
    assert len(tickets(cast)) == 1


def test_the_next_outage_after_a_closed_ticket_opens_another(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sdru", 1)
    follow(database_time, 20)
    seen(check, "sd", 90)
    follow(database_time, 92)
    assert [ticket.state for ticket in tickets(cast)] == ["closed", "open"]


def test_what_comes_and_goes_is_told_once_until_it_is_stable(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    """Down at minutes 2, 6, 10, 14 …, up at 4, 8, 12 …: six turns are reached at minute 12."""
    for start in range(1, 25, 4):
        seen(check, "sdru", start)
        follow(database_time, start + 3.5)
    (incident,) = incidents(cast)
    assert incident.kind == IncidentKind.FLAPPING
    assert [kind for kind, _ in notices(cast)].count("flapping") == 1
    assert [kind for kind, _ in notices(cast)].count("outage") == 3
    assert len(tickets(cast)) == 1
    told = notices(cast)
    assert is_shown_flapping(check)
    follow(database_time, 53.9)
    assert incidents(cast)[0].closed_at is None
    assert notices(cast) == told
    follow(database_time, 54)
    assert incidents(cast)[0].closed_at == minute(54)
    assert not is_shown_flapping(check)
    assert {kind for kind, _ in notices(cast)[len(told) :]} == {"recovered"}
    assert [ticket.state for ticket in tickets(cast)] == ["closed"]


def test_equipment_without_cover_opens_no_ticket_but_a_hint_for_staff(
    cast: Cast, database_time: DatabaseTime
) -> None:
    """Bayview's contract has no clause MONITOR here."""
    database_time.set(minute(0))
    check = build_check(cast.phone_system)
    seen(check, "sdru", 1)
    follow(database_time, 3)
    follow(database_time, 20)
    (incident,) = incidents(cast)
    assert (incident.is_covered, incident.ticket_id) == (False, None)
    assert incident.closed_at == minute(20)
    assert tickets(cast) == []
    assert notices(cast) == [("uncovered", "Priya Shah"), ("uncovered", "Ruth Lindqvist")]


def test_cover_of_the_device_alone_is_cover(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(minute(0))
    gateway = build_device(cast.market_street, "Gateway")
    build_contract(cast.bayview, device=gateway, clauses=["MONITOR"])
    for device in (gateway, cast.phone_system):
        seen(build_check(device), "sd", 1)
    follow(database_time, 3)
    assert [(it.device.name, it.is_covered) for it in incidents(cast)] == [
        ("Gateway", True),
        ("Main phone system", False),
    ]
    assert len(tickets(cast)) == 1


def test_a_check_may_open_no_ticket_at_all(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    quiet = build_check(cast.phone_system, "Web page", kind="web", opens=Opens.NOTHING)
    seen(quiet, "sd", 1)
    follow(database_time, 3)
    assert (len(incidents(cast)), tickets(cast), notices(cast)) == (1, [], [])


def test_equipment_that_reports_nothing_any_more_is_called_silent(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    beat = build_check(cast.phone_system, "Nightly backup", kind="heartbeat")
    seen(beat, "d", 1)
    follow(database_time, 3)
    (ticket,) = tickets(cast)
    assert incidents(cast)[0].kind == IncidentKind.SILENT
    assert ticket.subject == "Main phone system reports nothing any more (Nightly backup)"
    assert ticket.priority == "minor"


def test_a_paused_check_opens_nothing(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    with acting(cast.ruth):
        Check.objects.filter(pk=check.pk).update(paused_at=minute(2))
    follow(database_time, 3)
    assert (incidents(cast), unhandled(cast)) == ([], 0)


def test_a_check_that_cannot_be_followed_is_set_aside_and_others_go_on(
    cast: Cast, check: Check, database_time: DatabaseTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(check, "sd", 1)
    other = build_check(build_other(cast, "Reception phone"))
    seen(other, "sd", 1)

    def refuse(*, check: Check, **_: object) -> None:
        raise OSError(check.name)

    with monkeypatch.context() as patch:
        patch.setattr("monitoring.sweeps.following.open_incident", refuse)
        assert follow(database_time, 3) == FollowCount(stuck=2)
    assert incidents(cast) == []
    with acting(cast.ruth):
        assert OperatorAlarm.objects.filter(kind="outage_not_followed").count() == 2
    assert follow(database_time, 3.5) == FollowCount()
    assert follow(database_time, 4) == FollowCount(followed=2)
    assert len(incidents(cast)) == 2


def test_an_incident_is_closed_by_hand_with_a_word(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    with acting(cast.dana):
        close_incident(incident=incidents(cast)[0], note="Unplugged for good", actor=cast.dana)
    (incident,) = incidents(cast)
    assert (incident.closed_at, incident.closing_note) == (minute(3), "Unplugged for good")
    assert incident.closed_by_id == cast.dana.membership_id
    assert tickets(cast)[0].state == "open"


def test_an_incident_of_a_check_that_is_paused_is_let_go(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    with acting(cast.ruth):
        Check.objects.filter(pk=check.pk).update(paused_at=minute(4))
    assert follow(database_time, 5) == FollowCount(followed=1)
    (incident,) = incidents(cast)
    assert (incident.closed_at, incident.recovered_at) == (minute(5), None)
    assert incident.closing_note == "It is not asked any more."
    assert tickets(cast)[0].state == "open"
    assert follow(database_time, 6) == FollowCount()


def test_an_incident_of_a_device_out_of_service_is_let_go(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    with acting(cast.ruth):
        retire_device(device=cast.phone_system, retired_on=date(2026, 6, 15), actor=cast.ruth)
    follow(database_time, 5)
    assert incidents(cast)[0].closed_at == minute(5)


def test_a_new_device_is_watched_in_place_of_the_old_one(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    with acting(cast.dana):
        facts = DeviceFacts("Main phone system", kind="pbx", serial="NEW-1")
        swap = Swap(facts, date(2026, 6, 15), reason="Dead power supply")
        new = swap_device(device=cast.phone_system, swap=swap, actor=cast.dana)
        assert Check.objects.get(pk=check.pk).device_id == new.pk
    seen(check, "ru", 5)
    follow(database_time, 7)
    (incident,) = incidents(cast)
    assert (incident.recovered_at, incident.device_id) == (minute(6), cast.phone_system.pk)
    assert tickets(cast)[0].device_id == new.pk


def test_doubt_of_many_checks_is_passed_over_in_one_go(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    for number in range(5):
        seen(build_check(cast.phone_system, f"SIP {number}"), "su", 1)
    seen(check, "sd", 1)
    with CaptureQueriesContext(connection) as queries:
        assert follow(database_time, 4) == FollowCount(followed=1)
    assert unhandled(cast) == 0
    assert len([it for it in queries if '"monitoring_maintenance"' in it["sql"]]) <= 3


def test_what_comes_after_a_proof_waits_for_it(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    """The recovery may not be passed over while the outage before it was not followed."""
    seen(check, "sdru", 1)
    with acting(cast.ruth):
        StateChange.objects.filter(became="down").update(not_before=minute(30))
    follow(database_time, 6)
    assert unhandled(cast) == 0
    assert [incident.recovered_at for incident in incidents(cast)] == [minute(4)]
