"""Forms of operators."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from accounts.forms import AddressField
from accounts.models import Plan
from accounts.plans import plan_in_words
from calcom_portal.common.fields import LineField, PhoneField
from calcom_portal.common.zones import zone_choices

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PREFIX = re.compile(r"[A-Z]{1,6}")


class PlanField(forms.ChoiceField):
    """One of the plans, told with its limits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=lambda: [(plan.code, plan_in_words(plan)) for plan in Plan.objects.all()],
            **options,
        )


class SlugField(LineField):
    """A short name: small letters, digits and single hyphens."""

    def to_python(self, value: Any) -> str:
        """Return the short name. Raises ValidationError in words."""
        line = super().to_python(value)
        if line and not SLUG.fullmatch(line):
            raise forms.ValidationError(
                "Write small letters, digits and single hyphens, such as harbor-voice.",
                code="slug",
            )
        return line


class PrefixField(LineField):
    """What references of tickets begin with."""

    def to_python(self, value: Any) -> str:
        """Return the prefix. Raises ValidationError in words."""
        line = super().to_python(value)
        if line and not PREFIX.fullmatch(line):
            raise forms.ValidationError(
                "Write one to six capital letters, such as CC.", code="prefix"
            )
        return line


class OpenProviderForm(forms.Form):
    """A new provider and its first administrator."""

    name = LineField(max_length=120, help_text="As customers read it, such as CalCom.")
    slug = SlugField(max_length=40, label="Short name", help_text="Unique in this portal.")
    reference_prefix = PrefixField(
        max_length=6, label="Prefix of tickets", help_text="CC makes tickets CC-1001, CC-1002 …"
    )
    mail_from = AddressField(label="Sender of its mail")
    zone = forms.ChoiceField(choices=zone_choices, label="Time zone", initial="America/Los_Angeles")
    phone = PhoneField(required=False)
    plan = PlanField(initial="standard")
    admin_name = LineField(max_length=120, label="First administrator")
    admin_email = AddressField(
        label="Their e-mail", help_text="They get a link that is good for seven days."
    )


class BecauseForm(forms.Form):
    """Why a provider is suspended."""

    because = LineField(
        max_length=300, label="Reason", help_text="Its administrators read this in a mail."
    )


class PlanForm(forms.Form):
    """Another plan."""

    plan = PlanField(widget=forms.RadioSelect)


class SenderForm(forms.Form):
    """Another sender of a provider's mail."""

    mail_from = AddressField(label="Sender of its mail")


class NameAgainForm(forms.Form):
    """The name of what is going to be deleted, written once more."""

    name = LineField(max_length=120)

    def __init__(self, *args: Any, name: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wanted = name
        self.fields["name"].label = f"Write “{name}” to confirm"

    def clean_name(self) -> str:
        """Return the name. Raises ValidationError for another one."""
        written: str = self.cleaned_data["name"]
        if written.casefold() != self.wanted.casefold():
            raise forms.ValidationError(f"This is not “{self.wanted}”.", code="other_name")
        return written
