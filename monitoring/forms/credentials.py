"""Secrets as people type them: they go in, and never come out into a page again."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Customer
from calcom_portal.common.fields import LineField, RowField, SubmissionField
from monitoring.credentials import FIELDS, SecretField
from monitoring.models import Credential


class ClosedTextarea(forms.Textarea):
    """A large field that is empty again when the form comes back with an error."""

    def format_value(self, value: Any) -> str:
        """Return nothing, whatever was typed."""
        return ""


class SecretForm(forms.Form):
    """The parts of one kind of credential. Subclasses add what it is called."""

    def __init__(self, *args: Any, kind: str, all_needed: bool = True, **options: Any):
        super().__init__(*args, **options)
        for part in FIELDS[kind]:
            self.fields[part.name] = _field(part, needed=all_needed and part.is_required)
        self.kind = kind
        # The key of the submission is hidden; names come before secrets.
        self.order_fields(["customer", "name"])

    @property
    def secret(self) -> dict[str, str]:
        """Return what was typed into the parts."""
        return {part.name: self.cleaned_data.get(part.name, "") for part in FIELDS[self.kind]}


class CredentialForm(SecretForm):
    """A new credential. Customer and kind are chosen once."""

    customer = RowField(queryset=None, label="Customer", empty_label="Choose a customer")
    name = LineField(
        max_length=80, label="Name", help_text="What it opens, such as: Phone system, monitoring."
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        rows = Customer.objects.filter(is_active=True).order_by("name")
        self.fields["customer"].queryset = rows  # type: ignore[attr-defined]


class CredentialEditForm(SecretForm):
    """Another name, or the whole secret anew."""

    name = LineField(max_length=80, label="Name")

    def __init__(self, *args: Any, credential: Credential, **options: Any):
        options["initial"] = {"name": credential.name}
        super().__init__(*args, kind=credential.kind, all_needed=False, **options)

    @property
    def new_secret(self) -> dict[str, str] | None:
        """Return the secret that was typed; None when every part was left empty."""
        return self.secret if any(self.secret.values()) else None


class RevealForm(forms.Form):
    """Why somebody has to see a secret."""

    reason = LineField(
        max_length=200,
        label="What do you need it for?",
        help_text="It stands in the audit trail with your name.",
    )


def _field(part: SecretField, *, needed: bool) -> forms.CharField:
    return forms.CharField(
        label=part.title,
        help_text=part.help,
        required=needed,
        strip=False,
        widget=_widget(part),
    )


def _widget(part: SecretField) -> forms.Widget:
    if part.is_long:
        return ClosedTextarea(
            {"rows": 6, "autocomplete": "off", "spellcheck": "false", "class": "num"}
        )
    if part.is_open:
        return forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    return forms.PasswordInput({"autocomplete": "new-password"}, render_value=False)
