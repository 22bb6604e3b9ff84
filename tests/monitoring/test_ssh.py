"""Signing in over SSH: whose key it is, whose password, and what a machine may do to us."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest

from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.ssh import probe_host_key
from monitoring.probes.ssh_catalogue import CATALOGUE, Topic
from monitoring.probes.ssh_login import SshLogin
from monitoring.probes.ssh_machine import probe_machine
from tests.monitoring.ssh_wire import (
    HOST_KEY,
    LOGIN,
    PASSWORD,
    USER,
    USER_KEY,
    Machine,
    Prints,
    ssh_machine,
)
from tests.monitoring.wire import at, stream_server

SECOND = timedelta(seconds=1)
PATIENT = 10 * SECOND
UPTIME = {"cat /proc/uptime": b"86400.25 1000.00\n"}
TOPICS = frozenset({Topic.UPTIME})


def ask(
    login: SshLogin = LOGIN, prints: Mapping[str, bytes] | Prints = UPTIME, *topics: Topic
) -> tuple[ProbeResult, Machine]:
    async def run() -> tuple[ProbeResult, Machine]:
        async with ssh_machine(prints) as machine:
            return await probe_machine(machine.target, PATIENT, login, topics or TOPICS), machine

    return asyncio.run(run())


def test_a_machine_that_lets_us_in_tells_its_uptime() -> None:
    result, machine = ask()
    assert (result.outcome, result.words) == (
        Outcome.ALIVE,
        "The machine lets us in and answers",
    )
    assert result.facts["uptime.seconds"] == 86400
    assert str(result.facts["ssh.server"]).startswith("SSH-2.0-AsyncSSH")
    assert machine.ran == ["cat /proc/uptime"]


def test_a_private_key_signs_in_as_well() -> None:
    key = USER_KEY.export_private_key("pkcs8-pem", passphrase="open").decode()
    login = SshLogin(USER, private_key=key, passphrase="open", host_key=LOGIN.host_key)
    assert ask(login)[0].outcome is Outcome.ALIVE
    with pytest.raises(ValueError, match="cannot be read with this passphrase"):
        ask(replace(login, passphrase="shut"))


def test_a_wrong_password_is_told_apart_from_a_dead_machine() -> None:
    refused, _ = ask(replace(LOGIN, password="wrong"))
    assert (refused.outcome, refused.words) == (Outcome.DEGRADED, "The login was refused")

    async def nobody_there() -> ProbeResult:
        async with ssh_machine() as machine:
            target = machine.target
        return await probe_machine(target, PATIENT, LOGIN, TOPICS)

    dead = asyncio.run(nobody_there())
    assert (dead.outcome, dead.words) == (Outcome.DEAD, "The connection was refused")


def test_a_key_that_changed_is_told_and_no_password_is_sent() -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()
    result, machine = ask(replace(LOGIN, host_key=other))
    assert (result.outcome, result.words) == (
        Outcome.DEGRADED,
        "Its host key is not the one that was confirmed",
    )
    assert result.facts == {"ssh.host_key": HOST_KEY.get_fingerprint()}
    assert machine.tried == []


def test_a_key_that_nobody_confirmed_is_not_believed() -> None:
    result, machine = ask(replace(LOGIN, host_key=""))
    assert (result.outcome, result.words) == (
        Outcome.UNKNOWN,
        "Its host key has to be confirmed by a person first",
    )
    assert machine.tried == []


def test_the_ssh_of_whoever_runs_the_probe_is_never_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".ssh"
    folder.mkdir(mode=0o700)
    USER_KEY.write_private_key(str(folder / "id_ed25519"))
    public = HOST_KEY.export_public_key().decode()
    (folder / "known_hosts").write_text(f"* {public}", encoding="utf-8")
    (folder / "config").write_text(f"Host *\n  User {USER}\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    refused, machine = ask(replace(LOGIN, password="wrong"))
    assert (refused.outcome, machine.tried) == (Outcome.DEGRADED, ["wrong"])
    assert ask(replace(LOGIN, host_key=""))[0].outcome is Outcome.UNKNOWN


def test_the_host_key_can_be_looked_at_without_signing_in() -> None:
    async def look() -> tuple[ProbeResult, list[str]]:
        async with ssh_machine() as machine:
            return await probe_host_key(machine.target, PATIENT), machine.tried

    result, tried = asyncio.run(look())
    assert result.facts == {"ssh.host_key": HOST_KEY.get_fingerprint()}
    assert tried == []


def test_a_secret_is_never_shown() -> None:
    login = SshLogin(USER, PASSWORD, private_key="-----BEGIN", passphrase="open")
    assert repr(login) == "SshLogin(username='monitor', host_key='')"


@pytest.mark.parametrize(
    "prints", [b"", b"\x00\xff" * 1000, b"bash: cat: command not found\n", b"9" * 10_000_000]
)
def test_what_cannot_be_read_is_degraded_and_no_fact(prints: bytes) -> None:
    result, _ = ask(LOGIN, lambda line: prints)
    assert (result.outcome, result.words) == (
        Outcome.DEGRADED,
        "What it answers cannot be read",
    )


def test_one_unreadable_answer_leaves_the_others() -> None:
    prints = {**UPTIME, "cat /proc/meminfo": b"x" * 10_000_000}
    result, _ = ask(LOGIN, prints, Topic.UPTIME, Topic.MEMORY)
    assert result.outcome is Outcome.ALIVE
    assert "memory.used_percent" not in result.facts


def test_only_the_lines_of_the_catalogue_are_run() -> None:
    _, machine = ask(LOGIN, lambda line: b"1\n", *Topic)
    assert set(machine.ran) == {command.line for command in CATALOGUE.values()}


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        # Lines before the version are allowed: RFC 4253, 4.2.
        (b"220 mx ESMTP\r\n", "No answer within 0.5 s"),
        (b"x" * 10_000_000, "What answered is no SSH server"),
        (b"SSH-1.5-old\r\n", "What answered is no SSH server"),
        (b"SSH-2.0-x\r\n" + b"\xff" * 100_000, "What answered is no SSH server"),
        (b"", "No answer within 0.5 s"),
    ],
)
def test_what_is_no_ssh_server_is_dead(greeting: bytes, words: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        await reader.read()

    async def run() -> ProbeResult:
        async with stream_server(talk) as port:
            return await probe_machine(at(port), SECOND / 2, LOGIN, TOPICS)

    result = asyncio.run(run())
    assert (result.outcome, result.words) == (Outcome.DEAD, words)


def test_a_command_that_hangs_ends_with_the_deadline() -> None:
    async def run() -> tuple[ProbeResult, float]:
        async with ssh_machine(hangs=True) as machine:
            began = time.monotonic()
            result = await probe_machine(machine.target, SECOND / 2, LOGIN, TOPICS)
            return result, time.monotonic() - began

    result, took = asyncio.run(run())
    assert (result.outcome, result.words) == (Outcome.DEAD, "No answer within 0.5 s")
    assert took < 0.8
