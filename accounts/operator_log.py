"""The operator's own log: what was done to which provider, also after the provider is gone."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from accounts.models import OperatorEntry
from accounts.operators import Operator
from calcom_portal.common.chain import GENESIS, Break, Link, canonical, extend, first_break
from calcom_portal.common.tenancy import ask_database_now

# Any number: those who write at the same time meet here. The rows themselves cannot be changed.
LOCK = 7_266_010


@transaction.atomic
def log_act(
    operator: Operator, act: str, *, tenant: int | None, tenant_name: str = "", **details: object
) -> None:
    """Write down what an operator did. Outside any scope, in the transaction of the act."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    at = ask_database_now()
    head = OperatorEntry.objects.order_by("-number").values_list("number", "digest").first()
    body = canonical(
        {
            "at": at.isoformat(),
            "actor": operator.signature,
            "action": act,
            "tenant": tenant,
            "tenant_name": tenant_name,
            "details": details,
        }
    )
    link = next(iter(extend(head or (0, GENESIS), [body])))
    OperatorEntry.objects.create(
        number=link.number,
        at=at,
        actor=operator.signature[:254],
        action=act,
        tenant=tenant,
        tenant_name=tenant_name,
        body=body,
        previous=link.previous,
        digest=link.digest,
    )


def verify_operator_log() -> Break | None:
    """Walk the log and return the first place where it does not hold."""
    return first_break(_links())


def _links() -> Iterator[Link]:
    rows = OperatorEntry.objects.order_by("number")
    for row in rows.values_list("number", "previous", "body", "digest").iterator():
        yield Link(*row)
