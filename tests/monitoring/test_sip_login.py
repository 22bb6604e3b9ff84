"""A query of the registrar: does an extension's login work?"""

import asyncio
import re
from datetime import timedelta

import pytest

from monitoring.probes.digest import Challenge, Login, NoAnswer, authorization, read_challenge
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip import probe_sip_login
from monitoring.probes.sip_messages import SipPlaces, register_query
from monitoring.probes.sip_wire import SipSocket
from tests.monitoring.wire import Answer, at, datagram_server, sip_reply

SECOND = timedelta(seconds=1)
LOGIN = Login("101", "s3cret")
# The example of RFC 7616, 3.9.1, whose request is a GET.
MUFASA = Login("Mufasa", "Circle of Life")
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
EXAMPLE = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm},'
    f' nonce="{NONCE}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_answers_of_the_rfcs_example_come_out(algorithm: str, response: str) -> None:
    challenge = read_challenge(EXAMPLE.format(algorithm=algorithm))
    answer = authorization(
        challenge, MUFASA, method="GET", uri="/dir/index.html", client_nonce=CLIENT_NONCE
    )
    assert f'response="{response}"' in answer
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in answer


def test_an_old_challenge_without_protection_is_answered_as_rfc_2069_wants() -> None:
    challenge = Challenge("pbx.lab", "abc", "MD5")
    answer = authorization(
        challenge, LOGIN, method="REGISTER", uri="sip:pbx:5060", client_nonce="x"
    )
    assert "cnonce" not in answer
    assert re.search(r'response="[0-9a-f]{32}"', answer)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "nothing instead of a digest"),
        ("Basic realm=x", "Basic instead of a digest"),
        ('Digest realm="x", nonce="y", algorithm=MD4', "unknown hash MD4"),
        ('Digest realm="x", nonce="y", qop="auth-conf"', "a protection that is unknown"),
    ],
)
def test_an_unknown_challenge_says_what_is_unknown(header: str, words: str) -> None:
    with pytest.raises(NoAnswer, match=words):
        read_challenge(header)


def test_what_comes_in_a_challenge_cannot_end_a_line_of_the_answer() -> None:
    challenge = Challenge('x"\r\nEvil: y', "n", "MD5")
    answer = authorization(challenge, LOGIN, method="REGISTER", uri="sip:p:1", client_nonce="c")
    assert "\n" not in answer
    assert 'realm="x\\"Evil: y"' in answer


def test_a_password_is_never_shown() -> None:
    assert "s3cret" not in repr(LOGIN)


def registrar(password: str, status: str = "401 Unauthorized") -> Answer:
    """Return a registrar that checks the answer to its challenge."""
    challenge = Challenge("pbx.lab", "b7d1", "SHA-256", protects=True)
    header = "WWW" if status.startswith("401") else "Proxy"
    fields = 'Digest realm="pbx.lab", nonce="b7d1", algorithm=SHA-256, qop="auth"'
    asks = f"{header}-Authenticate: {fields}"

    def answer(data: bytes) -> bytes:
        text = data.decode()
        assert "Contact:" not in text
        uri = re.findall(r"^REGISTER (\S+) ", text)[0]
        nonce = re.findall(r'cnonce="(\w+)"', text)
        right = nonce and authorization(
            challenge, Login("101", password), method="REGISTER", uri=uri, client_nonce=nonce[0]
        )
        return (
            sip_reply(data, "200 OK") if right and right in text else sip_reply(data, status, asks)
        )

    return answer


def query(answer: Answer, deadline: timedelta = SECOND) -> tuple[ProbeResult, list[bytes]]:
    async def ask() -> tuple[ProbeResult, list[bytes]]:
        async with datagram_server(answer) as (port, heard):
            socket = await SipSocket.open("127.0.0.1")
            try:
                return await probe_sip_login(at(port), deadline, socket, LOGIN), heard
            finally:
                socket.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("status", ["401 Unauthorized", "407 Proxy Authentication Required"])
def test_a_login_that_works_is_alive_and_registers_nothing(status: str) -> None:
    result, heard = query(registrar("s3cret", status))
    assert (result.outcome, result.words) == (Outcome.ALIVE, "The login works")
    assert [line for data in heard for line in data.decode().split("\r\n") if "CSeq" in line] == [
        "CSeq: 1 REGISTER",
        "CSeq: 2 REGISTER",
    ]


def test_a_wrong_password_is_told_apart_from_a_dead_host() -> None:
    refused, _ = query(registrar("another"))
    assert (refused.outcome, refused.words) == (
        Outcome.DEGRADED,
        "The login was refused with 401",
    )
    dead, _ = query(lambda data: None, SECOND / 4)
    assert (dead.outcome, dead.words) == (Outcome.DEAD, "No answer within 0.25 s")


def test_a_registrar_that_asks_for_something_else_is_said_so() -> None:
    result, _ = query(lambda data: sip_reply(data, "401 No", "WWW-Authenticate: Bearer x"))
    assert result.words == (
        "The login cannot be tried: the server asks for Bearer instead of a digest"
    )


@pytest.mark.parametrize("extension", ["101\r\nX: y", "1 2", "101>", "", "x" * 65])
def test_no_extension_can_add_a_header(extension: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a SIP header"):
        register_query(SipPlaces("pbx", 5060, "UDP", "m:1"), extension, call="c", number=1)
