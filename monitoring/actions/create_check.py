"""Have a device asked again and again."""

from __future__ import annotations

import secrets
from datetime import timedelta

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.tokens import hashed
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from monitoring.actions._check_rules import CheckFacts, checked_facts
from monitoring.models import Check
from monitoring.ways import HEARTBEAT

SECOND, MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)
TOKEN_BYTES = 16


def create_check(*, device: Device, facts: CheckFacts, actor: Viewer) -> tuple[Check, str]:
    """Create a check, and return it with the token of its address: "" unless it reports by itself.

    The token is never seen again. Raises NotAllowed; RuleBroken for a retired device; BadInput with
    the field for what cannot be asked, or leads where probes may not go.
    """
    actor.require(Capability.MANAGE_MONITORING)
    facts = checked_facts(facts, device)
    now = database_now()
    token = secrets.token_urlsafe(TOKEN_BYTES) if facts.kind == HEARTBEAT else ""
    check: Check = Check.objects.create(
        provider_id=actor.provider_id,
        customer_id=device.customer_id,
        device=device,
        created_at=now,
        since=now,
        token_hash=hashed(token) if token else "",
        kind=facts.kind,
        **columns_of(facts),
    )
    record(actor, "check.created", check, id=check.pk, device=device.pk, kind=check.kind)
    return check, token


def columns_of(facts: CheckFacts) -> dict[str, object]:
    """Return the columns that somebody sets; the kind is set once, and the state by the runner."""
    return {
        "name": facts.name,
        "connection": facts.connection,
        "settings": dict(facts.settings),
        "every_seconds": facts.every // SECOND,
        "timeout_ms": facts.timeout // MILLISECOND,
        "failures": facts.failures,
        "successes": facts.successes,
        "retry_seconds": facts.retry_after // SECOND,
        "is_important": facts.is_important,
        "opens": facts.opens,
        "parent": facts.parent,
    }
