"""What becomes of invitations, over the API."""

from __future__ import annotations

from django.urls import path

from accounts.access import access_invitation
from accounts.actions import resend_invitation, withdraw_invitation
from accounts.api_people_writing import INVITATION, MANAGE, PEOPLE, InvitationShape
from accounts.api_writes import Call, Write, view_of
from accounts.models import Invitation


def _invitation(call: Call) -> Invitation:
    return access_invitation(call.viewer, call.id())


ON_INVITATIONS = {
    "resend": Write(
        "invitations_resend",
        "Send an invitation again",
        "With a fresh link, good for seven days; the former link stops working.",
        PEOPLE,
        MANAGE,
        lambda call: resend_invitation(invitation=_invitation(call), actor=call.viewer),
        InvitationShape,
        INVITATION,
    ),
    "withdraw": Write(
        "invitations_withdraw",
        "Withdraw an invitation",
        "Its link is of no use from now on.",
        PEOPLE,
        MANAGE,
        lambda call: withdraw_invitation(invitation=_invitation(call), actor=call.viewer),
        InvitationShape,
        INVITATION,
    ),
}

urlpatterns = [
    path(
        f"invitations/<str:id>/actions/{verb}",
        view_of(write).as_view(),
        name=f"api_{write.name}",
    )
    for verb, write in ON_INVITATIONS.items()
]
