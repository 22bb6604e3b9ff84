"""SIP: is the call engine alive, and does an extension's login work?

Any final answer to OPTIONS proves that the engine is alive: an Asterisk that does not know us says
401, a phone 404, and a 500 is an answer too. Only 503, by which an engine says that it does not
serve just now, counts as impaired. A check may have codes of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitoring.probes.digest import Login, NoAnswer, authorization, read_challenge
from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Facts, clean
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_messages import SipAnswer, options_request, register_query
from monitoring.probes.sip_wire import Build, SipSocket, SipTransport, sip_stream
from monitoring.probes.timing import NotWell, Stopwatch, within

OK = 200
CHALLENGES: Mapping[int, tuple[str, str]] = {
    401: ("www-authenticate", "Authorization"),
    407: ("proxy-authenticate", "Proxy-Authorization"),
}
REFUSALS = frozenset({401, 403, 404, 407})

Ask = Callable[[Build], Awaitable[SipAnswer]]


@dataclass(frozen=True, slots=True)
class SipExpectation:
    """Which final answers are good news. Without codes of its own in `alive` every one is; with
    them, one that is in neither set means that the engine is dead.
    """

    alive: frozenset[int] = frozenset()
    degraded: frozenset[int] = frozenset({503})

    def judge(self, status: int) -> Outcome:
        """Return what a final status says."""
        if status in self.alive:
            return Outcome.ALIVE
        if status in self.degraded:
            return Outcome.DEGRADED
        return Outcome.DEAD if self.alive else Outcome.ALIVE


EXPECTED = SipExpectation()


async def probe_sip_udp(
    target: Pinned, deadline: timedelta, socket: SipSocket, expected: SipExpectation = EXPECTED
) -> ProbeResult:
    """Send OPTIONS over UDP. Never raises for what the other side does."""
    watch = Stopwatch()
    answer = await within(deadline, socket.ask(target, options_request), watch)
    if isinstance(answer, ProbeResult):
        return answer
    return _judged(answer, watch, expected, {})


async def probe_sip_stream(
    target: Pinned,
    deadline: timedelta,
    transport: SipTransport,
    expected: SipExpectation = EXPECTED,
) -> ProbeResult:
    """Send OPTIONS over TCP or TLS. Never raises for what the other side does."""
    watch = Stopwatch()

    async def exchange() -> tuple[SipAnswer, Facts]:
        async with sip_stream(target, transport) as stream:
            return await stream.ask(options_request), stream.facts

    exchanged = await within(deadline, exchange(), watch)
    if isinstance(exchanged, ProbeResult):
        return exchanged
    return _judged(exchanged[0], watch, expected, exchanged[1])


async def probe_sip_login(
    target: Pinned, deadline: timedelta, socket: SipSocket, login: Login
) -> ProbeResult:
    """Ask over UDP what is registered for `login`: 200 proves the login and changes nothing.

    A login that is refused is degraded: the engine is alive. Never raises for what the other side
    does; ValueError for a user name that cannot be an extension.
    """
    watch = Stopwatch()

    def ask(build: Build) -> Awaitable[SipAnswer]:
        return socket.ask(target, build)

    answer = await within(deadline, _query(ask, login), watch)
    if isinstance(answer, ProbeResult):
        return answer
    facts = _facts(answer, {})
    if answer.status == OK:
        return ProbeResult(Outcome.ALIVE, watch.took, "The login works", facts)
    if answer.status in REFUSALS:
        words = f"The login was refused with {answer.status}"
        return ProbeResult(Outcome.DEGRADED, watch.took, words, facts)
    return ProbeResult(Outcome.DEAD, watch.took, _words(answer), facts)


async def _query(ask: Ask, login: Login) -> SipAnswer:
    call, extension = secrets.token_hex(12), login.username
    answer = await ask(lambda places: register_query(places, extension, call=call, number=1))
    if answer.status not in CHALLENGES:
        return answer
    asked_in, answered_in = CHALLENGES[answer.status]
    try:
        challenge = read_challenge(answer.headers.get(asked_in, ""))
    except NoAnswer as error:
        raise NotWell(f"The login cannot be tried: {error}") from error
    return await ask(
        lambda places: register_query(
            places,
            extension,
            call=call,
            number=2,
            header=answered_in,
            authorization=authorization(
                challenge,
                login,
                method="REGISTER",
                uri=places.uri,
                client_nonce=secrets.token_hex(8),
            ),
        )
    )


def _judged(
    answer: SipAnswer, watch: Stopwatch, expected: SipExpectation, more: Facts
) -> ProbeResult:
    outcome = expected.judge(answer.status)
    return ProbeResult(outcome, watch.took, _words(answer), _facts(answer, more))


def _words(answer: SipAnswer) -> str:
    return f"SIP answered {answer.status} {answer.reason}".strip()


def _facts(answer: SipAnswer, more: Facts) -> Facts:
    software = clean(answer.software)
    known = {Fact.SIP_SERVER.value: software} if software else {}
    return {Fact.SIP_STATUS.value: answer.status, **more, **known}
