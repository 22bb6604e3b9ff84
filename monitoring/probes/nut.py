"""Uninterruptible power supplies behind a NUT server: on line or on battery, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta

from aionut import AIONUTClient, NUTCommandError, NUTError, NUTOSError

from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Value, clean
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.timing import NotWell, Stopwatch, within

# Both go into a line of the protocol.
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
NO_NUT = "What answered is no NUT server"
NO_UPS = "The NUT server answers, and cannot read the power supply"
SECONDS_A_MINUTE = 60

NUMBERS = (
    (Fact.UPS_CHARGE, "battery.charge", 1),
    (Fact.UPS_LOAD, "ups.load", 1),
    (Fact.UPS_RUNTIME, "battery.runtime", SECONDS_A_MINUTE),
)
TEXTS = (
    (Fact.UPS_MODEL, "ups.model"),
    (Fact.UPS_STATUS, "ups.status"),
    (Fact.UPS_BATTERY_DATE, "battery.mfr.date"),
)
FLAGS = (
    (Fact.UPS_ON_BATTERY, "OB"),
    (Fact.UPS_BATTERY_LOW, "LB"),
    (Fact.UPS_BATTERY_BAD, "RB"),
)


async def probe_ups(target: Pinned, deadline: timedelta, name: str = "") -> ProbeResult:
    """Read the power supply `name`, or the only one of the server when it is "".

    Never raises for what the other side does; ValueError for what cannot be a name.
    """
    if name and not NAME.match(name):
        raise ValueError("The name of a power supply has letters, digits, dots and dashes only")
    watch = Stopwatch()
    told = await within(deadline, _told(target, deadline, name), watch)
    if isinstance(told, ProbeResult):
        return told
    facts = ups_facts(told)
    if Fact.UPS_STATUS not in facts:
        return ProbeResult(Outcome.DEGRADED, watch.took, "It does not tell its state", facts)
    words = f"The power supply says {facts[Fact.UPS_STATUS]}"
    return ProbeResult(Outcome.ALIVE, watch.took, words, facts)


def ups_facts(told: dict[str, str]) -> dict[str, Value]:
    """Return the facts among the variables of a power supply; pure."""
    facts: dict[str, Value] = {}
    for fact, variable, divisor in NUMBERS:
        if (number := _number(told.get(variable, ""))) is not None:
            facts[fact] = round(number / divisor, 1)
    for fact, variable in TEXTS:
        if text := clean(told.get(variable, "")):
            facts[fact] = text
    if Fact.UPS_STATUS in facts:
        words = str(facts[Fact.UPS_STATUS]).split()
        facts |= {fact: int(word in words) for fact, word in FLAGS}
    return facts


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text) else None


async def _told(target: Pinned, deadline: timedelta, name: str) -> dict[str, str]:
    # The caller's deadline ends it first. Nobody signs in: reading needs no password.
    patience = deadline.total_seconds() * 2
    client = AIONUTClient(target.address, target.port, timeout=patience, persistent=True)
    try:
        return await client.list_vars(name or await _only_one(client))
    except NUTOSError as error:
        raise error.__cause__ or OSError from error
    except NUTCommandError as error:
        raise NotWell(NO_UPS, Outcome.DEGRADED) from error
    except (NUTError, UnicodeDecodeError, ValueError, IndexError) as error:
        raise NotWell(NO_NUT) from error
    finally:
        client.disconnect()


async def _only_one(client: AIONUTClient) -> str:
    found = list(await client.list_ups())
    if len(found) != 1 or not NAME.match(found[0]):
        raise NotWell(f"The server has {len(found)} power supplies: name one", Outcome.UNKNOWN)
    return found[0]
