"""The real agent and the real hub on loopback: who is let in, and what can be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from calcom_agent import dialling
from calcom_agent.config import KEY, Config, write_secret
from django.conf import settings

from monitoring.agent_keys import hub_public_keys
from monitoring.probes.kinds import ProbeKind, Question
from monitoring.probes.results import Outcome
from monitoring.runner import known_agents
from monitoring.runner.askers import AgentAway
from monitoring.runner.hub import AgentHub
from tests.monitoring.wire import datagram_server, sip_reply, stream_server

AGENT = 7
PATIENCE = 10


class Rows:
    """Stands in for the database's thread: who may come in, and what was noted."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.came: list[tuple[int, str]] = []
        self.seen: list[list[int]] = []

    async def call(self, act: Callable[..., Any], *arguments: Any) -> Any:
        if act is known_agents.fingerprints:
            return dict(self.known)
        self.seen.append(arguments[0])
        return None

    async def insist(self, act: Callable[..., Any], *arguments: Any) -> None:
        assert act is known_agents.note_came
        self.came.append(arguments)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialling, "FIRST_PAUSE", 0.05)


@asynccontextmanager
async def open_hub(rows: Rows, host: str = "127.0.0.1") -> AsyncIterator[AgentHub]:
    hub = AgentHub(host, 0)
    await hub.open(rows)  # type: ignore[arg-type]
    try:
        yield hub
    finally:
        await hub.close()


def set_up(
    folder: Path,
    port: int,
    *,
    host: str = "127.0.0.1",
    networks: tuple[str, ...] = ("127.0.0.0/8",),
) -> str:
    """Write what enrolment writes, and return the fingerprint of the agent's key."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    write_secret(folder / KEY, key.export_private_key("openssh").decode())
    hubs, keys = (f"{host}:{port}",), tuple(hub_public_keys())
    Config("https://portal.example.com", AGENT, hubs, keys, networks).write(folder)
    return str(key.get_fingerprint())


@asynccontextmanager
async def agent(folder: Path) -> AsyncIterator[None]:
    work = asyncio.create_task(dialling.run(folder))
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def come_in(folder: Path, **how: Any) -> AsyncIterator[tuple[AgentHub, Rows]]:
    rows = Rows()
    async with open_hub(rows) as hub:
        rows.known[set_up(folder, hub.port, **how)] = AGENT
        await hub.refresh()
        async with agent(folder):
            await until(lambda: bool(rows.came))
            yield hub, rows


def question(kind: ProbeKind, port: int, host: str = "127.0.0.1") -> Question:
    return Question(kind, host, port, timedelta(seconds=2))


def answers_options(request: bytes) -> bytes:
    return sip_reply(request, "200 OK")


def test_an_agent_asks_over_udp_and_tcp_at_its_site(tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            come_in(tmp_path) as (hub, rows),
            datagram_server(answers_options) as (sip, _),
            stream_server(_holds_open) as tcp,
        ):
            over_udp = await hub.ask(AGENT, question(ProbeKind.SIP_UDP, sip))
            over_tcp = await hub.ask(AGENT, question(ProbeKind.TCP, tcp))
            assert (over_udp.outcome, over_tcp.outcome) == (Outcome.ALIVE, Outcome.ALIVE)
            assert rows.came == [(AGENT, "1.0.0")]

    asyncio.run(run())


def test_many_questions_go_over_one_line_at_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            come_in(tmp_path) as (hub, _),
            datagram_server(answers_options) as (sip, heard),
        ):
            asked = [hub.ask(AGENT, question(ProbeKind.SIP_UDP, sip)) for _ in range(300)]
            answers = await asyncio.gather(*asked)
            assert {answer.outcome for answer in answers} == {Outcome.ALIVE}
            assert len(heard) >= 300

    asyncio.run(run())


def test_what_its_own_list_does_not_allow_is_not_asked(tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            come_in(tmp_path, networks=("192.0.2.0/24",)) as (hub, _),
            datagram_server(answers_options) as (sip, heard),
        ):
            for host in ("127.0.0.1", "8.8.8.8", "169.254.169.254"):
                refused = await hub.ask(AGENT, question(ProbeKind.SIP_UDP, sip, host))
                assert refused.outcome is Outcome.UNKNOWN
                assert "in none of the networks" in refused.words
            assert heard == []

    asyncio.run(run())


@pytest.mark.parametrize("word", ["/bin/sh", "id", "sftp", ""])
def test_there_is_no_shell(tmp_path: Path, word: str) -> None:
    async def run() -> None:
        async with come_in(tmp_path) as (hub, _):
            line = hub._lines[AGENT][1]
            process = await line.create_process(word or None, encoding=None)
            process.stdin.write(b"{}")
            process.stdin.write_eof()
            done = await process.wait()
            assert (done.exit_status, done.stdout) == (127, b"")

    asyncio.run(run())


def test_there_are_no_tunnels_and_no_files(tmp_path: Path) -> None:
    async def run() -> None:
        async with come_in(tmp_path) as (hub, _), stream_server(_holds_open) as port:
            line = hub._lines[AGENT][1]
            with pytest.raises(asyncssh.ChannelOpenError):
                await line.open_connection("127.0.0.1", port)
            with pytest.raises(asyncssh.Error):
                await line.start_sftp_client()
            with pytest.raises(asyncssh.ChannelListenError):
                await line.forward_remote_port("127.0.0.1", 0, "127.0.0.1", port)

    asyncio.run(run())


def test_a_stranger_is_not_let_in(tmp_path: Path) -> None:
    async def run() -> None:
        rows = Rows()
        async with open_hub(rows) as hub:
            set_up(tmp_path, hub.port)
            async with agent(tmp_path):
                await asyncio.sleep(0.5)
                assert (hub.connected, rows.came) == (set(), [])

    asyncio.run(run())


def test_an_agent_lets_no_other_hub_in(tmp_path: Path) -> None:
    """Whoever takes the hub's address over has not got its key."""

    async def run() -> None:
        rows = Rows()
        async with open_hub(rows) as hub:
            rows.known[set_up(tmp_path, hub.port)] = AGENT
            config = Config.read(tmp_path)
            other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
            config.with_hub_keys((other.strip(),)).write(tmp_path)
            await hub.refresh()
            async with agent(tmp_path):
                await asyncio.sleep(0.5)
                assert (hub.connected, rows.came) == (set(), [])

    asyncio.run(run())


