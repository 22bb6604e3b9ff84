"""What allauth may do here: sign people in. Accounts come from invitations only."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

log = logging.getLogger(__name__)


class PortalAccountAdapter(DefaultAccountAdapter):
    """Closes public sign-up; mail never carries an address that a request made up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone: an administrator invites."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of a reset mail, on the portal's own address whatever Host came in."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.PORTAL_URL.rstrip('/')}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, and let the page go on without the mail server: it must not tell who exists."""
        try:
            super().send_mail(template_prefix, email, {**context, "portal": settings.PORTAL_URL})
        except OSError as error:
            # The text of the error may hold the address.
            log.error("signin.mail_lost kind=%s error=%s", template_prefix, type(error).__name__)
