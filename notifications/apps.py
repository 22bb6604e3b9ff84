"""Django's entry for the app."""

from django.apps import AppConfig

from accounts.letters import register_postman
from notifications.invitations import INVITATION, carry_invitation
from notifications.kinds import register_kinds


class NotificationsConfig(AppConfig):
    """The `notifications` app."""

    name = "notifications"

    def ready(self) -> None:
        """Carry invitations."""
        register_kinds(INVITATION)
        register_postman(carry_invitation)
