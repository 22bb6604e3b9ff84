"""Asterisk's manager interface through SSH: what it tells, and what may go wrong on the way."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.probes.digest import Login
from monitoring.probes.manager import probe_pbx
from monitoring.probes.manager_messages import manager_request, read_message
from monitoring.probes.results import Outcome, ProbeResult
from tests.monitoring.manager_wire import NAME, ROWS, SECRET, manager
from tests.monitoring.ssh_wire import LOGIN, ssh_machine
from tests.monitoring.wire import Stream, stream_server

PATIENT = timedelta(seconds=5)
MANAGER = Login(NAME, SECRET)


def ask(
    talk: Stream | None, login: Login = MANAGER, *, deadline: timedelta = PATIENT
) -> ProbeResult:
    async def run() -> ProbeResult:
        if talk is None:
            async with ssh_machine() as machine:
                return await probe_pbx(machine.target, deadline, LOGIN, login)
        async with stream_server(talk) as port, ssh_machine(leads_to=port) as machine:
            return await probe_pbx(machine.target, deadline, LOGIN, login)

    return asyncio.run(run())


def test_a_phone_system_tells_its_phones_trunks_calls_and_voicemail() -> None:
    result = ask(manager())
    assert (result.outcome, result.words) == (
        Outcome.ALIVE,
        "The phone system answers: 1 of 2 phones are registered, 1 of 2 trunks are down",
    )
    assert result.facts == {
        "version": "Asterisk 22.10.1~dfsg",
        "pbx.uptime_seconds": 7200,
        "calls.now": 2,
        "calls.since_start": 40,
        "phones.provisioned": 2,
        "phones.registered": 1,
        "phones.missing": "102",
        "phone.firmware:101": "baresip v1.0.0 (x86_64/linux)",
        "trunks.count": 2,
        "trunks.down": 1,
        "trunk.state:carrier": "Registered",
        "trunk.state:spare": "Rejected",
        "voicemail.boxes": 1,
        "voicemail.new": 3,
        "voicemail.used_percent": 15.0,
    }


def test_a_phone_that_does_not_answer_is_not_registered() -> None:
    gone = ROWS["PJSIPShowContacts"].replace("Reachable", "Unreachable")
    facts = ask(manager({**ROWS, "PJSIPShowContacts": gone})).facts
    assert (facts["phones.registered"], facts["phones.missing"]) == (0, "101, 102")


def test_what_the_login_may_not_read_is_missing_and_not_zero() -> None:
    result = ask(
        manager({"PJSIPShowRegistrationsOutbound": ROWS["PJSIPShowRegistrationsOutbound"]})
    )
    assert result.outcome is Outcome.ALIVE
    assert result.facts["trunks.down"] == 1
    assert not {name for name in result.facts if name.startswith(("phone", "voicemail"))}


def test_a_refused_manager_login_is_told_apart_from_a_dead_phone_system() -> None:
    refused = ask(manager(), Login(NAME, "wrong"))
    assert (refused.outcome, refused.words) == (
        Outcome.DEGRADED,
        "The phone system refused the manager login",
    )
    dead = ask(None)
    assert (dead.outcome, dead.words) == (
        Outcome.DEAD,
        "The phone system behind SSH does not answer",
    )


def test_a_refused_ssh_login_is_degraded_too() -> None:
    async def run() -> ProbeResult:
        async with ssh_machine() as machine:
            wrong = replace(LOGIN, password="wrong")
            return await probe_pbx(machine.target, PATIENT, wrong, MANAGER)

    assert asyncio.run(run()).words == "The login was refused"


def says(*texts: bytes) -> Stream:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for text in texts:
            writer.write(text)
            await writer.drain()
        await reader.read()

    return talk


HELLO = b"Asterisk Call Manager/11.0.0\r\n"


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (
            says(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            "What answered behind SSH is no manager interface",
        ),
        (says(b"x" * 10_000_000), "What answered behind SSH is no manager interface"),
        (says(HELLO, b"a: b\r\n" * 20_000), "What answered behind SSH is no manager interface"),
        (says(HELLO, b"Event: x\r\n\r\n" * 900_000), "The phone system talks without end"),
        (says(HELLO), "No answer within 1 s"),
    ],
)
def test_a_manager_interface_that_misbehaves_is_dead(talk: Stream, words: str) -> None:
    result = ask(talk, deadline=timedelta(seconds=1) if words.startswith("No") else PATIENT * 2)
    assert (result.outcome, result.words) == (Outcome.DEAD, words)


@pytest.mark.parametrize("secret", ["x\r\nAction: Originate", "x\nAction: Command", "\x00"])
def test_a_login_cannot_add_actions_of_its_own(secret: str) -> None:
    with pytest.raises(ValueError, match="new line"):
        manager_request("Login", {"Username": secret})
    with pytest.raises(ValueError, match="new line"):
        ask(manager(), Login(secret, "x"))


@given(st.binary())
def test_any_block_can_be_read(block: bytes) -> None:
    assert all(isinstance(value, str) for value in read_message(block).values())


def test_passwords_between_the_rows_of_a_list_are_not_kept() -> None:
    assert "trunk-s3cret" not in str(ask(manager()))
