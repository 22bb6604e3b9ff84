"""Drafting and signing a contract."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Customer
from calcom_portal.common.fields import DayField, RowField, SubmissionField
from contracts.drafts import ContractWish, Draft
from contracts.forms.promise import DEVICES, SITES, PromiseFields, initial_of_promise, offer
from contracts.models import Contract, Tier
from contracts.price_list import RatesInForce


class ChoiceForm(forms.Form):
    """Whose contract, of which tier: asked first, because all else depends on it."""

    customer = RowField(queryset=None, label="Customer", empty_label="Choose a customer")
    tier = RowField(queryset=None, label="Tier", empty_label="Choose a tier")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        offer(self, "customer", Customer.objects.filter(is_active=True).order_by("name"))
        offer(self, "tier", Tier.objects.filter(is_hidden=False).order_by("position"))


class ContractForm(PromiseFields):
    """What a draft says. Valid: `wish` holds it."""

    starts_on = DayField(label="First day")
    ends_on = DayField(required=False, label="Last day", help_text="Empty: no end.")
    submission = SubmissionField()

    def clean(self) -> dict[str, Any]:
        """Build the wish."""
        data = super().clean()
        if not self.errors:
            self.wish = ContractWish(
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
                draft=self.draft(),
                site_ids=self.chosen(SITES),
                device_ids=self.chosen(DEVICES),
                renewal=self.renewal,
            )
        return data


class NothingForm(forms.Form):
    """A question that needs no answer but yes."""


def initial_of(contract: Contract, draft: Draft, prices: RatesInForce | None) -> dict[str, Any]:
    """Return what the form of a draft shows at first."""
    return {
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        **initial_of_promise(contract, draft, contract.covers.all(), prices),
    }
