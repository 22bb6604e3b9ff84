"""Editing tiers and clauses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django import forms

from calcom_portal.common.errors import BadInput
from calcom_portal.common.fields import LineField, RowField, SubmissionField, TextField
from contracts.catalogue_edit import ClauseOffer, ClauseWords, TierWords
from contracts.contract_page import METRICS, PRIORITIES
from contracts.forms.money import MoneyField
from contracts.forms.promise import TARGET_NAMES, UNITS, HoursField, in_hours
from contracts.models import Clause, Tier, TierClause
from contracts.sla import Promise, Target, Unit
from contracts.wordings import BLANKS, refuse_unknown_blanks

WORDING_HELP = "Filled in from the promised times and hours: " + ", ".join(
    f"{{{blank}}}" for blank in BLANKS
)
INCLUDED, EXTRA = "included", "extra"
OFFERS = [(INCLUDED, "Included"), (EXTRA, "At extra cost")]
LONGEST_WORDING = 2_000


class WordingField(TextField):
    """The words of a clause. Refuses blanks that nothing could fill in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_WORDING, **options)
        self.widget.attrs |= {"rows": 4}

    def clean(self, value: Any) -> str:
        """Return the words, without blanks around them. Raises ValidationError in words."""
        words = str(super().clean(value)).strip()
        try:
            refuse_unknown_blanks(words)
        except BadInput as error:
            raise forms.ValidationError(f"{error.message} {error.remedy}", code="blank") from error
        return words


class BaseField(forms.CharField):
    """The hidden stamp of what the editor began from."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, max_length=16, **options)


class TierForm(forms.Form):
    """What a tier is called and promises. Valid: `words` holds it."""

    name = LineField(max_length=80, label="Name")
    summary = LineField(
        max_length=240, required=False, label="In one sentence", help_text="Whom it suits."
    )
    base = BaseField()
    submission = SubmissionField()

    def __init__(self, *args: Any, tier: Tier, **options: Any) -> None:
        super().__init__(*args, **options)
        self.promise = promise = Promise.from_dict(tier.promise)
        for key, name in TARGET_NAMES.items():
            target = promise.target(*key)
            self.fields[f"{name}_hours"] = HoursField(
                required=False, label="Hours", initial=in_hours(target.amount) if target else ""
            )
            self.fields[f"{name}_unit"] = forms.ChoiceField(
                choices=UNITS,
                label="Counted as",
                initial=(target.unit if target else Unit.BUSINESS).value,
            )

    @property
    def target_rows(self) -> list[tuple[str, str, str, forms.BoundField, forms.BoundField]]:
        """The fields of the promise, one row for each kind of problem and metric."""
        return [
            (problem, instance, what, self[f"{name}_hours"], self[f"{name}_unit"])
            for priority, problem, instance in PRIORITIES
            for metric, what in METRICS
            for name in [TARGET_NAMES[priority, metric]]
        ]

    @property
    def words(self) -> TierWords:
        """What the valid form says."""
        data = self.cleaned_data
        return TierWords(data["name"], data["summary"], _promise(data, self.promise))


class ClauseForm(forms.Form):
    """A clause of the catalogue. Valid: `words` holds it."""

    code = LineField(
        max_length=20, label="Code", help_text="Capital letters, such as ONSITE. Fixed once used."
    )
    title = LineField(max_length=120, label="Title")
    wording = WordingField(label="Wording that is signed", help_text=WORDING_HELP)
    meaning = WordingField(
        required=False,
        label="What it means to the customer",
        help_text="In plain words: what they notice when this works.",
    )
    base = BaseField()
    submission = SubmissionField()

    def __init__(self, *args: Any, is_code_fixed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_code_fixed:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = "In use, so it stays."

    @property
    def words(self) -> ClauseWords:
        """What the valid form says."""
        data = self.cleaned_data
        return ClauseWords(data["code"], data["title"], data["wording"], data["meaning"])


class OfferForm(forms.Form):
    """How a tier offers a clause. Valid: `offer` holds it."""

    offered = forms.ChoiceField(choices=OFFERS, label="In this tier", widget=forms.RadioSelect)
    monthly_price = MoneyField(
        required=False, label="Price a month", help_text="At extra cost only. Empty: by agreement."
    )
    wording = WordingField(
        required=False,
        label="Wording of this tier",
        help_text="Empty: the wording of the clause. Own words are what the customer reads, too.",
    )
    base = BaseField()
    submission = SubmissionField()

    def clean(self) -> dict[str, Any]:
        """Refuse a price where nothing is paid."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("offered") == INCLUDED and data.get("monthly_price") is not None:
            self.add_error(
                "monthly_price",
                "What is included has no price of its own: leave it empty, or choose “At extra"
                " cost”.",
            )
        return data

    @property
    def offer(self) -> ClauseOffer:
        """What the valid form says."""
        data = self.cleaned_data
        return ClauseOffer(data["offered"] == EXTRA, data["monthly_price"], data["wording"])


class AddClauseForm(OfferForm):
    """The same, with the clause to put in."""

    clause = RowField(queryset=None, label="Clause", empty_label="Choose a clause")
    field_order = ("clause",)

    def __init__(self, *args: Any, tier: Tier, **options: Any) -> None:
        super().__init__(*args, **options)
        there = tier.tier_clauses.values("clause")
        rows = Clause.objects.order_by("position", "code")
        field = cast(Any, self.fields["clause"])
        # Sent again, the form names a clause that is there by now: `once` knows what it did.
        field.queryset = rows if self.is_bound else rows.exclude(pk__in=there)
        field.label_from_instance = lambda clause: f"{clause.title} ({clause.code})"


def offer_initial(row: TierClause) -> dict[str, Any]:
    """Return what the form of a clause in a tier shows at first."""
    return {
        "offered": EXTRA if row.is_optional else INCLUDED,
        "monthly_price": row.monthly_price,
        "wording": row.wording,
    }


def _promise(data: dict[str, Any], before: Promise) -> Promise:
    targets = {
        key: Target(data[f"{name}_hours"], Unit(data[f"{name}_unit"]))
        for key, name in TARGET_NAMES.items()
        if data[f"{name}_hours"] is not None
    }
    if not targets:
        return Promise.none(f"{data['name']} has no promised response time.")
    label = data["name"].partition(" · ")[0]
    return replace(before, label=label, targets=targets, tier=data["name"], none_reason="")