def test_a_revoked_agent_is_hung_up_on_and_stays_out(tmp_path: Path) -> None:
    async def run() -> None:
        async with come_in(tmp_path) as (hub, rows):
            rows.known.clear()
            await hub.refresh()
            await until(lambda: not hub.connected)
            await asyncio.sleep(0.3)
            assert (hub.connected, len(rows.came)) == (set(), 1)
            with pytest.raises(AgentAway):
                await hub.ask(AGENT, question(ProbeKind.TCP, 1))

    asyncio.run(run())


def test_an_agent_comes_back_by_itself(tmp_path: Path) -> None:
    async def run() -> None:
        async with come_in(tmp_path) as (hub, rows):
            hub._lines[AGENT][1].abort()
            await until(lambda: len(rows.came) == 2)
            await hub.refresh()
            assert rows.seen[-1] == [AGENT]

    asyncio.run(run())


def test_a_question_that_is_under_way_when_the_line_goes_is_nobodys_fault(tmp_path: Path) -> None:
    async def run() -> None:
        async with come_in(tmp_path) as (hub, _), datagram_server(lambda _: None) as (deaf, _):
            asked = asyncio.create_task(hub.ask(AGENT, question(ProbeKind.SIP_UDP, deaf)))
            await asyncio.sleep(0.2)
            hub._lines[AGENT][1].abort()
            with pytest.raises(AgentAway):
                await asked

    asyncio.run(run())


def test_an_agent_learns_the_keys_that_the_hub_has_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [former] = hub_public_keys()
    secret = settings.SECRET_KEY

    async def run() -> None:
        rows = Rows()
        async with open_hub(rows) as first:
            port = first.port
        # Enrolled under the former key.
        fingerprint = set_up(tmp_path, port)
        monkeypatch.setattr(settings, "SECRET_KEY", "a newer one")
        monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [secret])
        hub = AgentHub("127.0.0.1", port)
        rows.known[fingerprint] = AGENT
        await hub.open(rows)  # type: ignore[arg-type]
        async with agent(tmp_path):
            await until(lambda: bool(rows.came))
        await hub.close()

    asyncio.run(run())
    assert Config.read(tmp_path).hub_keys == tuple(hub_public_keys())
    assert Config.read(tmp_path).hub_keys[1] == former


async def _holds_open(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1000)
