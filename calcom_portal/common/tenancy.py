"""Scopes: the only doors to a tenant's data.

A scope opens a transaction, takes one of three PostgreSQL roles for that transaction and tells
the row policies whose rows may be seen (see `rls`). Owned models refuse to be queried outside
one (see `owned`). On leaving, the former scope is put back by hand: a released savepoint does
not undo SET LOCAL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from django.db import connection, transaction

from calcom_portal.common.errors import NoScope
from calcom_portal.common.limits import Limit


class DatabaseRole(StrEnum):
    """The PostgreSQL group roles that hold grants on owned tables."""

    CUSTOMER = "portal_customer"
    STAFF = "portal_staff"
    SYSTEM = "portal_system"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data may be seen, and the database's time (UTC) when the scope began.

    `reason` is given for system scopes only and says in words why tenants are crossed. `replayed`
    marks a scope that repeats the past: `now` is an instant of history. `limit` narrows a
    customer's scope to what one of its people may see.
    """

    role: DatabaseRole
    provider_id: int | None
    customer_id: int | None
    now: datetime
    reason: str = ""
    replayed: bool = False
    limit: Limit | None = None


_current: ContextVar[Scope | None] = ContextVar("portal_scope", default=None)

ENTER = """
SELECT set_config('role', %s, true),
       set_config('app.provider_id', %s, true),
       set_config('app.customer_id', %s, true),
       set_config('app.limit', %s, true),
       portal_now()
"""


# For one question, see `Prepared.glance`: nobody is told the instant.
GLANCE = Scope(DatabaseRole.SYSTEM, None, None, datetime.min.replace(tzinfo=UTC))
ENTER_FOR_A_GLANCE = ENTER % (f"'{GLANCE.role.value}'", "''", "''", "''")


def current_scope() -> Scope:
    """Return the scope in force. Raises NoScope outside one."""
    scope = _current.get()
    if scope is None:
        raise NoScope(
            "Owned data was asked for outside a scope: "
            "enter customer_scope, provider_scope or system_scope."
        )
    return scope


def in_scope() -> bool:
    """Is any scope in force?"""
    return _current.get() is not None


def database_now() -> datetime:
    """Return the instant (UTC) that decides in this scope: the database's time when it began."""
    return current_scope().now


def ask_database_now() -> datetime:
    """Return the database's time (UTC) where no scope is: for what belongs to no tenant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_now()")
        now: datetime = cursor.fetchone()[0]
    return now.astimezone(UTC)


@contextmanager
def customer_scope(
    *, provider_id: int, customer_id: int, limit: Limit | None = None
) -> Iterator[Scope]:
    """See one customer's rows, without internal notes; with a limit only what that leaves."""
    with _enter(DatabaseRole.CUSTOMER, provider_id, customer_id, limit=limit) as scope:
        yield scope


def narrowed(limit: Limit | None) -> AbstractContextManager[Scope]:
    """Narrow the customer's scope in force to a person's limit; None leaves it as it is."""
    scope = current_scope()
    if limit is None:
        return nullcontext(scope)
    return customer_scope(
        provider_id=scope.provider_id or 0, customer_id=scope.customer_id or 0, limit=limit
    )


@contextmanager
def provider_scope(*, provider_id: int) -> Iterator[Scope]:
    """See all rows of one provider."""
    with _enter(DatabaseRole.STAFF, provider_id, None) as scope:
        yield scope


@contextmanager
def system_scope(reason: str) -> Iterator[Scope]:
    """See the rows of every provider: for sweeps, and for finding out who somebody is."""
    with _enter(DatabaseRole.SYSTEM, None, None, reason) as scope:
        yield scope


@contextmanager
def replayed_scope(at: datetime) -> Iterator[Scope]:
    """Repeat the current scope as if it had begun at `at`. Only for the demo's history and tests.

    Scopes opened inside it, by sweeps for example, stay at that instant too, and wake nobody.
    """
    scope = replace(current_scope(), now=at.astimezone(UTC), replayed=True)
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


@contextmanager
def planning_scope(scope: Scope) -> Iterator[Scope]:
    """Build a query, and ask none, as if `scope` were in force. For `prepared` only."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


@contextmanager
def _enter(
    role: DatabaseRole,
    provider_id: int | None,
    customer_id: int | None,
    reason: str = "",
    limit: Limit | None = None,
) -> Iterator[Scope]:
    outer = _current.get()
    with transaction.atomic():
        now = _take_role(role.value, provider_id, customer_id, limit)
        scope = Scope(role, provider_id, customer_id, now, reason, limit=limit)
        if outer is not None and outer.replayed:
            scope = replace(scope, now=outer.now, replayed=True)
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
        # Reached on success only: rolling back to the savepoint undoes SET LOCAL by itself,
        # releasing it does not.
        if connection.savepoint_ids and not connection.needs_rollback:
            _take_role(*_former(outer))


def _former(outer: Scope | None) -> tuple[str, int | None, int | None, Limit | None]:
    return (
        ("none", None, None, None)
        if outer is None
        else (outer.role.value, outer.provider_id, outer.customer_id, outer.limit)
    )


def _take_role(
    role: str, provider_id: int | None, customer_id: int | None, limit: Limit | None
) -> datetime:
    narrowing = limit.setting() if limit else ""
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [role, str(provider_id or ""), str(customer_id or ""), narrowing])
        now: datetime = cursor.fetchone()[-1]
    return now.astimezone(UTC)
