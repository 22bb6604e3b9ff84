"""SNMP v2c and v3: does the agent answer, what is it, and how well is what it looks after?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from gufo.snmp import (
    Aes128Key,
    DesKey,
    Md5Key,
    Sha1Key,
    Sha256Key,
    SnmpAuthError,
    SnmpError,
    User,
)
from gufo.snmp.aio import SnmpSession

from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Value
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.snmp_tables import READERS, Objects, SnmpTopic
from monitoring.probes.timing import NotWell, Stopwatch, within

REFUSED = "The login was refused"
USUAL_TOPICS = frozenset({SnmpTopic.SYSTEM})
# Of one table: the largest switch has fewer ports.
MOST_ROWS = 1024
AT_ONCE = 20


class Signing(StrEnum):
    """How a v3 user signs; old equipment knows only the old ones."""

    SHA256 = "sha-256"
    SHA1 = "sha-1"
    MD5 = "md5"


class Hiding(StrEnum):
    """How a v3 user encrypts."""

    AES128 = "aes-128"
    DES = "des"


KEY_TO_SIGN: Mapping[Signing, type[Sha256Key | Sha1Key | Md5Key]] = {
    Signing.SHA256: Sha256Key,
    Signing.SHA1: Sha1Key,
    Signing.MD5: Md5Key,
}
KEY_TO_HIDE: Mapping[Hiding, type[Aes128Key | DesKey]] = {
    Hiding.AES128: Aes128Key,
    Hiding.DES: DesKey,
}


@dataclass(frozen=True, slots=True)
class Community:
    """How SNMP v2c asks: one shared word, sent in the clear."""

    word: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SnmpUser:
    """How SNMP v3 asks: a user, signed and encrypted (authPriv), SHA-256 and AES-128 as a rule."""

    name: str
    authentication: str = field(repr=False)
    privacy: str = field(repr=False)
    signing: Signing = Signing.SHA256
    hiding: Hiding = Hiding.AES128


async def probe_snmp(
    target: Pinned,
    deadline: timedelta,
    access: Community | SnmpUser,
    topics: Iterable[SnmpTopic] = USUAL_TOPICS,
) -> ProbeResult:
    """Read what the topics need. A v3 user that is refused is degraded: the agent is alive.

    An agent drops what a wrong community asks, so v2c cannot tell that from a dead host. Never
    raises for what the other side does.
    """
    watch = Stopwatch()
    facts = await within(deadline, _told(target, deadline, access, sorted(topics)), watch)
    if isinstance(facts, ProbeResult):
        return facts
    return ProbeResult(Outcome.ALIVE, watch.took, "The SNMP agent answers", facts)


async def _told(
    target: Pinned, deadline: timedelta, access: Community | SnmpUser, topics: list[SnmpTopic]
) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    try:
        async with _session(target, deadline, access) as session:
            for reader in (READERS[topic] for topic in topics):
                facts |= reader.read(await _objects(session, reader.single, reader.columns))
    except SnmpAuthError as error:
        raise NotWell(REFUSED, Outcome.DEGRADED) from error
    except SnmpError as error:
        raise NotWell("What answered is no SNMP agent") from error
    return facts


async def _objects(
    session: SnmpSession, single: tuple[str, ...], columns: tuple[str, ...]
) -> Objects:
    """Return values by object: those that stand alone, and the rows of columns."""
    found: Objects = await session.get_many(single) if single else {}
    for column in columns:
        rows = 0
        async for name, value in session.getbulk(column, AT_ONCE):
            found[name] = value
            rows += 1
            if rows == MOST_ROWS:
                break
    return found


def _session(target: Pinned, deadline: timedelta, access: Community | SnmpUser) -> SnmpSession:
    # The caller's deadline ends it first.
    patience = deadline.total_seconds() * 2
    if isinstance(access, Community):
        return SnmpSession(target.address, target.port, access.word, timeout=patience)
    user = User(
        access.name,
        auth_key=KEY_TO_SIGN[access.signing](access.authentication.encode()),
        priv_key=KEY_TO_HIDE[access.hiding](access.privacy.encode()),
    )
    return SnmpSession(target.address, target.port, user=user, timeout=patience)
