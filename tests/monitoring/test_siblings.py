"""Several checks of one device: one outage, one ticket, until all are well (clause MONITOR)."""

from __future__ import annotations

import pytest

from calcom_portal.common.tenancy import provider_scope
from monitoring.actions._ways import Way
from monitoring.actions.apply_presets import apply_presets
from monitoring.actions.create_connection import create_connection
from monitoring.models import Check, Credential, IncidentKind, Opens
from monitoring.outage_words import AUTOMATIC
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
from tests.monitoring.setup_world import build_setup
from tests.stage import DatabaseTime, acting
from tickets.actions import close_ticket, resolve_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine(cast: Cast, database_time: DatabaseTime) -> Check:
    """Is the call engine alive? MONITOR is in the contract."""
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    return build_check(cast.phone_system, "Call engine")


@pytest.fixture
def trunks(cast: Cast, engine: Check) -> Check:
    """Phones and trunks of the same phone system."""
    return build_check(cast.phone_system, "Phones and trunks", kind="asterisk")


def own(cast: Cast) -> list[str]:
    """Return the checks whose open incidents hang on no other."""
    return [it.of_check.name for it in incidents(cast) if not (it.closed_at or it.parent_id)]


def set_state(check: Check, **values: object) -> None:
    with provider_scope(provider_id=check.provider_id):
        Check.objects.filter(pk=check.pk).update(**values)


