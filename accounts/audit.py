"""The audit trail: one call at the end of every action."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import models

from accounts.chains import Chain, verify_chain
from accounts.models import AuditEntry, Customer
from accounts.suspension import is_always_recorded, suspended
from accounts.viewer import Viewer
from calcom_portal.common.chain import Break, Link, canonical
from calcom_portal.common.prepared import PreparedSql
from calcom_portal.common.tenancy import database_now

# One statement: the head's row lock orders the writers, and PostgreSQL computes the same hash as
# `chain.digest`. A suspended provider's trail takes nothing in, and without its row no act stands.
APPEND = PreparedSql(
    "append_audit",
    """
WITH head AS (
    UPDATE accounts_chainhead
       SET number = number + 1,
           digest = encode(
               sha256(convert_to(digest || ':' || (number + 1) || ':' || %(body)s, 'UTF8')), 'hex')
     WHERE provider_id = %(provider)s AND chain = 'audit'
       AND (%(always)s OR NOT EXISTS (
           SELECT FROM accounts_provider WHERE id = %(provider)s AND suspended_at IS NOT NULL))
 RETURNING number, old.digest AS previous, new.digest AS digest
)
INSERT INTO accounts_auditentry
       (provider_id, number, at, actor_id, actor_name, action, subject, customer_id, body,
        previous, digest)
SELECT %(provider)s, number, %(at)s::timestamptz, %(actor_id)s::bigint, %(actor_name)s::text,
       %(action)s::text, %(subject)s::text, %(customer)s::bigint, %(body)s, previous, digest
  FROM head
""",
)


def record(actor: Viewer, action: str, subject: models.Model | str, **details: object) -> None:
    """Write down who did what. `details` are plain values; customers' texts do not belong here.

    Raises ProviderSuspended for an act that a suspended provider may not do: see `suspension`.
    """
    at = database_now()
    customer_id = _customer_of(actor, subject)
    name = subject if isinstance(subject, str) else f"{subject._meta.verbose_name} {subject}"
    entry: dict[str, Any] = {
        "at": at.isoformat(),
        "actor": {
            "id": actor.membership_id,
            "name": actor.name,
            "role": actor.role.value,
            "via": actor.via,
        },
        "action": action,
        "subject": name[:120],
        "details": {key: _plain(value) for key, value in details.items()},
    }
    if customer_id is not None:
        entry["customer"] = customer_id
    values = {
        "provider": actor.provider_id,
        "at": at,
        "actor_id": actor.membership_id,
        "actor_name": actor.name[:120],
        "action": action,
        "subject": name[:120],
        "customer": customer_id,
        "body": canonical(entry),
        "always": is_always_recorded(action),
    }
    if not APPEND.write(values):
        raise suspended(actor)


def verify_audit(provider_id: int) -> Break | None:
    """Walk a provider's trail and return the first place where it does not hold.

    The columns beside the body, which pages show, must say what the hashed body says.
    """
    return verify_chain(
        Chain.AUDIT, provider_id=provider_id, links=_links(provider_id)
    ) or _differing(provider_id)


def _links(provider_id: int) -> Iterator[Link]:
    rows = AuditEntry.objects.filter(provider_id=provider_id).order_by("number")
    for number, previous, body, digest in rows.values_list(
        "number", "previous", "body", "digest"
    ).iterator():
        yield Link(number, previous, body, digest)


def _differing(provider_id: int) -> Break | None:
    rows = AuditEntry.objects.filter(provider_id=provider_id).order_by("number")
    for entry in rows.iterator():
        body = json.loads(entry.body)
        told = {
            "at": body["at"],
            "actor_id": body["actor"]["id"],
            "actor_name": body["actor"]["name"][:120],
            "action": body["action"],
            "subject": body["subject"],
            "customer_id": body.get("customer"),
        }
        stored = {name: getattr(entry, name) for name in told}
        stored["at"] = entry.at.astimezone(UTC).isoformat()
        if told != stored:
            names = ", ".join(name for name in told if told[name] != stored[name])
            return Break(entry.number, f"{names} beside the row differ from what was written")
    return None


def _customer_of(actor: Viewer, subject: models.Model | str) -> int | None:
    """Return the customer whom an entry is about, so that people can ask for it."""
    if actor.customer_id is not None:
        return actor.customer_id
    own = subject.pk if isinstance(subject, Customer) else getattr(subject, "customer_id", None)
    return None if own is None else int(own)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)
