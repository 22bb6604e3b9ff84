"""A list of installed products, as it is sent in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from accounts.models import Customer
from calcom_portal.common.fields import RowField, SubmissionField
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.uploads import MEGABYTE
from contracts.actions import ListSent
from contracts.goods.dates import DateStyle
from contracts.goods.text_file import Letters
from contracts.models import Contract, ContractState


class ImportForm(forms.Form):
    """The file, and how dates and letters in it are meant."""

    file = forms.FileField(
        label="List",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    style = forms.ChoiceField(
        choices=[(style.value, style.label) for style in DateStyle],
        label="Dates",
        initial=DateStyle.ASK,
        widget=forms.RadioSelect,
    )
    contract = RowField(
        queryset=None,
        required=False,
        label="Contract for warranty rows that name none",
        empty_label="None: such rows are refused",
    )
    letters = forms.ChoiceField(
        choices=[(letters.value, letters.label) for letters in Letters],
        label="Letters of a CSV file",
        initial=Letters.AUTO,
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, customer: Customer, **options: Any):
        super().__init__(*args, **options)
        limit = settings.IMPORT_LIMIT_BYTES // MEGABYTE
        self.fields["file"].help_text = f"CSV or Excel (.xlsx), up to {limit} MB and 50,000 rows."
        rows = Contract.objects.filter(customer=customer).exclude(state=ContractState.CANCELLED)
        self.fields["contract"].queryset = rows.order_by("-pk")  # type: ignore[attr-defined]

    def sent(self) -> ListSent:
        """Return what was sent. The form is valid."""
        data = self.cleaned_data
        return ListSent(
            IncomingFile.of(data["file"]),
            DateStyle(data["style"]),
            Letters(data["letters"]),
            data["contract"],
        )
