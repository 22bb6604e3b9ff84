"""From a server that is killed to one ticket and back, with real servers and a real runner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import provider_scope
from contracts.models import Device
from contracts.sla import Priority
from monitoring.models import Check, Connection
from monitoring.runner import store
from tests.builders import build_contract, build_device
from tests.cast import Cast
from tests.lab.machines import Door
from tests.lab.pbx import MANAGER, asterisk, is_asterisk_there, phone
from tests.lab.servers import COMMUNITY, Running, kamailio, snmpd
from tests.lab.watching import Story, runner_at_work
from tests.monitoring.builders import (
    allow_loopback,
    build_check,
    build_connection,
    build_credential,
)
from tests.ports import free_port

pytestmark = pytest.mark.lab
QUICK: dict[str, Any] = {"every_seconds": 30, "timeout_ms": 1500, "retry_seconds": 0}


@pytest.fixture
def story(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Story]:
    """Market Street is covered by MONITOR, and a runner is at work."""
    settings.PRIVATE_TARGETS = (ip_network("127.0.0.0/8"),)
    settings.OWN_NETWORKS = ()
    monkeypatch.setattr(store, "wake", lambda task: None)
    allow_loopback(committed_cast.calcom.pk)
    build_contract(committed_cast.bayview, site=committed_cast.market_street, clauses=["MONITOR"])
    with runner_at_work(monkeypatch):
        yield Story(committed_cast)


def watch_sip(device: Device, port: int, **fields: Any) -> Check:
    line = build_connection(device, driver="sip", port=port)
    return build_check(device, "sip-udp", connection=line, **{**QUICK, "failures": 2, **fields})


def build_other(cast: Cast, name: str, kind: str) -> Device:
    device = build_device(cast.market_street, name)
    with provider_scope(provider_id=device.provider_id):
        device.kind = kind
        device.save(update_fields=["kind"])
    return device


def test_a_phone_system_that_is_killed_gets_one_ticket_and_recovers(
    committed_cast: Cast, story: Story, folder: Path
) -> None:
    port = free_port()
    with kamailio(folder, port=port) as (server, _):
        check = watch_sip(committed_cast.phone_system, port)
        story.until_states("up", check)
        assert story.incidents() == []
        server.kill()
        story.until(lambda: bool(story.tickets()))
    assert story.state(check) == "down"
    (incident,) = story.incidents()
    (ticket,) = story.tickets()
    assert (incident.kind, incident.is_covered, incident.ticket_id) == ("outage", True, ticket.pk)
    # Proven by two failures, the first of which is its beginning.
    assert incident.confirmed_at > incident.opened_at
    assert incident.cause == "No answer within 1.5 s"
    assert (ticket.priority, ticket.reporter_id) == (Priority.EMERGENCY, None)
    assert ticket.responded_at is None

    with kamailio(folder, port=port):
        story.until(lambda: story.incidents()[0].recovered_at is not None)
        assert story.state(check) == "up"
        assert len(story.words(ticket)) == 2
        assert "answers again" in story.words(ticket)[1]
        story.let_calm_pass()
    (ended,) = story.incidents()
    assert (ended.pk, ended.closed_at is not None) == (incident.pk, True)
    (closed,) = story.tickets()
    assert (closed.pk, closed.is_live) == (ticket.pk, False)
    # Monitoring itself never counts as a response.
    assert closed.responded_at is None


def test_a_dead_site_router_silences_its_phones(
    committed_cast: Cast, story: Story, folder: Path
) -> None:
    cast = committed_cast
    router = build_other(cast, "Site router", "other")
    credential = build_credential(router, "snmp_community", community=COMMUNITY)
    phones = [build_other(cast, f"Phone {number}", "phone") for number in (1, 2, 3)]
    with ExitStack() as site:
        registrar, _ = site.enter_context(kamailio(folder))
        here = [
            site.enter_context(phone(_own(folder, number), registrar.target))
            for number in range(len(phones))
        ]
        agent = site.enter_context(snmpd(folder))
        first = _watch_router(router, agent, credential)
        behind = [
            watch_sip(device, running.target.port, parent=first)
            for device, running in zip(phones, here, strict=True)
        ]
        story.until_states("up", first, *behind)
        # The power of the site goes.
        for running in (*here, agent):
            running.kill()
        story.until_states("unreachable", *behind)
        story.until(lambda: len(story.incidents()) == 4)
    assert story.state(first) == "down"
    assert {
        incident.device.name: incident.parent.device.name if incident.parent else ""
        for incident in story.incidents()
    } == {
        "Site router": "",
        "Phone 1": "Site router",
        "Phone 2": "Site router",
        "Phone 3": "Site router",
    }
    (ticket,) = story.tickets()
    assert "Site router" in ticket.subject
    assert {incident.ticket_id for incident in story.incidents() if incident.parent} <= {
        None,
        ticket.pk,
    }


def test_a_phone_that_comes_and_goes_is_one_ticket_and_left_to_calm_down(
    committed_cast: Cast, story: Story, folder: Path
) -> None:
    desk, port = build_other(committed_cast, "Reception phone", "phone"), free_port()
    with kamailio(folder) as (registrar, _):
        with phone(folder, registrar.target, port=port):
            check = watch_sip(desk, port, failures=1, successes=1, timeout_ms=500)
            story.until_states("up", check)
        for _ in range(4):
            story.until_states("down", check)
            with phone(folder, registrar.target, port=port):
                story.until_states("up", check)
        story.until(lambda: story.incidents()[0].kind == "flapping")
    assert len(story.incidents()) == 1
    assert len(story.tickets()) == 1
    assert story.tickets()[0].priority == Priority.MINOR


def test_a_wrong_password_is_told_apart_from_a_dead_machine(
    committed_cast: Cast, story: Story, folder: Path
) -> None:
    device = committed_cast.phone_system
    wrong = build_credential(device, user="101", password="wrong")
    with kamailio(folder) as (server, _):
        line = build_connection(device, driver="sip", port=server.target.port, credential=wrong)
        check = build_check(device, "sip-login", connection=line, failures=2, **QUICK)
        story.until_states("up", check)
        row = story.row(check)
        assert (row.last_outcome, row.last_words) == (
            "degraded",
            "The login was refused with 401",
        )
        assert story.incidents() == []
        server.kill()
        story.until(lambda: bool(story.tickets()))
    assert story.incidents()[0].cause == "No answer within 1.5 s"


def test_a_certificate_about_to_end_is_impaired_and_no_outage(
    committed_cast: Cast, story: Story, folder: Path
) -> None:
    device = committed_cast.phone_system
    with kamailio(folder, lasts=timedelta(days=6, hours=1)) as (_, secure):
        line = build_connection(device, driver="sip", port=secure.port)
        check = build_check(device, "sip-tls", connection=line, **QUICK)
        story.until_states("up", check)
    row = story.row(check)
    assert (row.last_outcome, row.last_words) == ("degraded", "The certificate ends in 6 days")
    assert row.last_facts["tls.days_left"] == 6
    assert story.incidents() == []


def test_a_machine_is_looked_into_with_a_key_and_only_if_it_is_the_confirmed_one(
    committed_cast: Cast, story: Story, door: Door
) -> None:
    line = _line_into(committed_cast.phone_system, door, driver="ssh")
    check = build_check(line.device, "ssh", connection=line, **QUICK | {"timeout_ms": 8000})
    story.until_states("up", check)
    assert "disk.used_percent:/" in story.row(check).last_facts
    with provider_scope(provider_id=line.provider_id):
        Connection.objects.filter(pk=line.pk).update(host_key="SHA256:of-somebody-else")
    refused = "Its host key is not the one that was confirmed"
    story.until(lambda: story.row(check).last_words == refused)
    assert (story.state(check), story.row(check).last_outcome) == ("up", "degraded")
    assert story.incidents() == []


@pytest.mark.skipif(not is_asterisk_there(), reason="Asterisk could not be had here")
def test_a_phone_system_is_looked_into_through_its_manager(
    committed_cast: Cast, story: Story, door: Door, folder: Path
) -> None:
    secret = {"ami_user": MANAGER.username, "ami_password": MANAGER.password}
    line = _line_into(committed_cast.phone_system, door, driver="asterisk", **secret)
    with asterisk(folder) as pbx, phone(folder, pbx.target):
        settings = {"manager_port": pbx.manager_port}
        check = build_check(
            line.device,
            "asterisk",
            settings=settings,
            connection=line,
            failures=2,
            **QUICK | {"timeout_ms": 8000},
        )
        story.until(lambda: story.row(check).last_facts.get("phones.registered") == 1)
        row = story.row(check)
        # Its trunk leads nowhere here.
        assert (row.state, row.last_outcome) == ("up", "degraded")
        assert row.last_facts["phone.firmware:101"] == "baresip v1.0.0 (x86_64/linux)"
        pbx.server.kill()
        story.until(lambda: bool(story.tickets()))
    assert story.incidents()[0].cause == "The phone system behind SSH does not answer"


def _line_into(device: Device, door: Door, *, driver: str, **secret: str) -> Connection:
    """Build the way into a machine whose key somebody has confirmed."""
    key = {"user": door.login.username, "private_key": door.login.private_key}
    return build_connection(
        device,
        driver=driver,
        port=door.server.target.port,
        credential=build_credential(device, "ssh_key", **key, **secret),
        host_key=door.login.host_key,
    )


def _own(folder: Path, number: int) -> Path:
    own = folder / str(number)
    own.mkdir()
    return own


def _watch_router(router: Device, agent: Running, credential: Any) -> Check:
    line = build_connection(router, driver="snmp", port=agent.target.port, credential=credential)
    return build_check(router, "snmp", connection=line, failures=2, **QUICK)
