"""Every kind of probe under its name, as one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from monitoring.probes.digest import Login
from monitoring.probes.egress import EgressPolicy, Resolve, pin
from monitoring.probes.limits import USUAL_LIMITS, Limit, judged
from monitoring.probes.manager import MANAGER_PORT, probe_pbx
from monitoring.probes.names import RecordType, probe_name
from monitoring.probes.ntp import probe_ntp
from monitoring.probes.nut import probe_ups
from monitoring.probes.ping import probe_ping
from monitoring.probes.results import ProbeResult
from monitoring.probes.sip import EXPECTED as SIP_EXPECTED
from monitoring.probes.sip import SipExpectation, probe_sip_login, probe_sip_stream, probe_sip_udp
from monitoring.probes.sip_wire import SipSocket, SipTransport
from monitoring.probes.smtp import probe_smtp
from monitoring.probes.snmp import USUAL_TOPICS as USUAL_SNMP_TOPICS
from monitoring.probes.snmp import Community, SnmpUser, probe_snmp
from monitoring.probes.snmp_tables import SnmpTopic
from monitoring.probes.ssh import probe_host_key
from monitoring.probes.ssh_catalogue import USUAL_TOPICS as USUAL_SSH_TOPICS
from monitoring.probes.ssh_catalogue import Topic
from monitoring.probes.ssh_login import SshLogin
from monitoring.probes.ssh_machine import probe_machine
from monitoring.probes.tcp import probe_tcp
from monitoring.probes.web import EXPECTED as WEB_EXPECTED
from monitoring.probes.web import WebExpectation, probe_web


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
    PING = "ping"
    SSH = "ssh"
    SSH_KEY = "ssh-key"
    ASTERISK = "asterisk"
    NUT = "nut"


USUAL_PORT: Mapping[ProbeKind, int] = {
    ProbeKind.SIP_UDP: 5060,
    ProbeKind.SIP_TCP: 5060,
    ProbeKind.SIP_TLS: 5061,
    ProbeKind.SIP_LOGIN: 5060,
    ProbeKind.SNMP: 161,
    ProbeKind.SMTP: 25,
    ProbeKind.NTP: 123,
    ProbeKind.DNS: 53,
    ProbeKind.SSH: 22,
    ProbeKind.SSH_KEY: 22,
    ProbeKind.ASTERISK: 22,
    ProbeKind.NUT: 3493,
}
# These are asked without a port: a page's address holds it, and pings have none.
WITHOUT_PORT = frozenset({ProbeKind.WEB, ProbeKind.PING})


@dataclass(frozen=True, slots=True)
class Question:
    """Whom to ask, what, and how long to wait.

    `host` is a name or an address, and for WEB the whole address of the page. `login` is whom a
    registrar is asked about, or who signs in to the manager interface of an Asterisk at
    `manager_port` behind `ssh`. `name`, `record` and `wanted` are what a name server is asked for
    and what has to be among its answers; `ups` names a power supply of a NUT server ("" for the
    only one). Equipment that answers with a fact beyond `limits` is degraded.
    """

    kind: ProbeKind
    host: str
    port: int = 0
    deadline: timedelta = timedelta(seconds=5)
    name: str = ""
    record: RecordType = RecordType.A
    wanted: str = ""
    login: Login | None = None
    sip: SipExpectation = SIP_EXPECTED
    web: WebExpectation = WEB_EXPECTED
    snmp: Community | SnmpUser | None = None
    snmp_topics: frozenset[SnmpTopic] = USUAL_SNMP_TOPICS
    ssh: SshLogin | None = None
    ssh_topics: frozenset[Topic] = USUAL_SSH_TOPICS
    manager_port: int = MANAGER_PORT
    ups: str = ""
    limits: tuple[Limit, ...] = USUAL_LIMITS


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
    return judged(await PROBES[question.kind](question, means), question.limits)


async def _sip_udp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_sip_udp(target, question.deadline, means.socket, question.sip)


async def _sip_tcp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_sip_stream(target, question.deadline, SipTransport.TCP, question.sip)


async def _sip_tls(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_sip_stream(target, question.deadline, SipTransport.TLS, question.sip)


async def _sip_login(question: Question, means: Means) -> ProbeResult:
    if question.login is None:
        raise ValueError("A login needs a user name and a password")
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_sip_login(target, question.deadline, means.socket, question.login)


async def _tcp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_tcp(target, question.deadline)


async def _web(question: Question, means: Means) -> ProbeResult:
    return await probe_web(
        question.host, question.deadline, means.policy, question.web, means.resolve
    )


async def _snmp(question: Question, means: Means) -> ProbeResult:
    if question.snmp is None:
        raise ValueError("SNMP needs a community or a user")
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_snmp(target, question.deadline, question.snmp, question.snmp_topics)


async def _smtp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_smtp(target, question.deadline)


async def _ntp(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_ntp(target, question.deadline)


async def _dns(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_name(
        target,
        question.deadline,
        name=question.name,
        record=question.record,
        wanted=question.wanted,
    )


async def _ping(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, 0, means.policy, means.resolve)
    return await probe_ping(target, question.deadline)


async def _ssh(question: Question, means: Means) -> ProbeResult:
    if question.ssh is None:
        raise ValueError("SSH needs a user name, and a password or a key")
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_machine(target, question.deadline, question.ssh, question.ssh_topics)


async def _ssh_key(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_host_key(target, question.deadline)


async def _asterisk(question: Question, means: Means) -> ProbeResult:
    if question.ssh is None or question.login is None:
        raise ValueError("Asterisk needs a login for SSH and one for its manager interface")
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_pbx(
        target, question.deadline, question.ssh, question.login, question.manager_port
    )


async def _nut(question: Question, means: Means) -> ProbeResult:
    target = await pin(question.host, question.port, means.policy, means.resolve)
    return await probe_ups(target, question.deadline, question.ups)


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
    ProbeKind.PING: _ping,
    ProbeKind.SSH: _ssh,
    ProbeKind.SSH_KEY: _ssh_key,
    ProbeKind.ASTERISK: _asterisk,
    ProbeKind.NUT: _nut,
}
