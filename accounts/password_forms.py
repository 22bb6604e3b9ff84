"""The forms about passwords that allauth makes, in the portal's own words."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.forms import (
    ChangePasswordForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.urls import reverse
from django.utils.html import format_html

from accounts.forms import HOW_TO_CHOOSE

LABELS: Final = {
    "email": "E-mail",
    "oldpassword": "Present password",
    "password1": "New password",
    "password2": "New password, once more",
}
PRESENT: Final = ("oldpassword", "password")


class Reworded(forms.Form):
    """A form whose fields have the names that our other forms use."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            # It would only say the label again, in other words.
            field.widget.attrs.pop("placeholder", None)
            if name in PRESENT:
                forgotten = reverse("account_reset_password")
                field.help_text = format_html('<a href="{}">Forgotten?</a>', forgotten)
            if name == "password1":
                field.help_text = HOW_TO_CHOOSE


class AskForLink(Reworded, ResetPasswordForm):
    """Whose password was forgotten."""


class ChooseByLink(Reworded, ResetPasswordKeyForm):
    """A new password, by the link of a mail."""


class ChangePassword(Reworded, ChangePasswordForm):
    """A new password instead of the present one."""


class SetPassword(Reworded, SetPasswordForm):
    """A first password."""


class AskAgain(Reworded, ReauthenticateForm):
    """The password once more, before something that it protects."""
