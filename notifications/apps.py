"""Django's entry for the app."""

from django.apps import AppConfig

from accounts.announcements import register_announcer
from accounts.letters import register_postman
from notifications.invitations import INVITATION, carry_invitation
from notifications.kinds import register_kinds


class NotificationsConfig(AppConfig):
    """The `notifications` app."""

    name = "notifications"

    def ready(self) -> None:
        """Carry invitations, and news for administrators."""
        # Models are not loaded before, hence the import here.
        from notifications.announcements import (  # noqa: PLC0415
            ANNOUNCEMENT,
            carry_announcement,
        )

        register_kinds(INVITATION, ANNOUNCEMENT)
        register_postman(carry_invitation)
        register_announcer(carry_announcement)