def test_two_checks_of_one_device_make_one_outage_and_one_ticket(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    seen(engine, "sd", 1)
    seen(trunks, "sd", 1)
    follow(database_time, 3)
    first, second = incidents(cast)
    assert (second.parent_id, second.cause) == (first.pk, "No answer within 5 s.")
    (ticket,) = tickets(cast)
    assert ticket.priority == "emergency"
    assert notices(cast) == [("outage", "Priya Shah"), ("noticed", "Amit Bhatt")]
    since = "Phones and trunks fails as well since Mon 15 Jun, 10:01 PDT."
    assert words_in(ticket)[1:] == [f"{since}\n\nLast seen: No answer within 5 s.\n\n{AUTOMATIC}"]


def test_the_usual_checks_of_a_phone_system_make_one_outage_although_its_ping_is_up(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    with acting(cast.ruth):
        _, sip, asterisk, machine, web = _usual_checks(cast)
        Check.objects.update(state="up", settled="up", since=minute(0), last_at=minute(0))
    for check in (sip, asterisk, machine, web):
        seen(check, "sd", 1)
    follow(database_time, 3)
    follow(database_time, 3.5)
    assert own(cast) == ["SIP answers"]
    assert len(incidents(cast)) == 4
    assert [ticket.priority for ticket in tickets(cast)] == ["emergency"]


def _usual_checks(cast: Cast) -> list[Check]:
    key = Credential.objects.get(pk=build_setup(cast)["credential"])
    Credential.objects.filter(pk=key.pk).update(kind="password")
    key.refresh_from_db()
    way = Way("asterisk", "pbx.example.com", credential=key)
    create_connection(device=cast.phone_system, way=way, actor=cast.ruth)
    codes = ["ping", "sip", "trunks", "machine", "web"]
    plain = Way("network", "pbx.example.com")
    return apply_presets(device=cast.phone_system, codes=codes, way=plain, actor=cast.ruth)


@pytest.mark.parametrize("first_well", [True, False])
def test_the_outage_is_over_when_all_checks_of_the_device_are_well(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime, first_well: bool
) -> None:
    seen(engine, "sd", 1)
    seen(trunks, "sd", 1)
    follow(database_time, 3)
    early, late = (engine, trunks) if first_well else (trunks, engine)
    seen(early, "ru", 4)
    for at in (6, 7, 20):
        follow(database_time, at)
    assert own(cast) == ["Call engine"]
    assert [it.recovered_at for it in incidents(cast) if it.parent_id is None] == [None]
    assert {kind for kind, _ in notices(cast)} == {"outage", "noticed"}
    seen(late, "ru", 30)
    follow(database_time, 32)
    follow(database_time, 32.1)
    root = incidents(cast)[0]
    assert (root.recovered_at, root.closed_at) == (minute(31), None)
    assert {kind for kind, _ in notices(cast)[2:]} == {"recovered"}
    follow(database_time, 41)
    assert [bool(it.closed_at) for it in incidents(cast)] == [True, True]
    assert [ticket.state for ticket in tickets(cast)] == ["closed"]


def test_a_minor_outage_becomes_an_emergency_with_what_fails_next(
    cast: Cast, engine: Check, database_time: DatabaseTime
) -> None:
    page = build_check(cast.phone_system, "Web page", kind="web")
    seen(page, "sd", 1)
    follow(database_time, 3)
    assert [ticket.priority for ticket in tickets(cast)] == ["minor"]
    seen(engine, "sd", 5)
    follow(database_time, 7)
    (ticket,) = tickets(cast)
    assert ticket.priority == "emergency"
    assert ticket.priority_reason.startswith("The phone system does not answer")
    assert notices(cast)[2:] == [("outage", "Priya Shah"), ("noticed", "Amit Bhatt")]


def test_what_fails_while_the_outage_is_watched_wakes_it_again(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    seen(engine, "sdru", 1)
    follow(database_time, 5)
    seen(trunks, "sd", 6)
    follow(database_time, 8)
    assert own(cast) == ["Call engine"]
    assert incidents(cast)[0].recovered_at is None
    assert len(tickets(cast)) == 1
    seen(trunks, "ru", 9)
    follow(database_time, 11)
    follow(database_time, 11)
    assert incidents(cast)[0].recovered_at == minute(10)
    follow(database_time, 20)
    assert own(cast) == []


def test_checks_that_take_turns_in_failing_are_told_as_one_that_comes_and_goes(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    seen(engine, "sdru", 1)
    follow(database_time, 5)
    for start in range(6, 26, 4):
        seen(trunks, "sdru", start)
        follow(database_time, start + 3.5)
        follow(database_time, start + 3.6)
    root = incidents(cast)[0]
    assert root.kind == IncidentKind.FLAPPING
    assert (len(tickets(cast)), own(cast)) == (1, ["Call engine"])
    assert [kind for kind, _ in notices(cast)].count("flapping") == 1
    assert root.look_at == minute(25 + 30)


def test_a_check_without_a_ticket_hangs_on_the_one_that_opens_it(
    cast: Cast, engine: Check, database_time: DatabaseTime
) -> None:
    quiet = build_check(cast.phone_system, "Web page", kind="web", opens=Opens.NOTHING)
    seen(quiet, "sd", 1)
    follow(database_time, 3)
    assert (own(cast), tickets(cast)) == (["Web page"], [])
    seen(engine, "sd", 5)
    follow(database_time, 7)
    assert own(cast) == ["Call engine"]
    assert len(tickets(cast)) == 1
    assert notices(cast) == [("outage", "Priya Shah"), ("noticed", "Amit Bhatt")]


def test_after_the_ticket_was_closed_by_hand_what_fails_next_opens_another(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    seen(engine, "sd", 1)
    follow(database_time, 3)
    with acting(cast.dana):
        ticket = resolve_ticket(ticket=tickets(cast)[0], text="Known.", actor=cast.dana)
        close_ticket(ticket=ticket, actor=cast.dana)
    seen(trunks, "sd", 5)
    follow(database_time, 7)
    assert own(cast) == ["Phones and trunks"]
    assert [ticket.state for ticket in tickets(cast)] == ["closed", "open"]


def test_the_next_outage_of_another_check_goes_on_in_the_ticket_of_the_device(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    seen(engine, "sdru", 1)
    follow(database_time, 5)
    with acting(cast.dana):
        ticket = tickets(cast)[0]
        ticket.assignee_id = cast.dana.membership_id
        ticket.save(update_fields=["assignee"])
    follow(database_time, 20)
    seen(trunks, "sd", 30)
    follow(database_time, 32)
    first, second = incidents(cast)
    assert (first.closed_at, second.parent_id) == (minute(20), None)
    assert second.ticket_id == first.ticket_id
    assert len(tickets(cast)) == 1


def test_a_paused_check_leaves_the_outage_to_the_others_of_its_device(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    seen(engine, "sd", 1)
    seen(trunks, "sd", 1)
    follow(database_time, 3)
    words = words_in(tickets(cast)[0])
    set_state(engine, paused_at=minute(4))
    follow(database_time, 5)
    follow(database_time, 5.1)
    assert own(cast) == ["Phones and trunks"]
    assert len(tickets(cast)) == 1
    assert words_in(tickets(cast)[0]) == words


def test_pausing_the_last_check_that_fails_ends_the_outage(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    seen(engine, "sd", 1)
    seen(trunks, "sd", 1)
    follow(database_time, 3)
    seen(engine, "ru", 4)
    follow(database_time, 6)
    assert incidents(cast)[0].recovered_at is None
    set_state(trunks, paused_at=minute(7))
    follow(database_time, 8)
    follow(database_time, 8.1)
    assert incidents(cast)[0].recovered_at == minute(5)


def test_a_dead_router_takes_the_whole_outage_of_a_device_and_gives_it_back_as_one(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    router = build_check(build_other(cast, "Router", "other"), "Ping", kind="ping")
    for check in (engine, trunks):
        set_state(check, parent=router)
    seen(engine, "sd", 1)
    seen(trunks, "sd", 1)
    follow(database_time, 3)
    seen(router, "sd", 4)
    follow(database_time, 6)
    assert own(cast) == ["Ping"]
    assert {it.parent.of_check_id for it in incidents(cast) if it.parent} == {router.pk}
    seen(router, "ru", 7)
    follow(database_time, 9)
    follow(database_time, 12)
    assert own(cast) == ["Call engine", "Ping"]
    follow(database_time, 12.1)
    assert len([it for it in incidents(cast) if it.closed_at is None]) == 3


def test_a_ping_that_fails_after_what_is_behind_it_joins_that_outage(
    cast: Cast, engine: Check, trunks: Check, database_time: DatabaseTime
) -> None:
    ping = build_check(cast.phone_system, "Ping", kind="ping")
    set_state(engine, parent=ping)
    phone = build_check(build_other(cast, "Reception phone"), parent=ping)
    seen(engine, "sd", 1)
    follow(database_time, 2.5)
    seen(ping, "sd", 3)
    follow(database_time, 5)
    seen(engine, "p", 6)
    seen(phone, "p", 6)
    follow(database_time, 7)
    assert own(cast) == ["Call engine"]
    assert len(incidents(cast)) == 3
    assert len(tickets(cast)) == 1


def test_two_devices_have_an_outage_each(
    cast: Cast, engine: Check, database_time: DatabaseTime
) -> None:
    other = build_check(build_other(cast, "Gateway", "gateway"))
    seen(engine, "sd", 1)
    seen(other, "sd", 1)
    follow(database_time, 3)
    assert (len(own(cast)), len(tickets(cast))) == (2, 2)
