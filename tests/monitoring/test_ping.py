"""Pings. Whether this machine may send any is not for the tests to say: both are right."""

import asyncio
from datetime import timedelta

import icmplib
import pytest

from monitoring.probes import ping
from monitoring.probes.ping import probe_ping
from monitoring.probes.results import Outcome
from tests.monitoring.wire import at

SECOND = timedelta(seconds=1)


def answering(*milliseconds: float) -> icmplib.Host:
    return icmplib.Host("127.0.0.1", 5, list(milliseconds))


@pytest.fixture
def _permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pinged(address: str, **options: object) -> icmplib.Host:
        if not options["privileged"]:
            raise icmplib.SocketPermissionError(False)
        return HOSTS.pop()

    monkeypatch.setattr(ping, "async_ping", pinged)


HOSTS: list[icmplib.Host] = []


@pytest.mark.usefixtures("_permitted")
def test_the_way_there_and_back_and_the_loss_are_measured() -> None:
    HOSTS.append(answering(1.0, 2.0, 3.0, 6.0))
    result = asyncio.run(probe_ping(at(0), SECOND))
    assert (result.outcome, result.words) == (Outcome.ALIVE, "4 of 5 pings were answered")
    assert result.facts == {
        "ping.loss_percent": 20.0,
        "ping.average_ms": 3.0,
        "ping.worst_ms": 6.0,
    }


@pytest.mark.usefixtures("_permitted")
def test_a_machine_that_answers_none_is_dead() -> None:
    HOSTS.append(answering())
    result = asyncio.run(probe_ping(at(0), SECOND))
    assert (result.outcome, result.words) == (Outcome.DEAD, "No ping was answered")
    assert result.facts == {"ping.loss_percent": 100.0}


def test_a_process_that_may_not_ping_says_nothing_about_the_equipment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refused(address: str, **options: object) -> icmplib.Host:
        raise icmplib.SocketPermissionError(bool(options["privileged"]))

    monkeypatch.setattr(ping, "async_ping", refused)
    result = asyncio.run(probe_ping(at(0), SECOND))
    assert (result.outcome, result.words) == (Outcome.UNKNOWN, "This machine may not send pings")


def test_this_machine_answers_itself_where_pings_may_be_sent() -> None:
    result = asyncio.run(probe_ping(at(0), 3 * SECOND))
    assert result.outcome in {Outcome.ALIVE, Outcome.UNKNOWN}
    assert result.words in {"5 of 5 pings were answered", "This machine may not send pings"}
