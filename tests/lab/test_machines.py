"""Probes against what stands beside a phone system: a real machine with SSH, a UPS, mail, TLS."""

import asyncio
import socket
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest

from monitoring.probes.facts import Fact
from monitoring.probes.limits import USUAL_LIMITS, judged
from monitoring.probes.nut import probe_ups
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip import probe_sip_stream
from monitoring.probes.sip_wire import SipTransport
from monitoring.probes.smtp import probe_smtp
from monitoring.probes.snmp import Community, SnmpUser, probe_snmp
from monitoring.probes.snmp_tables import SnmpTopic
from monitoring.probes.ssh import probe_host_key
from monitoring.probes.ssh_catalogue import Topic
from monitoring.probes.ssh_login import SshLogin
from monitoring.probes.ssh_machine import probe_machine
from tests.lab.machines import ON_BATTERY, Door, mail_server, tell_ups, ups
from tests.lab.servers import (
    COMMUNITY,
    SNMP_HIDES,
    SNMP_SIGNS,
    SNMP_USER,
    Running,
    kamailio,
    until,
)

pytestmark = pytest.mark.lab
SECOND = timedelta(seconds=1)
PATIENT = 10 * SECOND
TOPICS = frozenset(Topic) - {Topic.UPDATES}


def look(door: Door, login: SshLogin, *topics: Topic) -> ProbeResult:
    return asyncio.run(probe_machine(door.server.target, PATIENT, login, topics or TOPICS))


def test_a_machine_tells_its_disks_load_memory_uptime_and_clock(door: Door) -> None:
    result = look(door, door.login)
    assert result.outcome is Outcome.ALIVE, result
    facts = result.facts
    assert 0 < float(facts["disk.used_percent:/"]) < 100
    assert 0 < float(facts["disk.inodes_percent:/"]) < 100
    uptime = float(Path("/proc/uptime").read_text(encoding="utf-8").split()[0])
    assert float(facts["uptime.seconds"]) == pytest.approx(uptime, abs=30)
    assert 0 < float(facts["memory.used_percent"]) < 100
    assert float(facts["load.1m"]) >= 0
    assert abs(float(facts["clock.offset_ms"])) < 1000
    assert facts["kernel.version"]
    assert str(facts["ssh.server"]).startswith("SSH-2.0-OpenSSH")


def test_a_wrong_password_is_told_apart_from_a_dead_machine(door: Door) -> None:
    wrong = replace(door.login, private_key="", password="wrong")
    refused = look(door, wrong, Topic.UPTIME)
    assert (refused.outcome, refused.words) == (Outcome.DEGRADED, "The login was refused")
    door.server.kill()
    dead = look(door, wrong, Topic.UPTIME)
    assert (dead.outcome, dead.words) == (Outcome.DEAD, "The connection was refused")


def test_a_machine_with_another_key_is_not_believed(door: Door) -> None:
    seen = asyncio.run(probe_host_key(door.server.target, PATIENT))
    assert seen.facts == {Fact.HOST_KEY: door.login.host_key}
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()
    result = look(door, replace(door.login, host_key=other), Topic.UPTIME)
    assert (result.outcome, result.words) == (
        Outcome.DEGRADED,
        "Its host key is not the one that was confirmed",
    )
    assert result.facts == seen.facts


def test_a_power_supply_that_goes_on_its_battery_is_degraded(folder: Path) -> None:
    def ask(target_of: Running) -> ProbeResult:
        return judged(asyncio.run(probe_ups(target_of.target, PATIENT)), USUAL_LIMITS)

    with ups(folder) as server:
        until(lambda: ask(server).facts.get(Fact.UPS_STATUS) == "OL")
        well = ask(server)
        assert (well.outcome, well.facts[Fact.UPS_RUNTIME]) == (Outcome.ALIVE, 25.0)
        # Its driver looks at whole seconds of the file's time.
        time.sleep(1.1)
        tell_ups(folder, ON_BATTERY)
        until(lambda: ask(server).facts.get(Fact.UPS_STATUS) == "OB LB")
        ill = ask(server)
    assert ill.outcome is Outcome.DEGRADED
    assert "It runs on its battery" in ill.words
    assert (ill.facts[Fact.UPS_CHARGE], ill.facts[Fact.UPS_RUNTIME]) == (18.0, 3.0)


def test_a_certificate_about_to_end_is_told_by_sip_and_by_mail(folder: Path) -> None:
    lasts = timedelta(days=6, hours=1)
    with kamailio(folder, lasts=lasts) as (_, secure):
        by_sip = asyncio.run(probe_sip_stream(secure, PATIENT, SipTransport.TLS))
    with mail_server(folder, lasts=lasts) as server:
        by_mail = asyncio.run(probe_smtp(server.target, PATIENT))
    for result in (by_sip, by_mail):
        assert result.outcome is Outcome.ALIVE, result
        told = judged(result, USUAL_LIMITS)
        assert (told.outcome, told.words) == (
            Outcome.DEGRADED,
            "The certificate ends in 6 days",
        )


def test_a_mail_server_is_alive_until_it_is_killed(folder: Path) -> None:
    with mail_server(folder) as server:
        alive = asyncio.run(probe_smtp(server.target, PATIENT))
        assert (alive.outcome, alive.facts[Fact.TLS_DAYS_LEFT]) == (Outcome.ALIVE, 89)
        assert "Exim" in str(alive.facts[Fact.SMTP_SERVER])
        server.kill()
        assert asyncio.run(probe_smtp(server.target, SECOND)).outcome is Outcome.DEAD


@pytest.mark.parametrize(
    "access", [Community(COMMUNITY), SnmpUser(SNMP_USER, SNMP_SIGNS, SNMP_HIDES)]
)
def test_an_agent_tells_of_interfaces_storage_and_power(
    agent: Running, access: Community | SnmpUser
) -> None:
    result = asyncio.run(probe_snmp(agent.target, PATIENT, access, SnmpTopic))
    assert result.outcome is Outcome.ALIVE, result
    facts = result.facts
    assert 0 < float(facts["disk.used_percent:/"]) < 100
    assert 0 < float(facts["memory.used_percent"]) < 100
    assert int(facts["cpu.cores"]) >= 1
    links = {name for _, name in socket.if_nameindex() if name != "lo"}
    assert {name.partition(":")[2] for name in facts if name.startswith("if.up:")} <= links
    assert (facts["ups.on_battery"], facts["ups.charge_percent"]) == (1, 42)
    assert judged(result, USUAL_LIMITS).outcome is Outcome.DEGRADED
