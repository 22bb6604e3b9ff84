"""`manage.py probe`."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from monitoring.probes.kinds import PROBES, ProbeKind
from tests.monitoring.wire import Answer, datagram_server, sip_reply


@contextmanager
def served(answer: Answer) -> Iterator[int]:
    """Run a datagram server beside the command, which has a loop of its own."""
    ready, done = threading.Event(), threading.Event()
    ports: list[int] = []

    async def serve() -> None:
        async with datagram_server(answer) as (port, _):
            ports.append(port)
            ready.set()
            await asyncio.get_running_loop().run_in_executor(None, done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    try:
        yield ports[0]
    finally:
        done.set()
        thread.join()


def probe(*words: str) -> dict[str, object]:
    out = StringIO()
    call_command("probe", *words, stdout=out)
    answer: dict[str, object] = json.loads(out.getvalue())
    return answer


def test_a_living_engine_is_told_as_one_json_object() -> None:
    with served(lambda data: sip_reply(data, "200 OK", "Server: PBX 22.1")) as port:
        told = probe("sip-udp", "127.0.0.1", f"--port={port}", "--allow=127.0.0.0/8")
    assert told["outcome"] == "alive"
    assert told["words"] == "SIP answered 200 OK"
    assert told["facts"] == {"sip.status": 200, "sip.server": "PBX 22.1"}


def test_a_dead_one_ends_the_command_with_status_1() -> None:
    with served(lambda data: None) as port, pytest.raises(SystemExit) as ended:
        probe("sip-udp", "127.0.0.1", f"--port={port}", "--allow=127.0.0.0/8", "--seconds=0.2")
    assert ended.value.code == 1


def test_a_forbidden_target_is_refused_with_the_reason() -> None:
    with pytest.raises(CommandError, match="is a loopback address"):
        probe("sip-udp", "127.0.0.1")


def test_a_kind_without_a_usual_port_asks_for_it() -> None:
    with pytest.raises(CommandError, match="name it with --port"):
        probe("tcp", "pbx.example.com")


def test_a_login_takes_its_password_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_PASSWORD", "s3cret")
    with served(lambda data: sip_reply(data, "200 OK")) as port:
        told = probe(
            "sip-login", "127.0.0.1", f"--port={port}", "--allow=127.0.0.0/8", "--user=101"
        )
    assert told["words"] == "The login works"


def test_a_login_without_a_user_asks_for_one() -> None:
    with pytest.raises(CommandError, match="needs a credential with a user name"):
        probe("sip-login", "127.0.0.1", "--allow=127.0.0.0/8")


def test_snmp_without_a_community_asks_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROBE_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="needs a credential: a community"):
        probe("snmp", "127.0.0.1", "--allow=127.0.0.0/8")


def test_every_kind_can_be_asked() -> None:
    assert set(PROBES) == set(ProbeKind)


def test_settings_of_a_check_can_be_given() -> None:
    with served(lambda data: sip_reply(data, "404 Not Found")) as port:
        where = ("sip-udp", "127.0.0.1", f"--port={port}", "--allow=127.0.0.0/8")
        assert probe(*where)["outcome"] == "alive"
        with pytest.raises(SystemExit):
            probe(*where, "--set", "alive=200-299")
    with pytest.raises(CommandError, match="no such setting"):
        probe("sip-udp", "127.0.0.1", "--set", "colour=red")


def test_ssh_and_asterisk_ask_for_their_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROBE_PASSWORD", raising=False)
    for kind in ("ssh", "asterisk"):
        with pytest.raises(CommandError, match="SSH needs a credential"):
            probe(kind, "127.0.0.1", "--allow=127.0.0.0/8", "--user=monitor")
