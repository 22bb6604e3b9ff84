"""Giving a system back what it had: for real, or as a rehearsal elsewhere."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.models import Device
from tickets.models import Ticket
from upkeep.models.backups import Backup


class RestoreKind(models.TextChoices):
    """Onto what a backup is restored."""

    SYSTEM = "system", "Onto the system"
    REHEARSAL = "rehearsal", "As a rehearsal"


class RestoreState(models.TextChoices):
    """Where a restore stands. SWAPPED_BACK: the system is as it was before.

    STUCK: it could be neither finished nor undone; the steps tell where it stands.
    """

    PREPARED = "prepared", "Waiting for a confirmation"
    RUNNING = "running", "Running"
    RESTORED = "restored", "Restored"
    SWAPPED_BACK = "swapped_back", "Taken back"
    FAILED = "failed", "Failed before anything was changed"
    STUCK = "stuck", "Needs a technician now"
    CANCELLED = "cancelled", "Cancelled"


class Restore(CustomerOwned):
    """One restore or rehearsal. Its steps are facts (`RestoreStep`), and tell where it goes on.

    `parts` names the parts that are given back; all when empty. `month` is the first day of the
    month that a rehearsal is owed for. `findings` are those of the preflight. `took_seconds` is the
    measured time from the first step that changes the system to the last check.

    `checked_at` is when the system itself was looked at before the confirmation, `accepted` the
    codes of the findings that whoever confirmed accepts, `alone_reason` why nobody else could
    confirm. `without_safety`: it goes on where no backup of the present state can be taken;
    `saved_nothing`: so it did, and what the system held before is lost.
    `started` is what a phone system of ours, started from the backup, had read of it
    (`pbx.answers.Started`); None where none was started.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="restores")
    backup = OwnedForeignKey(Backup, related_name="restores")
    kind = models.CharField(max_length=10, choices=RestoreKind.choices)
    parts = ArrayField(models.CharField(max_length=80), default=list)
    ticket = OwnedForeignKey(Ticket, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    month = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=RestoreState.choices)
    findings = models.JSONField(default=list)
    safety_backup = OwnedForeignKey(Backup, null=True, related_name="+")
    asked_by = OwnedForeignKey(Membership, null=True, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = OwnedForeignKey(Membership, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    accepted = ArrayField(models.CharField(max_length=40), null=True)
    alone_reason = models.CharField(max_length=300, blank=True, db_default="")
    without_safety = models.BooleanField(db_default=False)
    saved_nothing = models.BooleanField(db_default=False)
    begins_at = models.DateTimeField(null=True)
    ends_by = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=32, blank=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    took_seconds = models.PositiveIntegerField(null=True)
    started = models.JSONField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "device", "month"], name="rehearsal_once_a_month"
            ),
            models.UniqueConstraint(
                fields=["provider", "device", "kind"],
                name="restore_one_running",
                condition=models.Q(state="running"),
            ),
        )
        indexes = (
            models.Index(fields=["provider", "device", "-asked_at"], name="restore_of_device"),
            models.Index(fields=["provider", "-asked_at", "-id"], name="restore_newest"),
            models.Index(
                fields=["look_at", "id"],
                name="restore_to_look_at",
                condition=models.Q(look_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.device_id}"


class RestoreStep(CustomerOwned):
    """One fact of a restore: a step that began, ended well, or did not. Never changed."""

    reached_through = "restore"

    restore = OwnedForeignKey(Restore, related_name="steps")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24)
    outcome = models.CharField(max_length=8)
    words = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "restore", "number"], name="restore_step_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"
