"""The steps in the life of a signed contract: amend, renew, give notice, end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import TextChoices

from calcom_portal.common.fields import (
    DayField,
    LineField,
    RowField,
    SubmissionField,
    TextField,
    WholeNumberField,
)
from contracts.actions import Amendment, Side
from contracts.drafts import draft_of
from contracts.forms.promise import (
    DEVICES,
    SITES,
    TARGET_NAMES,
    PromiseFields,
    initial_of_promise,
    offer,
)
from contracts.forms.signing import SHORT_TEXT
from contracts.models import Contract, Cover, Terms, Tier
from contracts.price_list import RatesInForce
from contracts.renewals import LONGEST_TERM

MOST_HORIZONS = 6
LONGEST_HORIZON = 365
DIGEST = 64


class StepForm(forms.Form):
    """What every step sends along: its own key, and the digest of the consequences that were seen.

    `seen` is written by the preview, never by a person.
    """

    submission = SubmissionField()
    seen = LineField(required=False, max_length=DIGEST, widget=forms.HiddenInput)


class Effect(TextChoices):
    """What an amendment needs before it counts."""

    SIGNED = "signed", "On that day, if the customer has signed it by then"
    AT_ONCE = "at_once", "On that day, without a signature"


class AmendForm(PromiseFields, StepForm):
    """What a contract is to say from a day on. Valid: `amendment` holds it."""

    effective_on = DayField(label="From", help_text="What was opened before keeps its promise.")
    effect = forms.ChoiceField(
        choices=Effect.choices,
        label="When it takes effect",
        help_text="Leave the customer time: not signed by that day, it has to be sent again.",
        widget=forms.RadioSelect,
    )
    note = TextField(
        max_length=SHORT_TEXT,
        required=False,
        label="Note to the customer",
        help_text="Goes into the mail that asks for the signature.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    base_number = WholeNumberField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Build the amendment."""
        data = super().clean()
        if not self.errors:
            self.amendment = Amendment(
                effective_on=data["effective_on"],
                draft=self.draft(),
                site_ids=self.chosen(SITES),
                device_ids=self.chosen(DEVICES),
                renewal=self.renewal,
            )
        return data

    @property
    def is_to_be_signed(self) -> bool:
        """Does a valid form ask for the customer's signature?"""
        return bool(self.is_valid() and self.cleaned_data["effect"] == Effect.SIGNED)


class TierForm(forms.Form):
    """Which tier an amendment is to have: asked first, because all else depends on it."""

    tier = RowField(queryset=None, label="Tier", empty_label=None)

    def __init__(self, *args: Any, current: str, **options: Any):
        super().__init__(*args, **options)
        rows = Tier.objects.filter(is_hidden=False) | Tier.objects.filter(code=current)
        offer(self, "tier", rows.order_by("position"))


class CallOffForm(StepForm):
    """Why a contract is cancelled before it begins."""

    reason = LineField(max_length=240, label="Reason", help_text="Both sides can read it.")


class RenewForm(StepForm):
    """For how long a contract is renewed."""

    months = WholeNumberField(minimum=1, maximum=LONGEST_TERM, label="Months")


class NoticeForm(StepForm):
    """Who gave notice, when and why."""

    side = forms.ChoiceField(label="Who gave notice", widget=forms.RadioSelect)
    given_on = DayField(label="The notice arrived on")
    reason = LineField(max_length=240, label="Reason", help_text="Both sides can read it.")

    def __init__(self, *args: Any, customer: str, provider: str, **options: Any):
        super().__init__(*args, **options)
        choices = [(Side.CUSTOMER.value, customer), (Side.PROVIDER.value, provider)]
        self.fields["side"] = forms.ChoiceField(
            choices=choices, label="Who gave notice", widget=forms.RadioSelect
        )


class WithdrawForm(StepForm):
    """Why a notice is taken back."""

    reason = LineField(max_length=240, label="Reason", help_text="Both sides can read it.")


class EndForm(StepForm):
    """When a contract ends before its time, and why."""

    last_day = DayField(label="Last day")
    reason = LineField(max_length=240, label="Reason", help_text="Both sides can read it.")


class HorizonsForm(forms.Form):
    """How many days ahead people are reminded. Valid: `horizons` holds them."""

    horizons = LineField(
        max_length=60, label="Days before", help_text="Numbers with commas, such as 90, 60, 30."
    )

    def clean_horizons(self) -> list[int]:
        """Return the days, the earliest reminder first. Raises ValidationError in words."""
        parts = [part.strip() for part in self.cleaned_data["horizons"].split(",")]
        if not all(part.isascii() and part.isdigit() and len(part) <= len("365") for part in parts):
            raise forms.ValidationError("Write whole numbers with commas between: 90, 60, 30.")
        days = sorted({int(part) for part in parts}, reverse=True)
        if not 1 <= days[-1] <= days[0] <= LONGEST_HORIZON or len(days) > MOST_HORIZONS:
            raise forms.ValidationError(
                f"Write at most {MOST_HORIZONS} numbers, each from 1 to {LONGEST_HORIZON}."
            )
        return days


def initial_of_amendment(
    contract: Contract,
    newest: Terms,
    covers: list[Cover],
    today: date,
    prices: RatesInForce | None,
) -> dict[str, Any]:
    """Return what the form of an amendment shows at first: what the newest terms say."""
    first = max(today, newest.effective_on + timedelta(days=1))
    return {
        **initial_of_promise(contract, draft_of(newest), covers, prices),
        "effective_on": first,
        "effect": Effect.SIGNED.value,
        "base_number": newest.number,
    }


def without_promise(initial: dict[str, Any]) -> dict[str, Any]:
    """Leave out what depends on the tier, so that another tier shows its own."""
    names = {f"{name}_{part}" for name in TARGET_NAMES.values() for part in ("hours", "unit")}
    return {key: value for key, value in initial.items() if key not in {*names, "options"}}
