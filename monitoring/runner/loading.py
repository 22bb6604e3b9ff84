"""From rows to plans. Runs on the database thread, in a system scope.

A look at all checks compares what each is made of (`digests_of`); only those that changed are read
whole (`plans_of`), and only then are secrets opened, for the runner's memory alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from django.db import connection

from accounts.sealing import SealBroken
from calcom_portal.common.errors import PortalError
from calcom_portal.common.tenancy import database_now, system_scope
from monitoring.check_settings import HEARTBEAT
from monitoring.credentials import open_credential
from monitoring.models import Check, Connection, Credential, Transport
from monitoring.places import NOWHERE, NotAskable, Place, Secret
from monitoring.policy_of import everybodys_policy, policies_by_provider
from monitoring.probes.egress import EgressPolicy
from monitoring.probes.kinds import Question
from monitoring.questions import question_of
from monitoring.runner.leases import SHARDS
from monitoring.runner.plans import Plan
from monitoring.states import Standing, State, Thresholds

log = logging.getLogger(__name__)

PIECE = 500
USED_AGAIN_AFTER = timedelta(hours=1)
REASON = "the runner reads what to ask"

# Everything that a plan is made of; a paused check, a retired device and a customer who has left
# are not asked.
DIGESTS = """
SELECT c.id, md5(ROW(c.kind, c.settings, c.every_seconds, c.timeout_ms, c.failures, c.successes,
                     c.retry_seconds, c.parent_id, d.site_id, c.connection_id, n.transport,
                     n.agent_id, n.host, n.port, n.settings, n.host_key, s.sealed,
                     a.revoked_at)::text)
  FROM monitoring_check c
  JOIN contracts_device d ON d.id = c.device_id
  JOIN accounts_customer k ON k.id = c.customer_id
  LEFT JOIN monitoring_connection n ON n.id = c.connection_id
  LEFT JOIN monitoring_credential s ON s.id = n.credential_id
  LEFT JOIN monitoring_siteagent a ON a.id = n.agent_id
 WHERE c.paused_at IS NULL AND c.kind <> %s AND c.customer_id %% %s = ANY(%s)
   AND d.retired_on IS NULL AND k.left_at IS NULL
"""


def digests_of(shards: Iterable[int]) -> dict[int, str]:
    """Return what each check of some shards is made of, as a digest."""
    with system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(DIGESTS, [HEARTBEAT, SHARDS, list(shards)])
        return dict(cursor.fetchall())


def policies() -> tuple[EgressPolicy, dict[int, EgressPolicy]]:
    """Return everybody's policy, and those of providers that have a list of their own."""
    with system_scope(REASON):
        return everybodys_policy(), policies_by_provider()


def plans_of(digests: Sequence[tuple[int, str]]) -> list[Plan]:
    """Read some checks whole, and open the secrets that they need."""
    plans: list[Plan] = []
    made_of = dict(digests)
    for piece in _pieces(list(made_of)):
        with system_scope(REASON):
            rows = Check.objects.filter(pk__in=piece).select_related(
                "device", "connection__credential", "connection__agent"
            )
            found = list(rows)
            _note_use({row.connection.credential for row in found if row.connection})
            plans.extend(_plan(row, made_of[row.pk]) for row in found)
    return plans


def place_of(line: Connection | None) -> Place:
    """Return where a connection leads, its secret opened. Raises NotAskable."""
    if line is None:
        return NOWHERE
    if line.agent is not None and line.agent.revoked_at is not None:
        raise NotAskable("The agent at the site was revoked.")
    secret: Secret = {}
    if line.credential is not None:
        try:
            # Not its plain values: logs mask what it holds for as long as it lives.
            secret = open_credential(line.credential)
        except SealBroken as error:
            raise NotAskable(f"{error.message} {error.remedy}") from error
    return Place(line.host, line.port, secret, line.host_key)


def agent_of(line: Connection | None) -> int | None:
    """Return the agent that asks at the site; None when the portal asks itself."""
    return line.agent_id if line and line.transport == Transport.AGENT.value else None


def _plan(row: Check, digest: str) -> Plan:
    question, problem, secret = _question(row)
    return Plan(
        check_id=row.pk,
        provider_id=row.provider_id,
        customer_id=row.customer_id,
        site_id=row.device.site_id,
        parent_id=row.parent_id,
        agent_id=agent_of(row.connection),
        kind=row.kind,
        question=question,
        problem=problem,
        secret=secret,
        every=float(row.every_seconds),
        thresholds=Thresholds(
            max(1, row.failures), max(1, row.successes), timedelta(seconds=row.retry_seconds)
        ),
        digest=digest,
        standing=Standing(State(row.state), row.since, row.row, State(row.settled)),
        last_at=row.last_at,
    )


def _question(row: Check) -> tuple[Question | None, str, Secret]:
    try:
        place = place_of(row.connection)
        timeout = timedelta(milliseconds=row.timeout_ms)
        return question_of(row.kind, row.settings, place, timeout), "", place.secret
    except (NotAskable, PortalError) as problem:
        return None, str(problem), {}
    except (ValueError, KeyError, TypeError) as error:
        # Rows that no editor writes; one of them must not stop all the others.
        log.warning("runner.bad_check id=%s error=%s", row.pk, type(error).__name__)
        return None, "What this check asks is not understood. Save it again.", {}


def _note_use(credentials: set[Credential | None]) -> None:
    now = database_now()
    stale = [
        credential.pk
        for credential in credentials
        if credential and (not credential.used_at or credential.used_at < now - USED_AGAIN_AFTER)
    ]
    Credential.objects.filter(pk__in=stale).update(used_at=now)


def _pieces(numbers: list[int]) -> Iterator[list[int]]:
    rest = iter(numbers)
    while piece := list(islice(rest, PIECE)):
        yield piece
