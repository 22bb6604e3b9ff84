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
        """Carry invitations, and news for administrators; say what a take-out holds of mails."""
        # Models are not loaded before, hence the imports here.
        from accounts.takeout import register_takeout  # noqa: PLC0415
        from notifications.announcements import (  # noqa: PLC0415
            ANNOUNCEMENT,
            carry_announcement,
        )
        from notifications.taken_out import PARTS  # noqa: PLC0415

        register_takeout(*PARTS)
        register_kinds(INVITATION, ANNOUNCEMENT)
        register_postman(carry_invitation)
        register_announcer(carry_announcement)
