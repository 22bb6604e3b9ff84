"""How a system is backed up, as people type it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from calcom_portal.common.fields import (
    LineField,
    RowField,
    SubmissionField,
    TextField,
    WholeNumberField,
)
from calcom_portal.common.layouts import laid_out, row
from contracts.models import Device
from monitoring.forms.maintenance import ClockField
from monitoring.models import Connection, Transport
from upkeep.actions._plan_rules import PlanWish
from upkeep.backups.plan_settings import FIELDS, PHONE_FIELDS, PlanField
from upkeep.models import BackupPlan
from upkeep.reach import LEAD_TO_A_SHELL
from upkeep.services import FETCHING

RHYTHMS = (
    ("", "Only with services, and when somebody asks"),
    ("6", "Every 6 hours"),
    ("12", "Every 12 hours"),
    ("24", "Every day"),
    ("168", "Every week"),
)
MEGABYTE = 1024 * 1024
HOURS_OF_A_YEAR = 366 * 24
KEPT = ("keep_daily", "keep_weekly", "keep_monthly", "keep_yearly")
# What a driver's setting is called in the form, and by which field it is asked.
ONE_LINE = frozenset(
    {"config", "astdb", "voicemail", "defaults_file", *(field.name for field in PHONE_FIELDS)}
)
COMMON = ("expected_hours", *KEPT, "rehearses")


class PlanForm(forms.Form):
    """The plan of one system, for the driver that stands in the address."""

    connection = RowField(
        queryset=None,
        label="Over which connection",
        empty_label="Choose a connection",
        help_text="Straight from the portal by SSH, with a confirmed host key.",
        error_messages={"required": "Choose a connection, or add one on the device's page first."},
    )
    every_hours = forms.ChoiceField(
        choices=RHYTHMS,
        required=False,
        initial="24",
        label="How often by itself",
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    opens_at = ClockField(label="From", required=False, help_text="On the clock of the site.")
    closes_at = ClockField(label="Until", required=False, help_text="Both empty: at any time.")
    expected_hours = WholeNumberField(
        minimum=1,
        maximum=HOURS_OF_A_YEAR,
        initial=216,
        label="Alarm after so many hours without a good backup",
        help_text="216 hours are nine days.",
    )
    keep_daily = WholeNumberField(minimum=1, maximum=400, initial=14, label="Keep daily")
    keep_weekly = WholeNumberField(maximum=400, initial=8, label="Keep weekly")
    keep_monthly = WholeNumberField(maximum=400, initial=12, label="Keep monthly")
    keep_yearly = WholeNumberField(maximum=100, initial=2, label="Keep yearly")
    quota_mb = WholeNumberField(
        minimum=1,
        maximum=2**30,
        required=False,
        label="Room in MB",
        help_text="Left empty, it may take as much as it needs.",
    )
    rehearses = forms.BooleanField(
        required=False, initial=True, label="Rehearse a restore every month"
    )
    submission = SubmissionField()

    def __init__(
        self,
        *args: Any,
        device: Device,
        driver: str,
        plan: BackupPlan | None = None,
        **options: Any,
    ) -> None:
        self.driver, self.told = driver, FIELDS[driver]
        same = plan is not None and plan.driver == driver
        if plan is not None:
            options["initial"] = facts_of(plan, with_settings=same)
        super().__init__(*args, **options)
        for field in self.told:
            self.fields[field.name] = _asking(field)
        if driver in FETCHING:
            self.fields["connection"].queryset = connections_of(device)  # type: ignore[attr-defined]
        else:
            for name in ("connection", "every_hours", "opens_at", "closes_at"):
                del self.fields[name]
        self.helper = laid_out(*self._layout())

    def _layout(self) -> list[Any]:
        own = [field.name for field in self.told]
        rhythm = ["every_hours", row("opens_at", "closes_at")] if self.driver in FETCHING else []
        way = ["connection"] if self.driver in FETCHING else []
        kept = row(*KEPT)
        return ["submission", *way, *own, *rhythm, "expected_hours", kept, "quota_mb", "rehearses"]

    @property
    def wish(self) -> PlanWish:
        """Return what is wanted. The form is valid."""
        values = self.cleaned_data
        every, room = values.get("every_hours"), values["quota_mb"]
        return PlanWish(
            driver=self.driver,
            connection=values.get("connection"),
            settings={field.name: values[field.name] for field in self.told},
            every_hours=int(every) if every else None,
            opens_at=values.get("opens_at"),
            closes_at=values.get("closes_at"),
            quota_bytes=room * MEGABYTE if room else None,
            **{name: values[name] for name in COMMON},
        )


# What the action calls a field that the form asks for otherwise.
NAMES = {"quota_bytes": "quota_mb"}


def connections_of(device: Device) -> QuerySet[Connection]:
    """Return the ways to a device by which its data could be fetched."""
    return Connection.objects.filter(
        device=device, driver__in=LEAD_TO_A_SHELL, transport=Transport.DIRECT.value
    ).order_by("driver", "pk")


def facts_of(plan: BackupPlan, *, with_settings: bool) -> dict[str, Any]:
    """Return what the form shows of a plan."""
    facts = {name: getattr(plan, name) for name in ("opens_at", "closes_at", *COMMON)}
    facts["connection"] = plan.connection_id
    facts["every_hours"] = str(plan.every_hours or "")
    facts["quota_mb"] = plan.quota_bytes // MEGABYTE if plan.quota_bytes else None
    if with_settings:
        facts |= {name: _shown(value) for name, value in plan.settings.items()}
    return facts


def _shown(value: Any) -> Any:
    return "\n".join(value) if isinstance(value, list) else value


def _asking(field: PlanField) -> forms.Field:
    words: dict[str, Any] = {"label": field.title, "help_text": field.help, "required": False}
    if field.name == "sudo":
        return forms.BooleanField(**words)
    if isinstance(field.usual, int):
        return WholeNumberField(minimum=1, maximum=65535, initial=field.usual, **words)
    if field.name in ONE_LINE:
        return LineField(max_length=200, initial=field.usual, **words)
    return TextField(max_length=8_000, widget=forms.Textarea({"rows": 3}), **words)
