"""The runner with a real database and real equipment on loopback."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import connection

from calcom_portal.common.tenancy import database_now, provider_scope, system_scope
from monitoring.asking import ask_soon
from monitoring.models import (
    Check,
    Credential,
    Incident,
    ProbeRequest,
    Result,
    RunnerLease,
    RunnerSeat,
    SiteAgent,
    StateChange,
)
from monitoring.runner import leases, running, store
from monitoring.runner.metrics import Metrics, serve_metrics
from monitoring.runner.running import Options, Runner
from monitoring.states import State
from monitoring.sweeps.follow_changes import follow_changes
from tests.builders import build_contract
from tests.cast import Cast
from tests.monitoring.builders import (
    allow_loopback,
    build_check,
    build_connection,
    build_credential,
)
from tests.monitoring.runner.stage import Stage, plan_of, up_since
from tests.monitoring.wire import datagram_server, sip_reply, stream_server
from tests.stage import acting
from tickets.models import Ticket

PATIENCE = 15.0


@pytest.fixture(autouse=True)
def nobody_follows(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(store, "wake", lambda task: None)
    settings.PRIVATE_TARGETS = (ip_network("127.0.0.0/8"),)
    settings.OWN_NETWORKS = ()


@pytest.fixture
def watched(committed_cast: Cast) -> Iterator[Cast]:
    allow_loopback(committed_cast.calcom.pk)
    yield committed_cast
    connection.close()


@asynccontextmanager
async def running_runner(**fields: Any) -> AsyncIterator[Runner]:
    runner = Runner(Options(**fields), Metrics())
    scene = asyncio.current_task()
    assert scene is not None
    work = asyncio.create_task(runner.run())
    # A runner that breaks ends the test at once, and says why.
    work.add_done_callback(
        lambda ended: ended.cancelled() or (ended.exception() and scene.cancel())
    )
    try:
        yield runner
    finally:
        runner.stop()
        await asyncio.wait_for(work, PATIENCE)


async def until(look: Callable[[], bool], within: float = PATIENCE) -> None:
    """Wait for something to become true in the database."""
    ends = asyncio.get_running_loop().time() + within
    while not await asyncio.to_thread(_looked, look):
        assert asyncio.get_running_loop().time() < ends, "It did not happen."
        await asyncio.sleep(0.05)


def _looked(look: Callable[[], bool]) -> bool:
    try:
        with system_scope("a test looks"):
            return look()
    finally:
        connection.close()


def row_of(check: Check) -> Check:
    with system_scope("a test looks"):
        found: Check = Check.objects.get(pk=check.pk)
        return found


def state_is(check: Check, state: str) -> Callable[[], bool]:
    return lambda: Check.objects.filter(pk=check.pk, state=state).exists()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


def test_a_check_is_asked_and_what_came_back_is_written(watched: Cast) -> None:
    line = build_connection(watched.phone_system, driver="sip")

    async def scene() -> int:
        async with (
            datagram_server(lambda data: sip_reply(data, "200 OK", "Server: PBX 7")) as (port, _),
            running_runner(),
        ):
            check = await asyncio.to_thread(_late_check, watched, line, port)
            await until(state_is(check, "up"))
            return check.pk

    check_id = asyncio.run(scene())
    with provider_scope(provider_id=watched.calcom.pk):
        check = Check.objects.get(pk=check_id)
        assert (check.settled, check.row, check.last_outcome) == ("up", 1, "alive")
        assert check.last_words == "SIP answered 200 OK"
        assert check.last_facts["sip.server"] == "PBX 7"
        result = Result.objects.get(of_check=check)
        assert (result.outcome, result.at) == (0, check.last_at)
        assert result.customer_id == watched.bayview.pk
        change = StateChange.objects.get(of_check=check)
        assert (change.was, change.became, change.at) == ("pending", "up", check.since)
        assert change.handled_at is None
    # It ended in good order: nobody waits for its leases.
    assert not RunnerSeat.objects.exists()
    assert not RunnerLease.objects.exclude(holder="").exists()


def _late_check(watched: Cast, line: Any, port: int) -> Check:
    """Make a check while the runner runs: the hint brings it in."""
    try:
        return build_check(
            watched.phone_system, "sip-udp", connection=line, settings={"port": port}
        )
    finally:
        connection.close()


def test_dead_equipment_goes_down_and_comes_back(watched: Cast) -> None:
    line = build_connection(watched.phone_system)

    async def scene(check: Check, port: int) -> None:
        async with running_runner():
            await until(state_is(check, "down"))
            server = await asyncio.start_server(_answer, "127.0.0.1", port)
            async with server:
                await until(state_is(check, "up"))

    async def free() -> int:
        async with stream_server(_answer) as port:
            return port

    port = asyncio.run(free())
    check = build_check(
        watched.phone_system,
        connection=line,
        settings={"port": port},
        retry_seconds=0,
        failures=2,
    )
    with provider_scope(provider_id=watched.calcom.pk):
        Check.objects.update(every_seconds=30)
    asyncio.run(_hurried(scene(check, port)))
    with provider_scope(provider_id=watched.calcom.pk):
        became = list(StateChange.objects.order_by("at").values_list("was", "became"))
    assert became == [
        ("pending", "suspect"),
        ("suspect", "down"),
        ("down", "recovering"),
        ("recovering", "up"),
    ]


async def _hurried(scene: Any) -> None:
    """Make regular turns come every two seconds, which no row may ask for."""
    from monitoring.runner import loading  # noqa: PLC0415 - only here

    plain = loading._plan

    def hurried(row: Check, digest: str) -> Any:
        row.every_seconds = 2
        return plain(row, digest)

    loading._plan = hurried
    try:
        await scene
    finally:
        loading._plan = plain


def test_a_target_that_is_not_allowed_is_unknown_and_says_why(committed_cast: Cast) -> None:
    async def scene() -> list[bytes]:
        async with datagram_server(lambda data: None) as (port, heard):
            check = await asyncio.to_thread(_late_check, committed_cast, line, port)
            async with running_runner():
                await until(state_is(check, "unknown"))
            return heard

    line = build_connection(committed_cast.phone_system, driver="sip")
    assert asyncio.run(scene()) == []
    with provider_scope(provider_id=committed_cast.calcom.pk):
        assert "loopback" in Check.objects.get().last_words


def test_an_agent_that_is_gone_makes_its_equipment_unknown_and_no_outage(watched: Cast) -> None:
    build_contract(watched.bayview, site=watched.market_street, clauses=["MONITOR"])
    with provider_scope(provider_id=watched.calcom.pk) as scope:
        agent = SiteAgent.objects.create(
            provider=watched.calcom,
            customer=watched.bayview,
            site=watched.market_street,
            name="Box in the cellar",
            created_at=scope.now,
            enrolled_at=scope.now,
        )
        earlier = scope.now - timedelta(minutes=5)
    line = build_connection(watched.phone_system, transport="agent", agent=agent)
    check = build_check(
        watched.phone_system,
        connection=line,
        settings={"port": 9},
        failures=1,
        state="up",
        settled="up",
        since=earlier,
        last_at=earlier,
    )

    async def scene() -> None:
        async with running_runner():
            await until(state_is(check, "unknown"))

    asyncio.run(scene())
    assert row_of(check).last_words == "The agent at the site is not connected."
    follow_changes()
    with provider_scope(provider_id=watched.calcom.pk):
        assert list(StateChange.objects.values_list("was", "became")) == [("up", "unknown")]
        assert not StateChange.objects.filter(handled_at=None).exists()
        assert not Incident.objects.exists()
        assert not Ticket.objects.exists()


def test_a_check_without_its_credential_says_what_is_missing(watched: Cast) -> None:
    line = build_connection(watched.phone_system, driver="snmp")
    check = build_check(watched.phone_system, "snmp", connection=line)

    async def scene() -> None:
        async with running_runner():
            await until(state_is(check, "unknown"))

    asyncio.run(scene())
    assert row_of(check).last_words == "SNMP needs a credential: a community or a user."


def test_a_question_of_a_person_is_answered_within_seconds(watched: Cast) -> None:
    line = build_connection(watched.phone_system)

    async def scene() -> None:
        async with stream_server(_answer) as port, running_runner():
            await asyncio.to_thread(ask, port)
            await until(lambda: ProbeRequest.objects.filter(answered_at__isnull=False).exists())

    def ask(port: int) -> None:
        try:
            with acting(watched.dana):
                ask_soon(
                    device=watched.phone_system,
                    kind="tcp",
                    settings={"port": port},
                    connection=line,
                    actor=watched.dana,
                )
        finally:
            connection.close()

    asyncio.run(scene())
    with provider_scope(provider_id=watched.calcom.pk):
        request = ProbeRequest.objects.get()
        assert (request.outcome, request.taken_at is not None) == ("alive", True)
        assert request.answered_at is not None
        assert request.answered_at - request.asked_at < timedelta(seconds=5)
        assert not Result.objects.exists()


def test_a_credential_that_is_used_says_so(watched: Cast) -> None:
    credential = build_credential(watched.phone_system, "snmp_community", community="public")
    line = build_connection(watched.phone_system, driver="snmp", credential=credential)
    build_check(watched.phone_system, "snmp", connection=line, timeout_ms=300)

    async def scene() -> None:
        async with running_runner():
            await until(lambda: Credential.objects.filter(used_at__isnull=False).exists())

    asyncio.run(scene())


def test_a_batch_that_is_sent_twice_is_written_once(watched: Cast) -> None:
    check = build_check(watched.phone_system)
    stage = Stage(plan_of(check.pk, **up_since()))
    with system_scope("a test knows the time"):
        stage.clock.follow(database_now(), stage.clock.steady(), stage.clock.steady())
    stage.run(120)
    rows = stage.rows()
    store.write(rows)
    store.write(rows)
    with provider_scope(provider_id=watched.calcom.pk):
        assert Result.objects.count() == len(rows) == 2
        assert row_of(check).last_at == rows[-1].at


def test_a_runner_that_read_a_check_before_its_predecessor_wrote_tells_no_change_again(
    watched: Cast,
) -> None:
    check = build_check(watched.phone_system)
    stage = Stage(plan_of(check.pk))
    stage.run(60)
    first = stage.rows()[0]
    late = replace(first, at=first.at + timedelta(seconds=1))
    silent = replace(first.standing, state=State.SUSPECT)
    later = replace(first, at=first.at + timedelta(seconds=2), standing=silent)
    for row in (first, late, later):
        store.write([row])
    with provider_scope(provider_id=watched.calcom.pk):
        told = StateChange.objects.order_by("at").values_list("was", "became")
        assert [*told] == [("pending", "up"), ("up", "suspect")]
        assert Result.objects.count() == 3


def test_one_strange_row_holds_up_no_other(watched: Cast) -> None:
    check = build_check(watched.phone_system)
    stage = Stage(plan_of(check.pk, **up_since()))
    stage.run(120)
    first, second = stage.rows()
    strange = replace(first, standing=replace(first.standing, row=2**40))
    assert store.write_singly([strange, second]) == 1
    with provider_scope(provider_id=watched.calcom.pk):
        assert Result.objects.count() == 1


def test_runners_share_the_shards_and_take_over_what_is_left(committed_db: None) -> None:
    first = leases.beat("one", "", {})
    assert len(first.shards) == leases.SHARDS
    assert leases.beat("two", "", {}).shards == frozenset()
    # The first one hears of the second, and lets go of what is too much.
    kept = leases.beat("one", "", {}).shards
    taken = leases.beat("two", "", {}).shards
    assert (len(kept), len(taken), kept & taken) == (8, 8, frozenset())
    leases.leave("one")
    assert len(leases.beat("two", "", {}).shards) == leases.SHARDS


def test_the_lease_of_a_dead_runner_is_taken_when_it_runs_out(committed_db: None) -> None:
    leases.beat("dead", "", {})
    assert leases.beat("next", "", {}).shards == frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE monitoring_runnerlease SET until = portal_now() - interval '1 second'"
        )
        cursor.execute(
            "UPDATE monitoring_runnerseat SET beat_at = portal_now() - interval '11 seconds'"
            " WHERE holder = 'dead'"
        )
    assert len(leases.beat("next", "", {}).shards) == leases.SHARDS


def test_a_restart_on_the_same_machine_waits_for_no_lease(committed_db: None) -> None:
    leases.beat("vm:999999999", "", {})
    leases.beat("other:999999999", "", {})
    assert leases.bury(f"vm:{os.getpid()}") == ["vm:999999999"]
    assert len(leases.beat(f"vm:{os.getpid()}", "", {}).shards) == leases.SHARDS // 2


def test_metrics_are_served_and_nothing_else() -> None:
    async def scene() -> tuple[bytes, bytes]:
        metrics = Metrics()
        metrics.asked("tcp", 0.002)
        metrics.answered("tcp", "alive")
        server = await serve_metrics(metrics, "127.0.0.1", 0)
        assert server is not None
        port = server.sockets[0].getsockname()[1]
        async with server:
            return await _get(port, "/metrics"), await _get(port, "/etc/passwd")

    page, other = asyncio.run(scene())
    assert b'portal_runner_probes_total{kind="tcp",outcome="alive"} 1.0' in page
    assert b'portal_runner_start_lateness_seconds_bucket{le="0.005"} 1.0' in page
    assert other.startswith(b"HTTP/1.1 404")


async def _get(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


def test_a_taken_port_keeps_no_check_from_running() -> None:
    async def scene() -> bool:
        async with stream_server(_answer) as port:
            return await serve_metrics(Metrics(), "127.0.0.1", port) is None

    assert asyncio.run(scene())
    assert running.FLUSH_EVERY < 1
