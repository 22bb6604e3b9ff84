"""Accept an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.allowances import Allowance
from accounts.audit import record
from accounts.companies import of_company
from accounts.identity import viewer_of
from accounts.models import Invitation, Membership, User
from accounts.people import create_user, user_with_address
from accounts.tokens import hashed
from calcom_portal.common.errors import Missing, RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope


class NoInvitation(Missing):
    """Unknown, used, expired and withdrawn links look the same."""

    title = "This invitation cannot be used"

    def __init__(self) -> None:
        super().__init__(
            "The link is not complete, was used already, has expired or was withdrawn.",
            remedy="Ask for a new one, or sign in if you have joined already.",
        )


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What the page of an invitation may show.

    `company` is the customer or the provider, `zone` where the provider works.
    """

    id: int
    provider_id: int
    customer_id: int | None
    email: str
    name: str
    role: str
    company: str
    expires_at: datetime
    zone: str
    allowance: Allowance


def open_invitation(token: str) -> OpenInvitation:
    """Find an open invitation by its token; nobody is known yet. Raises NoInvitation."""
    with system_scope("open an invitation by its token") as scope:
        rows = Invitation.objects.select_related("provider", "customer")
        found = rows.filter(
            token_hash=hashed(token),
            accepted_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=scope.now,
        ).first()
        if found is None or (found.customer and not found.customer.is_active):
            raise NoInvitation
        return OpenInvitation(
            id=found.pk,
            provider_id=found.provider_id,
            customer_id=found.customer_id,
            email=found.email,
            name=found.name,
            role=found.role,
            company=found.customer.name if found.customer else found.provider.name,
            expires_at=found.expires_at,
            zone=found.provider.zone,
            allowance=Allowance.of(found),
        )


@transaction.atomic
def accept_invitation(*, token: str, name: str = "", password: str = "") -> Membership:
    """Make the invited person a member; a person who is new here gets an account.

    Runs outside any scope: accounts are out of reach inside one. `password` is for new people only;
    the caller makes sure that one with an account has signed in to it. Raises NoInvitation, or
    RuleBroken when an account exists and a password is given.
    """
    invitation = open_invitation(token)
    user = user_with_address(invitation.email)
    if user is not None and password:
        raise RuleBroken(
            f"{invitation.email} has an account already.", remedy="Sign in, then open the link."
        )
    # Created before the scope begins; a link that was used meanwhile takes it back with it.
    user = user or create_user(email=invitation.email, name=name, password=password)
    with provider_scope(provider_id=invitation.provider_id) as scope:
        _use(invitation.id, scope.now)
        person = _join(invitation, user)
        record(viewer_of(person), "invitation.accepted", person, id=person.pk, role=person.role)
    return person


def _use(invitation_id: int, now: datetime) -> None:
    still_open = Invitation.objects.filter(
        pk=invitation_id, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    if not still_open.update(accepted_at=now):
        raise NoInvitation


def _join(invitation: OpenInvitation, user: User) -> Membership:
    details = {
        "role": invitation.role,
        "name": user.name,
        "email": user.email,
        "zone": user.zone,
        "is_active": True,
        **invitation.allowance.columns,
    }
    company = of_company(invitation.customer_id)
    if not Membership.objects.filter(company, user_id=user.pk).update(**details):
        Membership.objects.create(
            provider_id=invitation.provider_id,
            customer_id=invitation.customer_id,
            user_id=user.pk,
            **details,
        )
    rows = Membership.objects.select_related("provider", "customer")
    return rows.get(company, user_id=user.pk)
