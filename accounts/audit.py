"""The audit trail: one call at the end of every action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from accounts.models import AuditEntry, ChainHead
from accounts.viewer import Viewer
from calcom_portal.common.chain import Break, Link, canonical, first_break
from calcom_portal.common.tenancy import database_now

# One statement: the head's row lock orders the writers, and PostgreSQL computes the same hash as
# `chain.digest`.
APPEND = """
WITH head AS (
    UPDATE accounts_chainhead
       SET number = number + 1,
           digest = encode(
               sha256(convert_to(digest || ':' || (number + 1) || ':' || %(body)s, 'UTF8')), 'hex')
     WHERE provider_id = %(provider)s AND chain = 'audit'
 RETURNING number, old.digest AS previous, new.digest AS digest
)
INSERT INTO accounts_auditentry
       (provider_id, number, at, actor_id, actor_name, action, subject, body, previous, digest)
SELECT %(provider)s, number, %(at)s, %(actor_id)s, %(actor_name)s, %(action)s, %(subject)s,
       %(body)s, previous, digest
  FROM head
"""


def record(actor: Viewer, action: str, subject: models.Model | str, **details: object) -> None:
    """Write down who did what. `details` are plain values; customers' texts do not belong here."""
    at = database_now()
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
    with connection.cursor() as cursor:
        cursor.execute(
            APPEND,
            {
                "provider": actor.provider_id,
                "at": at,
                "actor_id": actor.membership_id,
                "actor_name": actor.name[:120],
                "action": action,
                "subject": name[:120],
                "body": canonical(entry),
            },
        )


def verify_audit(provider_id: int) -> Break | None:
    """Walk a provider's trail and return the first place where it does not hold.

    The head knows how long the trail is, so rows cut off its end are missed too.
    """
    found = first_break(_links(provider_id))
    if found is not None:
        return found
    head = ChainHead.objects.get(provider_id=provider_id, chain="audit")
    count = AuditEntry.objects.filter(provider_id=provider_id).count()
    return Break(count + 1, f"row {count + 1} is missing") if count < head.number else None


def _links(provider_id: int) -> Iterator[Link]:
    rows = AuditEntry.objects.filter(provider_id=provider_id).order_by("number")
    for number, previous, body, digest in rows.values_list(
        "number", "previous", "body", "digest"
    ).iterator():
        yield Link(number, previous, body, digest)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)
