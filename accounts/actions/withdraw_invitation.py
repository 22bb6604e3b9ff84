"""Withdraw an invitation."""

from __future__ import annotations

from accounts.actions.resend_invitation import lock_open
from accounts.audit import record
from accounts.authority import require_manages
from accounts.models import Invitation
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now


def withdraw_invitation(*, invitation: Invitation, actor: Viewer) -> Invitation:
    """Make the link of an open invitation useless. Raises NotAllowed or RuleBroken."""
    require_manages(actor, invitation.customer_id)
    invitation = lock_open(invitation)
    invitation.withdrawn_at = database_now()
    invitation.save(update_fields=["withdrawn_at"])
    record(actor, "invitation.withdrawn", invitation, id=invitation.pk)
    return invitation
