"""What notifications tells the apps below: who carries invitations and news."""

from __future__ import annotations

from accounts.announcements import register_announcer
from accounts.letters import register_postman
from accounts.takeout import register_takeout
from notifications.announcements import (
    ANNOUNCEMENT,
    carry_announcement,
)
from notifications.invitations import INVITATION, carry_invitation
from notifications.kinds import register_kinds
from notifications.taken_out import PARTS


def wire() -> None:
    """Register everything: once, when all models are loaded."""
    register_takeout(*PARTS)
    register_kinds(INVITATION, ANNOUNCEMENT)
    register_postman(carry_invitation)
    register_announcer(carry_announcement)
