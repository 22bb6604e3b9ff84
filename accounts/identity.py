"""From a person or a token to a viewer: the only places that look across tenants."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from accounts.capabilities import Role
from accounts.first_hour import LASTS
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import (
    Scope,
    customer_scope,
    database_now,
    provider_scope,
    system_scope,
)


def memberships_of(user_id: int) -> list[Membership]:
    """Return where a person may work, oldest first."""
    with system_scope("find out where a person may work") as scope:
        rows = Membership.objects.filter(user_id=user_id, is_active=True)
        rows = rows.exclude(customer__is_active=False)
        rows = rows.exclude(provider__deletion_due_at__lte=scope.now)
        return list(rows.select_related("provider", "customer").order_by("id"))


def is_open(membership: Membership, at: datetime) -> bool:
    """May somebody work there: is the customer active, and the provider not due for deletion?"""
    customer, due = membership.customer, membership.provider.deletion_due_at
    is_there = due is None or due > at
    return is_there and (customer is None or customer.is_active)


def viewer_of(membership: Membership, at: datetime | None = None) -> Viewer:
    """Return the viewer that a membership makes. Provider and customer must be loaded.

    `at` is the instant where no scope tells it.
    """
    customer = membership.customer
    return Viewer(
        name=membership.name,
        role=Role(membership.role),
        provider_id=membership.provider_id,
        provider_name=membership.provider.name,
        provider_phone=membership.provider.phone,
        customer_id=membership.customer_id,
        customer_name=customer.name if customer else "",
        membership_id=membership.pk,
        user_id=membership.user_id,
        zone=membership.zone,
        limit=membership.limit,
        may_approve_changes=membership.may_approve_changes,
        is_suspended=membership.provider.is_suspended,
        closes_at=membership.provider.deletion_due_at,
        is_in_first_hour=_is_in_first_hour(membership, at),
    )


def viewer_scope(viewer: Viewer) -> AbstractContextManager[Scope]:
    """Return the scope in which a viewer acts: of the provider, or of a customer's person."""
    if viewer.customer_id is None:
        return provider_scope(provider_id=viewer.provider_id)
    return customer_scope(
        provider_id=viewer.provider_id, customer_id=viewer.customer_id, limit=viewer.limit
    )


def _is_in_first_hour(membership: Membership, at: datetime | None) -> bool:
    provider = membership.provider
    if membership.role != Role.PROVIDER_ADMIN or provider.created_at is None:
        return False
    is_young = (at or database_now()) - provider.created_at < LASTS
    return is_young and "dismissed_at" not in provider.first_hour
