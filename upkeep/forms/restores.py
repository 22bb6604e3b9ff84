"""What people type when a system is given back what it had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.viewer import Viewer
from calcom_portal.common.fields import (
    DayField,
    LineField,
    SubmissionField,
    WholeNumberField,
    needed_at_times,
)
from calcom_portal.common.layouts import laid_out, row
from calcom_portal.common.tenancy import database_now
from contracts.sla import zone_words
from monitoring.forms.maintenance import ClockField
from monitoring.work_page import zone_for
from tickets.access import access_ticket
from tickets.models import Ticket
from upkeep.actions.confirm_restore import NOTHING_LEFT
from upkeep.actions.prepare_restore import RestoreWish
from upkeep.models import Backup, BackupPart, Restore
from upkeep.restores.preflight import Found, Weight

LONGEST_MINUTES = 24 * 60
USUAL_MINUTES = 120
NOW, LATER = "now", "later"


class RestoreForm(forms.Form):
    """Which parts, why, and when the system may stand still."""

    parts = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple(), label="What is given back"
    )
    reason = LineField(
        max_length=500,
        label="Why",
        help_text="It stays with the restore, and the customer sees it.",
    )
    ticket = LineField(max_length=20, required=False, label="Ticket", help_text="Such as CC-1042.")
    begins = forms.ChoiceField(
        choices=[(NOW, "At once"), (LATER, "At an agreed time")],
        initial=NOW,
        widget=forms.RadioSelect({"class": "pick-inline"}),
        label="When it begins",
    )
    starts_on = needed_at_times(DayField(label="Day", help_text="If a time was agreed on."))
    starts_at = needed_at_times(ClockField(label="From"))
    minutes = WholeNumberField(
        minimum=5,
        maximum=LONGEST_MINUTES,
        initial=USUAL_MINUTES,
        label="Minutes that it may take",
        help_text="After them, nothing is stopped any more.",
    )
    without_safety = forms.BooleanField(
        required=False,
        label="Nothing may be left to save: go on where no safety backup can be taken",
        help_text="For a system that is too broken for one. It is tried all the same. Somebody "
        "else confirms it, and the customer reads it.",
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, backup: Backup, parts: Sequence[BackupPart], **options: Any):
        super().__init__(*args, **options)
        self.backup = backup
        names = [part.name for part in parts]
        self.fields["parts"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        self.fields["parts"].initial = names
        self.zone = ZoneInfo(zone_for(backup.customer_id, backup.device.site))
        self.fields["starts_at"].help_text = f"{zone_words(self.zone.key)}."
        self.helper = laid_out(
            *("submission", "parts", "reason", "ticket", "begins"),
            row("starts_on", "starts_at"),
            row("minutes"),
            "without_safety",
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the time where one was agreed on."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("begins") == LATER:
            for name in ("starts_on", "starts_at"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, "Say when, or let it begin at once.")
        return data

    def wish(self, viewer: Viewer) -> RestoreWish:
        """Return what was typed. Raises Missing for a ticket that is not there."""
        data = self.cleaned_data
        begins_at = self._begins_at()
        since = begins_at or database_now()
        ticket: Ticket | None = None
        if data["ticket"]:
            ticket = access_ticket(viewer, data["ticket"])
        return RestoreWish(
            backup=self.backup,
            reason=data["reason"],
            begins_at=begins_at,
            ends_by=since + timedelta(minutes=data["minutes"]),
            parts=tuple(data["parts"]),
            without_safety=data["without_safety"],
            ticket=ticket,
        )

    def _begins_at(self) -> datetime | None:
        data = self.cleaned_data
        if data["begins"] == NOW:
            return None
        at: datetime = datetime.combine(data["starts_on"], data["starts_at"], self.zone)
        return at


class ConfirmForm(forms.Form):
    """The name of the system, what is accepted, and why nobody else confirms."""

    typed_name = LineField(label="Name of the system", max_length=200)
    submission = SubmissionField()

    def __init__(self, *args: Any, restore: Restore, is_alone: bool, **options: Any):
        super().__init__(*args, **options)
        self.fields["typed_name"].help_text = f"Type “{restore.device.name}”."
        self.fields["typed_name"].widget.attrs["autocomplete"] = "off"
        asked = [Found.from_dict(kept) for kept in restore.findings]
        asked = [found for found in asked if found.weight is Weight.ASKS]
        if asked:
            self.fields["accepted"] = forms.MultipleChoiceField(
                choices=[(found.code, found.words) for found in asked],
                widget=forms.CheckboxSelectMultiple(),
                label="I have seen this, and go on",
                error_messages={"required": "Accept each open question, or cancel."},
            )
        if restore.without_safety:
            self.fields["nothing_left"] = LineField(
                max_length=40,
                label="No safety backup may be possible",
                help_text=f"Type “{NOTHING_LEFT}”. What the system holds now may be lost for good; "
                "the customer reads that you agreed.",
            )
            self.fields["nothing_left"].widget.attrs["autocomplete"] = "off"
        if is_alone and not restore.without_safety:
            self.fields["alone_reason"] = LineField(
                max_length=300,
                label="Why nobody else confirms",
                help_text=(
                    "You asked for this restore yourself: administrators and dispatchers are told,"
                    " with your reason."
                ),
            )

    @property
    def accepted(self) -> list[str]:
        """Return the codes of what was accepted."""
        return list(self.cleaned_data.get("accepted", ()))
