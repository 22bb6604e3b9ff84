"""Whom to tell about a ticket. Memberships of active people only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q

from accounts.capabilities import Role
from accounts.models import Membership
from tickets.models import Ticket, Watcher

DESK_ROLES = (Role.DISPATCHER.value, Role.PROVIDER_ADMIN.value)


def customer_side(ticket: Ticket) -> list[int]:
    """Return the reporter, and the watchers who may see the ticket."""
    watchers = Watcher.objects.filter(ticket_id=ticket.pk).values("membership")
    people = Q(pk=ticket.reporter_id) | Q(pk__in=watchers) & seeing(ticket)
    return _ids(people, ticket.provider_id)


def seeing(ticket: Ticket) -> Q:
    """Return the condition for those whom no limit keeps from the ticket."""
    of_their_sites = Q(site_limit__isnull=True) | Q(site_limit__contains=[ticket.site_id or 0])
    return Q(pk=ticket.reporter_id) | Q(own_tickets_only=False) & of_their_sites


def our_side(ticket: Ticket) -> list[int]:
    """Return whoever has the ticket, else the dispatch desk."""
    rows = _rows(Q(pk=ticket.assignee_id) | Q(role__in=DESK_ROLES), ticket.provider_id)
    holder = [pk for pk, _ in rows if pk == ticket.assignee_id]
    return holder or desk_of(dict(rows))


def desk_of(roles: Mapping[int, str]) -> list[int]:
    """Return the dispatchers among people (role by membership); the admins where there is none."""
    dispatchers = [pk for pk, role in roles.items() if role == Role.DISPATCHER.value]
    return dispatchers or list(roles)


def without(people: Iterable[int], *left_out: int | None) -> list[int]:
    """Return people once each, without those named."""
    return [pk for pk in dict.fromkeys(people) if pk not in left_out]


def _ids(people: Q, provider_id: int) -> list[int]:
    return [pk for pk, _ in _rows(people, provider_id)]


def _rows(people: Q, provider_id: int) -> list[tuple[int, str]]:
    active = Membership.objects.filter(people, provider_id=provider_id, is_active=True)
    return list(active.order_by("pk").values_list("pk", "role"))
