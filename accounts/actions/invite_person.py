"""Invite somebody to join a company."""

from __future__ import annotations

import secrets
from datetime import timedelta

from accounts.allowances import Allowance, check_allowance
from accounts.audit import record
from accounts.authority import check_role, require_manages
from accounts.companies import of_company
from accounts.emails import BadAddress, clean_email
from accounts.letters import InvitationLetter, invitation_path, post, token_of
from accounts.models import Customer, Invitation, Membership
from accounts.room import Resource, make_room
from accounts.tokens import hashed
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now

GOOD_FOR = timedelta(days=7)
EVERYTHING = Allowance()


def invite_person(
    *,
    email: str,
    name: str,
    role: str,
    customer: Customer | None,
    allowance: Allowance = EVERYTHING,
    actor: Viewer,
) -> Invitation:
    """Offer a role in a company (None: the provider) to the owner of an address, for seven days.

    Whether the address is known elsewhere is not even looked up. Raises NotAllowed, BadInput for a
    bad address, role or limit, RuleBroken for somebody who is in the company or has an open
    invitation and for a customer who has left, PlanFull.
    """
    return invite_with_link(
        email=email, name=name, role=role, customer=customer, allowance=allowance, actor=actor
    )[0]


def invite_with_link(
    *,
    email: str,
    name: str,
    role: str,
    customer: Customer | None,
    allowance: Allowance = EVERYTHING,
    actor: Viewer,
) -> tuple[Invitation, str]:
    """Invite, and return the path of the link too: for operators who have no mail yet."""
    customer_id = customer.pk if customer else None
    require_manages(actor, customer_id)
    chosen = check_role(role, customer_id)
    check_allowance(allowance, chosen, customer_id)
    _refuse_of_the_gone(customer)
    address = _address(email)
    _refuse_known(address, customer_id)
    if customer_id is None:
        make_room(Resource.STAFF, actor=actor)
    nonce = secrets.token_hex(16)
    now = database_now()
    invitation: Invitation = Invitation.objects.create(
        provider_id=actor.provider_id,
        customer_id=customer_id,
        email=address,
        name=name,
        role=chosen.value,
        token_hash=hashed(token_of(nonce)),
        invited_by_id=actor.membership_id,
        created_at=now,
        expires_at=now + GOOD_FOR,
        **allowance.columns,
    )
    post(letter_of(invitation, nonce=nonce, company=_company(customer, actor), actor=actor))
    record(actor, "person.invited", invitation, id=invitation.pk, role=chosen, customer=customer_id)
    return invitation, invitation_path(nonce)


def letter_of(
    invitation: Invitation, *, nonce: str, company: str, actor: Viewer
) -> InvitationLetter:
    """Return the letter of an invitation."""
    return InvitationLetter(
        provider_id=invitation.provider_id,
        customer_id=invitation.customer_id,
        address=invitation.email,
        name=invitation.name,
        company=company,
        role=check_role(invitation.role, invitation.customer_id).label,
        invited_by=actor.name,
        nonce=nonce,
        expires_at=invitation.expires_at,
    )


def _address(email: str) -> str:
    try:
        return clean_email(email)
    except BadAddress as error:
        raise BadInput(str(error), field="email") from error


def _company(customer: Customer | None, actor: Viewer) -> str:
    return customer.name if customer else actor.provider_name


def _refuse_of_the_gone(customer: Customer | None) -> None:
    if customer and customer.left_at:
        raise RuleBroken(
            f"{customer.name} has left: nobody can join it.",
            remedy="Make it a customer anew, if it comes back.",
            field="email",
        )


def _refuse_known(address: str, customer_id: int | None) -> None:
    people = Membership.objects.filter(of_company(customer_id), email=address)
    if person := people.first():
        remedy = (
            "They can sign in." if person.is_active else "Open their page and let them in again."
        )
        raise RuleBroken(
            f"{person.name} ({address}) is in the company already.", remedy=remedy, field="email"
        )
    open_ones = Invitation.objects.filter(
        of_company(customer_id),
        email=address,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=database_now(),
    )
    if open_ones.exists():
        raise RuleBroken(
            f"{address} has an open invitation already.",
            remedy="Send it again from the list of people.",
            field="email",
        )
