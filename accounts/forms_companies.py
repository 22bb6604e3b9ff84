"""Forms about customers and the provider itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms

from accounts.forms import AddressField
from accounts.letterhead import ADDRESS_LINES, Letterhead, address_lines
from accounts.offboarding import Leaving
from calcom_portal.common.fields import (
    DayField,
    LineField,
    PhoneField,
    SubmissionField,
    TextField,
)


class TakeoutForm(forms.Form):
    """What a take-out holds beside the customer's own data."""

    with_notes = forms.BooleanField(
        required=False,
        label="With internal notes",
        help_text="For your own records. Leave it out of what you hand to the customer.",
    )


class LeavingForm(forms.Form):
    """The last day of a customer."""

    last_day = DayField(
        label="Last day",
        help_text="When this day is over, all of the above happens. A past day: at once.",
    )
    closes_tickets = forms.BooleanField(
        required=False,
        label="Close their open tickets then",
        help_text="Otherwise they stay open in your queue.",
    )

    @property
    def leaving(self) -> Leaving:
        """Return what was chosen."""
        return Leaving(self.cleaned_data["last_day"], self.cleaned_data["closes_tickets"])


class CustomerForm(forms.Form):
    """A customer's master data."""

    submission = SubmissionField(required=False)
    name = LineField(max_length=160)
    number = LineField(max_length=20, label="Customer number")
    phone = PhoneField(required=False)
    is_active = forms.BooleanField(
        required=False,
        initial=True,
        label="Active",
        help_text="People of an inactive customer cannot sign in. Nothing is deleted.",
    )


class CompanyForm(forms.Form):
    """The provider's letterhead, with its logo."""

    name = LineField(max_length=120, help_text="As it stands on documents and in mails.")
    address = TextField(
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"Up to {ADDRESS_LINES} lines, as they stand on a letter.",
    )
    phone = PhoneField(required=False, help_text="Customers see it beside every page.")
    email = AddressField(
        required=False, label="E-mail", help_text="Where people write to; documents show it."
    )
    website = LineField(max_length=120, required=False, help_text="As in calcom.example.")
    logo = forms.FileField(
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/svg+xml"}),
        help_text="PNG, JPEG or SVG up to 512 kB. Documents show it above the name.",
    )
    without_logo = forms.BooleanField(required=False, label="Take the present logo off")

    def __init__(self, *args: Any, has_logo: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_logo:
            del self.fields["without_logo"]

    def letterhead(self) -> Letterhead:
        """Return what was typed."""
        return Letterhead(**{name: self.cleaned_data[name] for name in asdict(Letterhead(""))})

    def clean_address(self) -> str:
        """Return the lines without blanks around them. Raises ValidationError in words."""
        lines = address_lines(self.cleaned_data["address"])
        if len(lines) > ADDRESS_LINES:
            raise forms.ValidationError(
                f"A letterhead has room for {ADDRESS_LINES} lines: shorten the address.",
                code="lines",
            )
        return "\n".join(lines)
