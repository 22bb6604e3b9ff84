"""Send an invitation again."""

from __future__ import annotations

import secrets

from accounts.actions.invite_person import GOOD_FOR, letter_of
from accounts.audit import record
from accounts.authority import require_manages
from accounts.letters import post, token_of
from accounts.models import Invitation
from accounts.room import Resource, make_room
from accounts.tokens import hashed
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now


def resend_invitation(*, invitation: Invitation, actor: Viewer) -> Invitation:
    """Send a fresh link, good for seven days from now; the former link stops working.

    Raises NotAllowed, or RuleBroken when it was accepted or withdrawn meanwhile, PlanFull
    when it had expired and its place was taken.
    """
    require_manages(actor, invitation.customer_id)
    invitation = lock_open(invitation)
    has_room = invitation.expires_at > database_now()
    if invitation.customer_id is None and not has_room:
        make_room(Resource.STAFF, actor=actor)
    nonce = secrets.token_hex(16)
    invitation.token_hash = hashed(token_of(nonce))
    invitation.expires_at = database_now() + GOOD_FOR
    invitation.save(update_fields=["token_hash", "expires_at"])
    customer = invitation.customer
    company = customer.name if customer else actor.provider_name
    post(letter_of(invitation, nonce=nonce, company=company, actor=actor))
    record(actor, "invitation.resent", invitation, id=invitation.pk)
    return invitation


def lock_open(invitation: Invitation) -> Invitation:
    """Lock an invitation. Raises RuleBroken when it is not open any more."""
    locked: Invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at or locked.withdrawn_at:
        raise RuleBroken(
            f"The invitation of {locked.email} is no longer open.",
            remedy="Look at the list of people again.",
        )
    return locked
