"""A phone system in a network that nobody else reaches: only the agent inside gets an answer.

The site is a network namespace of its own. One virtual cable leads out of it, to the hub; the phone
system listens on the site's own loopback only.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitoring.probes.egress import EgressPolicy
from monitoring.probes.kinds import Means, ProbeKind, Question, ask
from monitoring.probes.results import Outcome
from monitoring.probes.sip_wire import SipSocket
from tests.lab.servers import KAMAILIO, PASSWORD, REALM, program, running, written
from tests.monitoring.agent.test_line import AGENT, Rows, open_hub, set_up, until
from tests.monitoring.wire import certificate_file

pytestmark = pytest.mark.lab

ROOT = Path(__file__).resolve().parent.parent.parent
SITE, CABLE_HERE, CABLE_THERE = "calcom-lab", "calcom-here", "calcom-there"
HERE, THERE = "10.231.77.1", "10.231.77.2"
SIP, SIP_TLS = 25060, 25061


def ip(*words: str) -> None:
    subprocess.run([program("ip") or "ip", *words], check=True, capture_output=True)


@pytest.fixture
def site() -> Iterator[str]:
    """Give the name of a network of its own."""
    try:
        ip("netns", "add", SITE)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"No network of its own can be made here: {error}")
    try:
        ip("link", "add", CABLE_HERE, "type", "veth", "peer", "name", CABLE_THERE, "netns", SITE)
        ip("addr", "add", f"{HERE}/30", "dev", CABLE_HERE)
        ip("link", "set", CABLE_HERE, "up")
        ip("-n", SITE, "addr", "add", f"{THERE}/30", "dev", CABLE_THERE)
        ip("-n", SITE, "link", "set", CABLE_THERE, "up")
        ip("-n", SITE, "link", "set", "lo", "up")
        yield SITE
    finally:
        ip("netns", "del", SITE)


@contextmanager
def phone_system(folder: Path, site: str) -> Iterator[None]:
    """Run a registrar that listens inside the site only."""
    certificate_file(folder)
    text = KAMAILIO.format(
        port=SIP, tls_port=SIP_TLS, folder=folder, realm=REALM, password=PASSWORD
    )
    config = written(folder / "kamailio.cfg", text)
    command = [
        *("ip", "netns", "exec", site, "kamailio", "-f", config, "-DD", "-E"),
        *("-Y", str(folder), "-P", str(folder / "pid")),
    ]
    with running(command, folder, SIP, lambda: listens_inside(site, SIP_TLS)):
        yield


@contextmanager
def agent_at(folder: Path, site: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the agent's own program inside the site."""
    words = ["ip", "netns", "exec", site, sys.executable, "-m", "calcom_agent"]
    process = subprocess.Popen(
        [program("ip") or "ip", *words[1:], "--folder", str(folder), "run"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'agent'}:{ROOT}"},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def listens_inside(site: str, port: int) -> bool:
    look = f"import socket; raise SystemExit(socket.socket().connect_ex(('127.0.0.1', {port})))"
    command = [program("ip") or "ip", "netns", "exec", site, sys.executable, "-c", look]
    return subprocess.run(command, check=False).returncode == 0


def question(kind: ProbeKind, host: str = "127.0.0.1", port: int = SIP) -> Question:
    return Question(kind, host, port, timedelta(seconds=2))


async def asked_from_here(host: str) -> Outcome:
    everywhere = EgressPolicy(allowed=(ip_network("0.0.0.0/0"),))
    sip = await SipSocket.open()
    try:
        return (await ask(question(ProbeKind.SIP_TCP, host), Means(sip, everywhere))).outcome
    finally:
        sip.close()


def test_the_agent_reaches_a_phone_system_that_nobody_else_reaches(site: str, folder: Path) -> None:
    async def run() -> None:
        rows = Rows()
        async with open_hub(rows, HERE) as hub:
            (home := folder / "agent").mkdir()
            rows.known[set_up(home, hub.port, host=HERE)] = AGENT
            await hub.refresh()
            assert await asked_from_here("127.0.0.1") is Outcome.DEAD
            assert await asked_from_here(THERE) is Outcome.DEAD
            with agent_at(home, site) as process:
                await until(lambda: bool(rows.came))
                for kind in (ProbeKind.SIP_UDP, ProbeKind.SIP_TCP):
                    answer = await hub.ask(AGENT, question(kind))
                    assert (kind, answer.outcome) == (kind, Outcome.ALIVE)
                secure = await hub.ask(AGENT, question(ProbeKind.SIP_TLS, port=SIP_TLS))
                assert secure.outcome is Outcome.ALIVE
                elsewhere = await hub.ask(AGENT, question(ProbeKind.TCP, HERE, hub.port))
                assert elsewhere.outcome is Outcome.UNKNOWN
                os.killpg(process.pid, signal.SIGKILL)
                await until(lambda: not hub.connected)

    with phone_system(folder, site):
        asyncio.run(run())
