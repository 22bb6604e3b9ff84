"""A way through the portal's pages that leaves no trace: for `calcom_portal.warming` only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Final

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from accounts.capabilities import Role
from accounts.middleware import SEAT, Seat
from accounts.models import Membership
from calcom_portal.common.tenancy import system_scope
from tickets.models import Ticket

# What most people ask for, most of the time.
ASKED_MOST: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.TECHNICIAN: ("/queue/", "/queue/rows/", "/tickets/"),
    Role.CUSTOMER_USER: ("/", "/tickets/", "/tickets/new/"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes, as a browser would tell it, and the pages on the way."""

    cookie: str
    pages: tuple[str, ...]


@contextmanager
def visits() -> Iterator[list[Visit]]:
    """Sign one person of each role in for the length of a block, in which pages may be asked for.

    It is one transaction, which is always rolled back: no other connection ever sees these
    sessions, and whatever a page writes is undone. A portal without people has no visits.
    """
    with _connection_kept(), transaction.atomic():
        try:
            with system_scope("find people whose usual pages can be warmed up"):
                people = [one for role in ASKED_MOST if (one := _somebody(role)) is not None]
                pages = [ASKED_MOST[Role(one.role)] + _newest_ticket(one) for one in people]
            yield [Visit(_cookie(one), way) for one, way in zip(people, pages, strict=True)]
        finally:
            transaction.set_rollback(True)


@contextmanager
def _connection_kept() -> Iterator[None]:
    """Keep Django from closing, between two requests, a connection with an open transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _somebody(role: Role) -> Membership | None:
    return Membership.objects.filter(role=role, is_active=True).order_by("pk").first()


def _newest_ticket(one: Membership) -> tuple[str, ...]:
    tickets = Ticket.objects.filter(provider_id=one.provider_id)
    if one.customer_id is not None:
        tickets = tickets.filter(customer_id=one.customer_id)
    ticket = tickets.order_by("-pk").first()
    return (f"/tickets/{ticket.reference}/",) if ticket else ()


def _cookie(one: Membership) -> str:
    # Outside the scope: no scope may read who signs in.
    user = get_user_model().objects.get(pk=one.user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SEAT] = asdict(Seat(one.pk, one.provider_id, one.customer_id))
    session.save(must_create=True)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
