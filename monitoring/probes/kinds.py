"""Every kind of probe under its name, as one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from monitoring.probes.digest import Login
from monitoring.probes.egress import EgressPolicy, Resolve, pin
from monitoring.probes.names import RecordType, probe_name
from monitoring.probes.ntp import probe_ntp
from monitoring.probes.results import ProbeResult
from monitoring.probes.sip import probe_sip_login, probe_sip_stream, probe_sip_udp
from monitoring.probes.sip_wire import SipSocket, SipTransport
from monitoring.probes.smtp import probe_smtp
from monitoring.probes.snmp import Community, SnmpUser, probe_snmp
from monitoring.probes.tcp import probe_tcp
from monitoring.probes.web import probe_web


class ProbeKind(StrEnum):
    """How equipment can be asked."""

    SIP_UDP = "sip-udp"
    SIP_TCP = "sip-tcp"
    SIP_TLS = "sip-tls"
    SIP_LOGIN = "sip-login"
    TCP = "tcp"
    WEB = "web"
    SNMP = "snmp"
    SMTP = "smtp"
    NTP = "ntp"
    DNS = "dns"


USUAL_PORT: Mapping[ProbeKind, int] = {
    ProbeKind.SIP_UDP: 5060,
    ProbeKind.SIP_TCP: 5060,
    ProbeKind.SIP_TLS: 5061,
    ProbeKind.SIP_LOGIN: 5060,
    ProbeKind.SNMP: 161,
    ProbeKind.SMTP: 25,
    ProbeKind.NTP: 123,
    ProbeKind.DNS: 53,
}


@dataclass(frozen=True, slots=True)
class Question:
    """Whom to ask, and how long to wait.

    `host` is a name or an address, and for WEB the whole address of the page. `name` and `record`
    are what a name server is asked for, `login` is whom a registrar is asked
    about, `snmp` how an agent is asked.
    """

    kind: ProbeKind
    host: str
    port: int = 0
    deadline: timedelta = timedelta(seconds=5)
    name: str = ""
    record: RecordType = RecordType.A
    login: Login | None = None
    snmp: Community | SnmpUser | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What probes of one process share: the policy, the SIP socket, and how names are resolved."""

    socket: SipSocket
    policy: EgressPolicy = field(default_factory=EgressPolicy)
    resolve: Resolve | None = None


async def ask(question: Question, means: Means) -> ProbeResult:
    """Ask, and return what came back.

    Raises EgressRefused for a forbidden target, OSError for a name without an address, ValueError
    for a question that nobody can be asked; nothing for what the other side does.
    """
    return await PROBES[question.kind](question, means)


async def _sip_udp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_sip_udp(target, question.deadline, means.socket)


async def _sip_tcp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_sip_stream(target, question.deadline, SipTransport.TCP)


async def _sip_tls(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_sip_stream(target, question.deadline, SipTransport.TLS)


async def _sip_login(question: Question, means: Means) -> ProbeResult:
    if question.login is None:
        raise ValueError("A login needs a user name and a password")
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_sip_login(target, question.deadline, means.socket, question.login)


async def _tcp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_tcp(target, question.deadline)


async def _web(question: Question, means: Means) -> ProbeResult:
    return await probe_web(question.host, question.deadline, means.policy, resolve=means.resolve)


async def _snmp(question: Question, means: Means) -> ProbeResult:
    if question.snmp is None:
        raise ValueError("SNMP needs a community or a user")
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_snmp(target, question.deadline, question.snmp)


async def _smtp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_smtp(target, question.deadline)


async def _ntp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_ntp(target, question.deadline)


async def _dns(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_name(target, question.deadline, name=question.name, record=question.record)


PROBES: Mapping[ProbeKind, Callable[[Question, Means], Awaitable[ProbeResult]]] = {
    ProbeKind.SIP_UDP: _sip_udp,
    ProbeKind.SIP_TCP: _sip_tcp,
    ProbeKind.SIP_TLS: _sip_tls,
    ProbeKind.SIP_LOGIN: _sip_login,
    ProbeKind.TCP: _tcp,
    ProbeKind.WEB: _web,
    ProbeKind.SNMP: _snmp,
    ProbeKind.SMTP: _smtp,
    ProbeKind.NTP: _ntp,
    ProbeKind.DNS: _dns,
}
