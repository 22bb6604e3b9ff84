"""The mail that invites somebody to the portal."""

from __future__ import annotations

from typing import Any

from accounts.letters import InvitationLetter, invitation_path
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices


def _link(payload: dict[str, Any]) -> dict[str, Any]:
    return {"url": invitation_path(payload["nonce"]), "url_label": "Accept the invitation"}


INVITATION = NoticeKind(
    "invitation",
    "An invitation to the portal",
    "Your account",
    "notifications/mail/invitation",
    mutable=False,
    audience=Audience.NOBODY,
    secrets=_link,
)


def carry_invitation(letter: InvitationLetter) -> None:
    """Queue the mail of an invitation. Each nonce is sent once."""
    draft = NoticeDraft(
        recipient_id=None,
        address=letter.address,
        customer_id=letter.customer_id,
        kind=INVITATION.code,
        subject_ref="",
        payload={
            "name": letter.name,
            "company": letter.company,
            "role": letter.role,
            "invited_by": letter.invited_by,
            "nonce": letter.nonce,
            "expires_at": letter.expires_at,
        },
        event_key=f"invitation:{letter.nonce}",
    )
    queue_notices(letter.provider_id, [draft])
