"""Passkeys: what a browser hands over, read so that nothing in it can break a page.

The ceremony is allauth's (WebAuthn Level 2, over fido2). Every key here is a passkey: it knows its
person and has verified them, so that it opens the account without a password.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms

from calcom_portal.common.fields import LineField

NAME_LIMIT = 60
# What the libraries raise for what no authenticator would send. fido2 tells a forged signature in
# the words of `cryptography`.
UNREADABLE = (
    *(AttributeError, LookupError, TypeError, ValueError),
    *(InvalidSignature, UnsupportedAlgorithm, NotImplementedError, RecursionError),
)
REFUSED = "This passkey could not be checked. Try again, or use your password."


class CredentialField(forms.JSONField):
    """What a browser hands over, in the JSON of WebAuthn Level 3."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Return the credential. Raises ValidationError also for what is nested without end."""
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise forms.ValidationError(REFUSED, code="unreadable") from error

    def bound_data(self, data: Any, initial: Any) -> None:
        """Show nothing again: what was refused is good for nothing, and may not even be JSON."""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey: a name to know it by, and what the device made."""

    name = LineField(
        required=False,
        max_length=NAME_LIMIT,
        label="Name",
        help_text="To tell it from others: work laptop, blue security key.",
    )
    credential = CredentialField()
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """Check what the device made. It must have verified the person: a touch is not enough."""
        self.cleaned_data["passwordless"] = True
        values: dict[str, Any] = _checked(super().clean)
        return values


class RenameForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = LineField(max_length=NAME_LIMIT, label="Name")


class _AskedForm(AuthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Return the passkey that answered."""
        answered: Authenticator = _checked(super().clean_credential)
        return answered


class SecondStepForm(_AskedForm):
    """A passkey after the password."""


class SignInForm(_AskedForm, LoginWebAuthnForm):
    """A passkey instead of the password."""


class AskAgainForm(_AskedForm, ReauthenticateWebAuthnForm):
    """A passkey before something that changes how the account is protected."""


def _checked(check: Callable[[], Any]) -> Any:
    try:
        return check()
    except forms.ValidationError:
        raise
    except UNREADABLE as error:
        raise forms.ValidationError(REFUSED, code="unreadable") from error
