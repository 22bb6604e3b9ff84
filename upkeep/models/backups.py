"""Backups of customers' systems: what is planned, what was taken, where its bytes lie."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.models import Device
from monitoring.models import Connection
from tickets.models import Ticket


class VaultKey(CustomerOwned):
    """The age key pair of one customer.

    `recipient` is the public half, which every backup is encrypted to. `sealed_identity` is the
    private half, encrypted with age to the key of the vault: workers that take backups cannot open
    any.
    """

    recipient = models.CharField(max_length=80)
    sealed_identity = models.TextField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "customer"],
                name="vault_key_one_in_use",
                condition=models.Q(retired_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.recipient


class BackupDriver(models.TextChoices):
    """How the data of a system comes to us."""

    ASTERISK = "asterisk", "Asterisk or FreePBX over SSH"
    SSH = "ssh", "Files and databases over SSH"
    DROP = "drop", "The system sends it (SFTP)"
    MANUAL = "manual", "A technician brings the file"


class BackupPlan(CustomerOwned):
    """How one system is backed up, how often, and how long that is kept.

    `settings` holds what the driver needs (paths, names of databases). `every_hours` is None where
    nothing is taken by itself. Without a good backup for `expected_hours` an alarm is raised:
    `alarm_at` is when that is, and `alarmed_at` when it was. `due_at` is when the next one is owed,
    `opens_at` and `closes_at` the hours of the site's day in which it may be taken.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="backup_plans")
    driver = models.CharField(max_length=16, choices=BackupDriver.choices)
    connection = OwnedForeignKey(Connection, null=True, blank=True, related_name="backup_plans")
    settings = models.JSONField(default=dict, blank=True)
    every_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    expected_hours = models.PositiveSmallIntegerField(default=216)
    keep_daily = models.PositiveSmallIntegerField(default=14)
    keep_weekly = models.PositiveSmallIntegerField(default=8)
    keep_monthly = models.PositiveSmallIntegerField(default=12)
    keep_yearly = models.PositiveSmallIntegerField(default=2)
    quota_bytes = models.BigIntegerField(null=True, blank=True)
    drop_name = models.CharField(max_length=40, blank=True)
    drop_secret_hash = models.CharField(max_length=64, blank=True)
    drop_keys = models.TextField(blank=True)
    rehearses = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    ticket = OwnedForeignKey(Ticket, null=True, related_name="+")

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "device"], name="backup_plan_once"),
            models.UniqueConstraint(
                fields=["drop_name"],
                name="backup_drop_name_once",
                condition=~models.Q(drop_name=""),
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at", "id"],
                name="backup_plan_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["alarm_at", "id"],
                name="backup_plan_alarm",
                condition=models.Q(alarm_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_driver_display()} of {self.device_id}"


class Trigger(models.TextChoices):
    """Why a backup was taken."""

    SCHEDULE = "schedule", "Planned"
    SERVICE = "service", "With a service"
    BY_HAND = "by_hand", "By hand"
    PUSHED = "pushed", "Sent by the system"
    SAFETY = "safety", "Before a restore"
    BEFORE_FIRMWARE = "before_firmware", "Before a firmware update"
    AFTER_FIRMWARE = "after_firmware", "After a firmware update"
    BEFORE_CHANGE = "before_change", "Before a change"
    AFTER_CHANGE = "after_change", "After a change"


class BackupState(models.TextChoices):
    """Where a backup stands. FAILED leaves no parts; GONE was removed by the rule of keeping."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Being taken"
    STORED = "stored", "Stored"
    FAILED = "failed", "Failed"
    GONE = "gone", "Removed"


class Level(models.IntegerChoices):
    """How far a backup is proven."""

    STORED = 0, "Stored"
    READ = 1, "Read again"
    OPENED = 2, "Opened and checked"
    PROVEN = 3, "Restored in a rehearsal"


class Backup(CustomerOwned):
    """One backup of one system: a manifest and its parts.

    `name` is a ULID. `begun_at` is the instant whose state it holds, `stored_at` when its last byte
    was safe. `look_at` is when a worker looks at it next (None: never again), `token` the lease of
    the one that works on it. `manifest` is the signed document (`store.manifest`), `digest` its
    SHA-256, and `previous` the digest of the same system's manifest before it. `opened_at`,
    `read_at` and `proven_at` tell when it last passed each level. Kept for good while `held_at`;
    since `released_at` no longer for the work that it was taken around.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="backups")
    plan = OwnedForeignKey(BackupPlan, null=True, related_name="backups")
    name = models.CharField(max_length=26)
    trigger = models.CharField(max_length=16, choices=Trigger.choices)
    ticket = OwnedForeignKey(Ticket, null=True, related_name="+")
    asked_by = OwnedForeignKey(Membership, null=True, related_name="+")
    state = models.CharField(
        max_length=8, choices=BackupState.choices, default=BackupState.WAITING.value
    )
    step = models.CharField(max_length=160, blank=True)
    done_bytes = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=32, blank=True)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    stored_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)
    warnings = ArrayField(models.CharField(max_length=300), default=list)
    firmware = models.CharField(max_length=80, blank=True)
    baseline = models.JSONField(default=dict)
    plain_bytes = models.BigIntegerField(default=0)
    stored_bytes = models.BigIntegerField(default=0)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.STORED.value)
    read_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    damaged_at = models.DateTimeField(null=True)
    manifest = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    held_at = models.DateTimeField(null=True)
    held_by = OwnedForeignKey(Membership, null=True, related_name="+")
    hold_reason = models.CharField(max_length=300, blank=True)
    released_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    gone_why = models.CharField(max_length=120, blank=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "name"], name="backup_name_once"),
            # One lock for a system: two backups of it never run beside each other.
            models.UniqueConstraint(
                fields=["provider", "device"],
                name="backup_one_running",
                condition=models.Q(state="running"),
            ),
        )
        indexes = (
            models.Index(fields=["provider", "device", "-asked_at"], name="backup_of_device"),
            models.Index(fields=["provider", "-asked_at", "-id"], name="backup_newest"),
            models.Index(fields=["provider", "ticket"], name="backup_of_ticket"),
            models.Index(
                fields=["look_at", "id"],
                name="backup_to_look_at",
                condition=models.Q(look_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name


class StoredObject(CustomerOwned):
    """One immutable object of the store; several backups share it when nothing changed.

    `plain_mac` is an HMAC of the plain bytes' SHA-256 under a key of the customer, so that equal
    contents of two customers cannot be told. `next_read_at` is when it is read again. A manifest
    names its backup in `manifest_of` and has no `plain_mac`: nothing ever shares it. Its
    `stored_sha256` is "" until it is read for the first time where it is older than its row.
    """

    reached_through = "device"

    device = OwnedForeignKey(Device, related_name="+")
    manifest_of = OwnedForeignKey(Backup, null=True, related_name="manifest_objects")
    key = models.CharField(max_length=200)
    plain_mac = models.CharField(max_length=64)
    plain_bytes = models.BigIntegerField()
    stored_sha256 = models.CharField(max_length=64)
    stored_bytes = models.BigIntegerField()
    recipients = ArrayField(models.CharField(max_length=80), default=list)
    written_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    next_read_at = models.DateTimeField(null=True)
    damaged_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    gone_at = models.DateTimeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "key"], name="stored_object_key_once"),
        )
        indexes = (
            models.Index(fields=["provider", "device", "plain_mac"], name="stored_object_equal"),
            models.Index(
                fields=["provider", "manifest_of"],
                name="stored_object_manifest",
                condition=models.Q(manifest_of__isnull=False),
            ),
            models.Index(
                fields=["next_read_at", "id"],
                name="stored_object_to_read",
                condition=models.Q(next_read_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.key


class StoreMark(models.Model):
    """By what the folder of the store is known: the root's own row, no tenant's. There is one."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    identity = models.CharField(max_length=36)
    marked_at = models.DateTimeField()

    login_role_grants = "SELECT, INSERT, DELETE"

    def __str__(self) -> str:
        return self.identity


class Form(models.TextChoices):
    """What the plain bytes of a part are, which decides how they are checked."""

    TAR = "tar", "Archive of files"
    SQL = "sql", "Database dump"
    SQLITE = "sqlite", "SQLite database"
    ZIP = "zip", "Zip archive"
    RAW = "raw", "The maker's own file"


class BackupPart(CustomerOwned):
    """A part of a backup (`config`, `db-asterisk`, `voicemail` …) and the object that holds it."""

    reached_through = "backup"

    backup = OwnedForeignKey(Backup, related_name="parts")
    stored_object = OwnedForeignKey(StoredObject, related_name="parts")
    name = models.CharField(max_length=80)
    form = models.CharField(max_length=8, choices=Form.choices)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "backup", "name"], name="backup_part_once"),
        )
        indexes = (models.Index(fields=["provider", "stored_object"], name="backup_part_object"),)

    def __str__(self) -> str:
        return self.name


class BackupWaiver(CustomerOwned):
    """Why a service ended without a fresh backup of a system, and who answers for it.

    Customers see it.
    """

    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="backup_waivers")
    device = OwnedForeignKey(Device, related_name="+")
    reason = models.CharField(max_length=500)
    given_by = OwnedForeignKey(Membership, null=True, related_name="+")
    given_name = models.CharField(max_length=120)
    given_at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        indexes = (models.Index(fields=["provider", "ticket"], name="backup_waiver_of_ticket"),)

    def __str__(self) -> str:
        return self.reason
