"""What allauth may do here: sign people in. Accounts come from invitations only."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.sealing import SealBroken, seal, unseal
from calcom_portal.common.errors import RuleBroken

AUTHENTICATORS = "mfa_authenticator"

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

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Say in the log that somebody did not get in, without the address that they typed."""
        log.warning("signin.failed from=%s", self.get_client_ip(request))


class PortalMfaAdapter(DefaultMFAAdapter):
    """Keeps the secrets of the second step sealed.

    allauth does not say whose secret it is, so a secret is bound to the table and not to the
    person.
    """

    def encrypt(self, text: str) -> str:
        """Seal the secret of an app, or the seed of recovery codes."""
        return seal(text, AUTHENTICATORS)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again. Raises RuleBroken when it was sealed with a key that is gone."""
        try:
            return unseal(encrypted_text, AUTHENTICATORS)
        except SealBroken as error:
            raise RuleBroken(
                "The second step of this account cannot be checked: its secret was sealed with a"
                " key that this portal no longer has.",
                remedy="Ask whoever runs the portal to reset the second step of your account.",
            ) from error

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the portal to a device that makes a passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Return how a passkey is called whom nobody named."""
        known = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {known + 1}" if known else "Passkey"


def ways_in(request: HttpRequest) -> list[str]:
    """Return how the person proved who they are in this session: password, totp …"""
    records = get_authentication_records(request, request.user)
    ways = [str(record.get("type") or record["method"]) for record in records]
    return list(dict.fromkeys(ways))


def client_address(request: HttpRequest) -> str:
    """Return the address that a request came from: the browser's, behind the trusted proxy too."""
    return str(get_adapter().get_client_ip(request))
