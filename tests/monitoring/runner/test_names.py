"""Looking names up: what hangs is given up in time, in true words, and stops nobody else."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from time import monotonic

import pytest

from monitoring.probes import kinds
from monitoring.probes.egress import EgressPolicy
from monitoring.probes.kinds import Means, ProbeKind, Question
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_wire import SipSocket
from monitoring.runner import askers
from monitoring.runner.askers import NO_END, NO_NAMES, Askers, NoHub
from monitoring.runner.names import (
    IN_VAIN_SECONDS,
    KEPT_SECONDS,
    OF_A_PROVIDER,
    Names,
    NamesAway,
)

LOOPBACK = EgressPolicy(allowed=(ip_network("127.0.0.0/8"),))
SOON = 0.1


class NameServer:
    """Knows every name but `hang…`, about which it is silent, and `gone…`, which it denies."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.seconds = 0.0
        self.is_back = threading.Event()

    def look_up(self, name: str, port: int) -> Sequence[str]:
        """Answer as the system does, in a thread."""
        self.asked.append(name)
        if name.startswith("hang"):
            self.is_back.wait(20)
        if name.startswith("gone"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ["127.0.0.1"]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """Give a name server; nobody waits long for it."""
    monkeypatch.setattr("monitoring.runner.names.LOOK_UP_SECONDS", SOON)
    made = NameServer()
    yield made
    made.is_back.set()


def with_names(server: NameServer, act: Callable[[Names], Awaitable[None]]) -> None:
    async def run() -> None:
        await act(Names(lambda: server.seconds, server.look_up))
        server.is_back.set()

    asyncio.run(run())


def test_a_name_is_kept_for_a_minute_and_for_another_one_while_nobody_answers(
    server: NameServer,
) -> None:
    async def act(names: Names) -> None:
        find = names.of(1)
        server.is_back.set()
        assert await find("hang.example.com", 5060) == ["127.0.0.1"]
        server.is_back.clear()
        server.seconds = KEPT_SECONDS - 1
        assert await names.of(2)("hang.example.com", 5060) == ["127.0.0.1"]
        server.seconds = 2 * KEPT_SECONDS - 1
        assert await find("hang.example.com", 5060) == ["127.0.0.1"]
        server.seconds = 2 * KEPT_SECONDS + IN_VAIN_SECONDS
        with pytest.raises(NamesAway):
            await find("hang.example.com", 5060)

    with_names(server, act)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("name", "error"), [("hang.example.com", NamesAway), ("gone.example.com", socket.gaierror)]
)
def test_a_name_that_was_looked_for_in_vain_is_not_looked_for_again_at_once(
    server: NameServer, name: str, error: type[OSError]
) -> None:
    async def act(names: Names) -> None:
        for _ in range(3):
            with pytest.raises(error):
                await names.of(1)(name, 5060)
        assert server.asked == [name]
        server.seconds = IN_VAIN_SECONDS + 1
        server.is_back.set()
        await asyncio.sleep(SOON)
        with pytest.raises(error) if name.startswith("gone") else nothing():
            await names.of(1)(name, 5060)

    with_names(server, act)


@contextmanager
def nothing() -> Iterator[None]:
    yield


def test_many_names_that_hang_stop_their_own_provider_and_nobody_else(server: NameServer) -> None:
    async def act(names: Names) -> None:
        hanging = [
            asyncio.create_task(one(names, f"hang{number}.example.com"))
            for number in range(5 * OF_A_PROVIDER)
        ]
        await asyncio.sleep(SOON / 2)
        began = monotonic()
        assert await names.of(2)("pbx.example.com", 5060) == ["127.0.0.1"]
        assert monotonic() - began < SOON
        assert len(server.asked) == OF_A_PROVIDER + 1
        results = await asyncio.gather(*hanging)
        assert results == ["away"] * (5 * OF_A_PROVIDER)

    async def one(names: Names, name: str) -> str:
        try:
            await names.of(1)(name, 5060)
        except NamesAway:
            return "away"
        return "found"

    with_names(server, act)


def asked(question: Question, server: NameServer) -> ProbeResult:
    async def run() -> ProbeResult:
        sip = await SipSocket.open("127.0.0.1")
        try:
            made = Askers(sip, NoHub(), Names(look_up=server.look_up))
            made.allow(LOOPBACK, {})
            return await made.ask(question, provider_id=1)
        finally:
            sip.close()

    return asyncio.run(run())


QUESTION = Question(ProbeKind.TCP, "hang.example.com", 9, timedelta(seconds=0.2))


def test_a_name_server_that_hangs_is_said_to_be_silent_within_the_deadline(
    server: NameServer, caplog: pytest.LogCaptureFixture
) -> None:
    result = asked(QUESTION, server)
    assert (result.outcome, result.words) == (Outcome.UNKNOWN, NO_NAMES)
    assert result.took < timedelta(seconds=1)
    assert caplog.records == []


def test_a_name_without_an_address_is_said_to_have_none(server: NameServer) -> None:
    result = asked(replace(QUESTION, host="gone.example.com"), server)
    assert result.words == "The name has no address at the moment."


def test_a_probe_that_never_ends_is_given_up_in_words_that_are_true(
    server: NameServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def endless(question: Question, means: Means) -> ProbeResult:
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(askers, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(kinds, "PROBES", {ProbeKind.TCP: endless})
    caplog.set_level(logging.INFO)
    result = asked(replace(QUESTION, host="127.0.0.1"), server)
    assert (result.outcome, result.words) == (Outcome.UNKNOWN, NO_END)
    assert [record.exc_info for record in caplog.records] in ([], [None])
