"""SNMP v2c and v3: does the agent answer, what is it, and how long has it been up? (RFC 3418)"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from gufo.snmp import Aes128Key, Sha256Key, SnmpAuthError, SnmpError, User, ValueType
from gufo.snmp.aio import SnmpSession

from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Value, clean
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.timing import NotWell, Stopwatch, within

SYSTEM_DESCRIPTION = "1.3.6.1.2.1.1.1.0"
SYSTEM_UPTIME = "1.3.6.1.2.1.1.3.0"
SYSTEM_NAME = "1.3.6.1.2.1.1.5.0"
TICKS_A_SECOND = 100


@dataclass(frozen=True, slots=True)
class Community:
    """How SNMP v2c asks: one shared word, sent in the clear."""

    word: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SnmpUser:
    """How SNMP v3 asks: a user, signed with SHA-256 and encrypted with AES-128 (authPriv)."""

    name: str
    authentication: str = field(repr=False)
    privacy: str = field(repr=False)


async def probe_snmp(
    target: Pinned, deadline: timedelta, access: Community | SnmpUser
) -> ProbeResult:
    """Read the system group. A v3 user that is refused is degraded: the agent is alive.

    An agent drops what a wrong community asks, so v2c cannot tell that from a dead host. Never
    raises for what the other side does.
    """
    watch = Stopwatch()
    values = await within(deadline, _read(target, deadline, access), watch)
    if isinstance(values, ProbeResult):
        return values
    if values is None:
        return ProbeResult(Outcome.DEGRADED, watch.took, "The login was refused")
    facts = _facts(values)
    return ProbeResult(Outcome.ALIVE, watch.took, "The SNMP agent answers", facts)


async def _read(
    target: Pinned, deadline: timedelta, access: Community | SnmpUser
) -> dict[str, ValueType] | None:
    """Return values by object, or None when the user was refused."""
    try:
        async with _session(target, deadline, access) as session:
            wanted = (SYSTEM_DESCRIPTION, SYSTEM_UPTIME, SYSTEM_NAME)
            return await session.get_many(wanted)
    except SnmpAuthError:
        return None
    except SnmpError as error:
        raise NotWell("What answered is no SNMP agent") from error


def _session(target: Pinned, deadline: timedelta, access: Community | SnmpUser) -> SnmpSession:
    # The caller's deadline ends it first.
    patience = deadline.total_seconds() * 2
    if isinstance(access, Community):
        return SnmpSession(target.address, target.port, access.word, timeout=patience)
    user = User(
        access.name,
        auth_key=Sha256Key(access.authentication.encode()),
        priv_key=Aes128Key(access.privacy.encode()),
    )
    return SnmpSession(target.address, target.port, user=user, timeout=patience)


def _facts(values: dict[str, ValueType]) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for name, key in (
        (Fact.SYSTEM_DESCRIPTION, SYSTEM_DESCRIPTION),
        (Fact.SYSTEM_NAME, SYSTEM_NAME),
    ):
        if isinstance(text := values.get(key), bytes):
            facts[name] = clean(text.decode("utf-8", errors="replace"))
    if isinstance(ticks := values.get(SYSTEM_UPTIME), int):
        facts[Fact.UPTIME] = ticks // TICKS_A_SECOND
    return facts
