"""Changes of a system's programming: what was asked, what it did to which file, how it went."""

from __future__ import annotations

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.models import Device
from tickets.models import Ticket
from upkeep.models.backups import Backup


class ChangeState(models.TextChoices):
    """Where a change stands.

    TAKEN_BACK: it did not work out, and the system is as it was before. STUCK: that could not be
    done either; the steps tell where it stands. RECORDED: a technician made it by hand.
    """

    READING = "reading", "Being prepared"
    READY = "ready", "Ready to be made"
    RUNNING = "running", "Being made"
    MADE = "made", "Made"
    TAKEN_BACK = "taken_back", "Taken back by itself"
    FAILED = "failed", "Failed before anything was changed"
    STUCK = "stuck", "Needs a technician now"
    CANCELLED = "cancelled", "Not made"
    RECORDED = "recorded", "Made by hand"


class Change(CustomerOwned):
    """One change of the programming of a system, for a ticket (clause PROGRAM).

    `kind` is one of `upkeep.changes.catalogue.KINDS`, `by_hand`, or `undo` of the change that it
    `undoes`. `words` tell the customer what it does. `look_at` is when a worker looks at it next
    (None: never again), `token` the lease of the one that works on it, `step` the one of
    `upkeep.changes.steps` that is next. `baseline` is what the system was like before, `warnings`
    what a person has to know of the end. Outside business hours somebody allowed it, with a reason.
    """

    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="changes")
    device = OwnedForeignKey(Device, related_name="changes")
    kind = models.CharField(max_length=24)
    words = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=ChangeState.choices)
    step = models.CharField(max_length=16, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=32, blank=True)
    asked_by = OwnedForeignKey(Membership, null=True, related_name="+")
    asked_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    begun_by = OwnedForeignKey(Membership, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    allowed_by = OwnedForeignKey(Membership, null=True, related_name="+")
    allowed_reason = models.CharField(max_length=300, blank=True)
    before_backup = OwnedForeignKey(Backup, null=True, related_name="+")
    after_backup = OwnedForeignKey(Backup, null=True, related_name="+")
    undoes = OwnedForeignKey("self", null=True, related_name="undone_by")
    undone_at = models.DateTimeField(null=True)
    baseline = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    problem = models.CharField(max_length=500, blank=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            # One lock for a system: two changes of it never run beside each other.
            models.UniqueConstraint(
                fields=["provider", "device"],
                name="change_one_running",
                condition=models.Q(state="running"),
            ),
        )
        indexes = (
            models.Index(fields=["provider", "ticket"], name="change_of_ticket"),
            models.Index(fields=["provider", "device", "-asked_at"], name="change_of_device"),
            models.Index(fields=["provider", "-asked_at", "-id"], name="change_newest"),
            models.Index(
                fields=["look_at", "id"],
                name="change_to_look_at",
                condition=models.Q(look_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.words


class ChangeSheet(CustomerOwned):
    """What a change was answered, sealed: it may hold a password. Staff only."""

    reached_through = "change"

    change = OwnedForeignKey(Change, related_name="sheets")
    sealed_answers = models.TextField()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "change"], name="change_sheet_once"),
        )

    def __str__(self) -> str:
        return f"Answers of change {self.change_id}"


class ChangeFile(CustomerOwned):
    """A file before and after a change: both texts sealed, and their diff without secrets.

    Staff only. `diff` is a list of {side, text} (`upkeep.changes.diffs`). Of a pair that is no text
    (`is_binary`) the bytes are sealed in base64, and the diff tells sizes and hashes.
    """

    reached_through = "change"

    change = OwnedForeignKey(Change, related_name="files")
    path = models.CharField(max_length=200)
    sealed_before = models.TextField()
    sealed_after = models.TextField()
    is_binary = models.BooleanField(default=False, db_default=False)
    diff = models.JSONField(default=list)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "change", "path"], name="change_file_once"),
        )

    def __str__(self) -> str:
        return self.path


class ChangeStep(CustomerOwned):
    """One fact of a change: a step that ended well, or did not. Never changed. Staff only."""

    reached_through = "change"

    change = OwnedForeignKey(Change, related_name="steps")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    outcome = models.CharField(max_length=8)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "change", "number"], name="change_step_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"
