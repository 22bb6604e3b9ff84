"""Who may manage whom, as tables. Administrators of a customer manage their colleagues only."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.capabilities import CUSTOMER_ROLES, STAFF_ROLES, Capability, Role
from accounts.companies import of_company
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken

ADMIN_ROLES = frozenset({Role.PROVIDER_ADMIN, Role.CUSTOMER_ADMIN})


def may_manage(actor: Viewer, customer_id: int | None) -> bool:
    """May the actor manage the people of this customer (None: of the provider)?"""
    if actor.can(Capability.MANAGE_PEOPLE):
        return True
    is_own = customer_id is not None and customer_id == actor.customer_id
    return is_own and actor.can(Capability.MANAGE_COLLEAGUES)


def require_manages(actor: Viewer, customer_id: int | None) -> None:
    """Raise NotAllowed unless the actor may manage these people."""
    if not may_manage(actor, customer_id):
        raise NotAllowed(
            f"As {actor.role.label.lower()} you may not manage people.",
            remedy="Ask an administrator of your company to do it.",
        )


def offered_roles(customer_id: int | None) -> list[Role]:
    """Return the roles that exist in a company, the least powerful first."""
    roles = STAFF_ROLES if customer_id is None else CUSTOMER_ROLES
    return [role for role in Role if role in roles]


def check_role(role: str, customer_id: int | None) -> Role:
    """Return the role. Raises BadInput if it does not exist in this company."""
    if role not in offered_roles(customer_id):
        raise BadInput(
            "This role does not exist in this company.", field="role", remedy="Choose another one."
        )
    return Role(role)


def keep_one_admin(person: Membership, *, field: str) -> None:
    """Raise RuleBroken if the company would be left without an administrator.

    `field` is what the sender would have to change. Locks the administrators of the company, in key
    order: two who remove each other meet here.
    """
    if Role(person.role) not in ADMIN_ROLES:
        return
    admins = Membership.objects.filter(
        of_company(person.customer_id), role=person.role, is_active=True
    )
    others = [
        admin.pk
        for admin in admins.order_by("pk").select_for_update(no_key=True)
        if admin.pk != person.pk
    ]
    if not others:
        raise RuleBroken(
            f"{person.name} is the last administrator of the company.",
            remedy="Make somebody else an administrator first.",
            field=field,
        )


def require_successor(person: Membership, successor_id: int | None) -> Membership | None:
    """Return the colleague who takes over; None when nobody is named.

    Raises BadInput for somebody who is not an active colleague.
    """
    if successor_id is None:
        return None
    colleagues = successors_of(person).filter(pk=successor_id)
    successor: Membership | None = colleagues.first()
    if successor is None:
        raise BadInput(
            "That person is no active colleague.",
            field="successor",
            remedy="Choose somebody from the list.",
        )
    return successor


def successors_of(person: Membership) -> QuerySet[Membership]:
    """Return who may take over: active colleagues of the same company, by name."""
    rows = Membership.objects.filter(of_company(person.customer_id), is_active=True)
    return rows.exclude(pk=person.pk).order_by("name", "pk")
