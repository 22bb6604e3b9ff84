"""What the verbs of checks share: the rules of a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from calcom_portal.common.errors import BadInput
from contracts.models import Device
from monitoring.actions._ways import refuse_retired
from monitoring.check_settings import (
    KINDS_OF_DRIVER,
    LONGEST_INTERVAL,
    LONGEST_TIMEOUT,
    SHORTEST_INTERVAL,
    SHORTEST_TIMEOUT,
    checked_settings,
)
from monitoring.models import Check, Connection, Opens
from monitoring.setting_readers import Value
from monitoring.targets import check_places
from monitoring.ways import HEARTBEAT, KINDS

MOST_IN_A_ROW = 10
SHORTEST_RETRY, LONGEST_RETRY = timedelta(seconds=5), timedelta(minutes=10)
# Site router, switch, phone system, trunk: more is a mistake.
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What is asked, how often, and what an outage leads to."""

    name: str
    kind: str
    connection: Connection | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    every: timedelta = timedelta(minutes=1)
    timeout: timedelta = timedelta(seconds=5)
    failures: int = 3
    successes: int = 2
    retry_after: timedelta = timedelta(seconds=20)
    is_important: bool = False
    opens: str = Opens.AUTO.value
    parent: Check | None = None


def checked_facts(facts: CheckFacts, device: Device, *, but: Check | None = None) -> CheckFacts:
    """Return the facts of a check as they are kept, its settings filled in.

    Raises BadInput with the field, RuleBroken for a retired device.
    """
    refuse_retired(device)
    _refuse_taken_name(facts.name, device, but)
    settings = checked_question(facts.kind, facts.settings, facts.connection, device)
    _refuse_times(facts)
    _refuse_parent(facts.parent, device, but)
    if facts.opens not in Opens.values:
        raise BadInput("Choose one of the answers offered.", field="opens")
    return replace(facts, settings=settings)


def checked_question(
    kind: str, settings: Mapping[str, object], connection: Connection | None, device: Device
) -> dict[str, Value]:
    """Return the settings of a question as they are kept. Raises BadInput with the field.

    Where it leads is judged now, without asking anybody, and again whenever it is asked.
    """
    if kind not in KINDS:
        raise BadInput("Choose what to ask from the list.", field="kind")
    if kind == HEARTBEAT:
        return checked_settings(kind, settings)
    if connection is None:
        raise BadInput("Choose through which connection to ask.", field="connection")
    if connection.device_id != device.pk:
        raise BadInput("This connection leads to another device.", field="connection")
    if kind not in KINDS_OF_DRIVER.get(connection.driver, ()):
        raise BadInput("This connection cannot ask that.", field="kind")
    if KINDS[kind].needs_secret and connection.credential_id is None:
        raise BadInput(
            f"{KINDS[kind].title} needs a connection with a credential.", field="connection"
        )
    checked = checked_settings(kind, settings)
    if kind == "tcp" and not (checked["port"] or connection.port):
        raise BadInput("Say which port has to open, such as 443.", field="port")
    check_places(checked, connection, device.provider_id)
    return checked


def _refuse_taken_name(name: str, device: Device, but: Check | None) -> None:
    rows = Check.objects.filter(device=device, name=name)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if rows.exists():
        raise BadInput(
            f"{device} has a check “{name}” already.",
            field="name",
            remedy="Choose a name that tells the two apart.",
        )


def _refuse_times(facts: CheckFacts) -> None:
    if not SHORTEST_INTERVAL <= facts.every <= LONGEST_INTERVAL:
        raise BadInput("Ask every 30 seconds at most, and once a day at least.", field="every")
    if not SHORTEST_TIMEOUT <= facts.timeout <= min(LONGEST_TIMEOUT, facts.every):
        raise BadInput(
            "Wait for 0.2 to 60 seconds, and no longer than between two checks.",
            field="timeout",
        )
    if not SHORTEST_RETRY <= facts.retry_after <= LONGEST_RETRY:
        raise BadInput("Try again after 5 seconds to 10 minutes.", field="retry_after")
    for name in ("failures", "successes"):
        if not 1 <= getattr(facts, name) <= MOST_IN_A_ROW:
            raise BadInput(f"Choose 1 to {MOST_IN_A_ROW} in a row.", field=name)


def _refuse_parent(parent: Check | None, device: Device, but: Check | None) -> None:
    if parent is None:
        return
    if parent.customer_id != device.customer_id:
        raise BadInput("This check belongs to another customer.", field="parent")
    above: Check | None = parent
    for _ in range(DEEPEST):
        if above is None:
            return
        if but is not None and above.pk == but.pk:
            raise BadInput(
                f"“{parent}” waits for this check itself, so it cannot come before it.",
                field="parent",
            )
        above = above.parent
    raise BadInput(f"More than {DEEPEST} checks in a row wait for each other.", field="parent")
