"""Checks as people set them up. The settings come from the table of each kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from calcom_portal.common.fields import LineField, RowField, SubmissionField, WholeNumberField
from contracts.models import Device
from monitoring.actions._check_rules import MOST_IN_A_ROW, CheckFacts
from monitoring.check_settings import SETTINGS, Setting
from monitoring.models import Check, Connection, Opens
from monitoring.ways import HEARTBEAT, KINDS, Preset

LONGEST_SETTING = 500
SECONDS = {"every": (30, 60, 120, 300, 600, 900, 1800, 3600, 6 * 3600, 24 * 3600)}
WORDS = {30: "30 seconds", 60: "Minute", 3600: "Hour", 6 * 3600: "6 hours", 24 * 3600: "Day"}
EVERY = [(number, WORDS.get(number, f"{number // 60} minutes")) for number in SECONDS["every"]]
TIMEOUTS = [(number, f"{number} seconds") for number in (2, 5, 10, 20, 30, 60)]
RETRIES = [(number, f"{number} seconds") for number in (5, 10, 20, 30, 60, 120, 300)]
# Programs that are asked over SSH take longer than one packet.
SLOW = frozenset({"ssh", "asterisk"})
# What seldom differs from the usual is folded away.
SELDOM = frozenset({"host", "port", "page", "alive", "degraded", "limits", "manager_port", "ups"})


def _whole(text: str) -> int:
    return int(text)


class QuestionForm(forms.Form):
    """What is asked, and how long to wait: enough for a test."""

    timeout = forms.TypedChoiceField(choices=TIMEOUTS, coerce=_whole, label="Wait for an answer")

    def __init__(self, *args: Any, kind: str, check: Check | None = None, **options: Any):
        super().__init__(*args, **options)
        self.kind = kind
        self.told = SETTINGS[kind]
        known = check.settings if check else {}
        for setting in self.told:
            self.fields[setting.name] = _field(setting, known.get(setting.name))
        self.fields["timeout"].initial = (
            check.timeout_ms // 1000 if check else 20 if kind in SLOW else 5
        )
        if kind == HEARTBEAT:
            del self.fields["timeout"]

    @property
    def settings(self) -> dict[str, object]:
        """Return the settings as they were typed; `checked_settings` judges them."""
        values = {one.name: self.cleaned_data.get(one.name, "") for one in self.told}
        return {
            name: ", ".join(value) if isinstance(value, list) else value
            for name, value in values.items()
        }

    @property
    def wait(self) -> timedelta:
        """Return how long to wait for an answer."""
        return timedelta(seconds=self.cleaned_data.get("timeout") or 5)


class CheckForm(QuestionForm):
    """A check with all that belongs to it."""

    name = LineField(max_length=80, label="Name", help_text="What it proves, such as: SIP answers.")
    every = forms.TypedChoiceField(choices=EVERY, coerce=_whole, initial=60, label="Every")
    failures = WholeNumberField(
        minimum=1, maximum=MOST_IN_A_ROW, initial=3, label="Down after so many failures in a row"
    )
    successes = WholeNumberField(
        minimum=1, maximum=MOST_IN_A_ROW, initial=2, label="Up again after so many answers in a row"
    )
    retry_after = forms.TypedChoiceField(
        choices=RETRIES, coerce=_whole, initial=20, label="Try again after a failure in"
    )
    parent = RowField(
        queryset=None,
        required=False,
        label="Reached through",
        empty_label="Nothing else that is watched",
        help_text="While that check is down, this one is silent: a dead router is one outage.",
    )
    opens = forms.ChoiceField(
        choices=Opens.choices,
        label="An outage opens",
        help_text="Only where the contract covers monitoring.",
    )
    is_important = forms.BooleanField(
        required=False,
        label="Important on its own",
        help_text="Reception, a lift, an alarm line: its outage is an emergency's first sign.",
    )
    submission = SubmissionField()

    def __init__(
        self,
        *args: Any,
        device: Device,
        kind: str,
        connection: Connection | None,
        check: Check | None = None,
        **options: Any,
    ):
        options["initial"] = _facts_of(check) if check else {"name": KINDS[kind].name}
        super().__init__(*args, kind=kind, check=check, **options)
        self.connection = connection
        self.fields["parent"] = _parent_field(self.fields["parent"], device, check)
        if kind == HEARTBEAT:
            self.fields["every"].label = "Reports every"
            for name in ("failures", "successes", "retry_after"):
                del self.fields[name]

    @property
    def asked(self) -> list[forms.BoundField]:
        """Return the fields that say what is asked."""
        return self._bound(["name", *(one.name for one in self.told if not self._is_seldom(one))])

    @property
    def seldom(self) -> list[forms.BoundField]:
        """Return those that seldom differ from the usual."""
        return self._bound([one.name for one in self.told if self._is_seldom(one)])

    @property
    def shows_seldom(self) -> bool:
        """Was anything changed there, or refused?"""
        usual = {one.name: one.default for one in self.told}
        return any(
            field.errors or str(field.value() or "") != str(usual[field.name] or "")
            for field in self.seldom
        )

    @property
    def timing(self) -> list[forms.BoundField]:
        """Return the fields that say when, and when it counts as down."""
        return self._bound(["every", "timeout", "retry_after", "failures", "successes"])

    @property
    def outage(self) -> list[forms.BoundField]:
        """Return the fields that say what an outage leads to."""
        return self._bound(["parent", "opens", "is_important"])

    def _is_seldom(self, setting: Setting) -> bool:
        # A plain port is what its check is about.
        return setting.name in SELDOM and (self.kind, setting.name) != ("tcp", "port")

    def _bound(self, names: list[str]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def facts(self) -> CheckFacts:
        """Return what was typed."""
        data = self.cleaned_data
        return CheckFacts(
            name=data["name"],
            kind=self.kind,
            connection=self.connection,
            settings=self.settings,
            every=timedelta(seconds=data["every"]),
            timeout=self.wait,
            failures=data.get("failures") or 1,
            successes=data.get("successes") or 1,
            retry_after=timedelta(seconds=data.get("retry_after") or 20),
            is_important=data["is_important"],
            opens=data["opens"],
            parent=data["parent"],
        )


class PresetForm(forms.Form):
    """The checks that suit a device, and where it is."""

    host = LineField(
        max_length=253,
        required=False,
        label="Name or address",
        help_text="Such as pbx.example.com. Connections that are there already keep their own.",
    )
    checks = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label="Checks")
    submission = SubmissionField()

    def __init__(self, *args: Any, presets: list[Preset], **options: Any):
        super().__init__(*args, **options)
        field = self.fields["checks"]
        field.choices = [(one.code, one.name) for one in presets]  # type: ignore[attr-defined]
        field.initial = [one.code for one in presets if one.is_usual]


class ParentField(RowField):
    """Checks of the same customer, with the name of their device."""

    def label_from_instance(self, obj: Check) -> str:
        """Return "Router · Answers pings"."""
        return f"{obj.device.name} · {obj.name}"


def _parent_field(plain: forms.Field, device: Device, check: Check | None) -> ParentField:
    rows: QuerySet[Check] = Check.objects.filter(
        customer_id=device.customer_id, device__retired_on=None
    )
    if check is not None:
        rows = rows.exclude(pk=check.pk)
    return ParentField(
        queryset=rows.select_related("device").order_by("device__name", "name"),
        required=False,
        label=plain.label,
        empty_label="Nothing else that is watched",
        help_text=plain.help_text,
    )


def _field(setting: Setting, known: object) -> forms.Field:
    initial = setting.default if known is None else known
    options: dict[str, Any] = {"label": setting.title, "help_text": setting.help}
    choices = [(choice, choice) for choice in setting.choices]
    if setting.choices and setting.is_many:
        chosen = [part.strip() for part in str(initial or "").split(",")]
        return forms.MultipleChoiceField(
            choices=choices, initial=chosen, widget=forms.CheckboxSelectMultiple, **options
        )
    if setting.choices:
        return forms.ChoiceField(choices=choices, initial=initial, **options)
    shown = "" if initial in (None, 0) else initial
    needed = setting.default is None
    return LineField(max_length=LONGEST_SETTING, required=needed, initial=shown, **options)


def _facts_of(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "every": check.every_seconds,
        "failures": check.failures,
        "successes": check.successes,
        "retry_after": check.retry_seconds,
        "parent": check.parent_id,
        "opens": check.opens,
        "is_important": check.is_important,
    }
