"""Passkeys: allauth's views, asking for keys that know their person."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.http import HttpResponse


class AddPasskeyView(AddWebAuthnView):
    """Add a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask the device for a key that it finds without being told whose, and that is verified."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context


class AskAgainView(ReauthenticateWebAuthnView):
    """Ask for a passkey before the protection of an account is changed."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the page again."""
        page: HttpResponse = self.render_to_response(self.get_context_data(), status=422)
        return page
