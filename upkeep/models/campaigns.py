"""Campaigns: bringing devices of a model to a release of its firmware, one update a device."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models import Device
from tickets.models import LabourEntry, Ticket
from upkeep.firmware.charging import USUAL_MINUTES
from upkeep.firmware.course import Step
from upkeep.models.backups import Backup
from upkeep.models.firmware import FirmwareAdvisory, FirmwareRelease


class Method(models.TextChoices):
    """How a release comes onto a device."""

    APT = "apt", "By the portal, from a package repository (apt, over SSH)"
    HTTP = "http", "By the portal, for phones that fetch their firmware"
    HAND = "hand", "By a technician, recorded with evidence"


class CampaignState(models.TextChoices):
    """Where a campaign stands. PAUSED: nothing more begins; what runs goes on to its end."""

    DRAFT = "draft", "Draft"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


class Campaign(ProviderOwned):
    """Bringing devices of a model to a release, in waves, within hours of their sites' day.

    Updates begin within `minutes` from `opens_at` on, on `weekdays` (1, Monday, to 7). A wave waits
    `rest_hours` after the one before; more than `most_failures` pause everything. `reason` is for
    customers, `pause_reason` says why it stands. `package` is the name in the repository (apt).
    `charged_minutes` is what each update by the portal counts as labour, however long it took.
    """

    release = OwnedForeignKey(FirmwareRelease, related_name="campaigns")
    advisory = OwnedForeignKey(FirmwareAdvisory, null=True, related_name="campaigns")
    title = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    state = models.CharField(
        max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT.value
    )
    method = models.CharField(max_length=8, choices=Method.choices, default=Method.HAND.value)
    package = models.CharField(max_length=80, blank=True)
    asks_consent = models.BooleanField(default=True)
    starts_on = models.DateField()
    opens_at = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    rest_hours = models.PositiveSmallIntegerField(default=24)
    most_failures = models.PositiveSmallIntegerField(default=0)
    charged_minutes = models.PositiveSmallIntegerField(
        default=USUAL_MINUTES, db_default=USUAL_MINUTES
    )
    pause_reason = models.CharField(max_length=300, blank=True)
    made_by = OwnedForeignKey(Membership, null=True, related_name="+")
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(ProviderOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "-made_at", "-id"], name="campaign_newest"),
            models.Index(
                fields=["id"], name="campaign_running", condition=models.Q(state="running")
            ),
        )

    def __str__(self) -> str:
        return self.title


class UpdateState(models.TextChoices):
    """Where the update of one device stands.

    STUCK: it could be neither finished nor undone; the steps tell where it stands.
    """

    DRAFT = "draft", "Not begun"
    ASKING = "asking", "Waiting for the customer"
    PLANNED = "planned", "Planned"
    BY_HAND = "by_hand", "For a technician to do"
    RUNNING = "running", "Running"
    UPDATED = "updated", "Updated"
    ROLLED_BACK = "rolled_back", "Taken back"
    FAILED = "failed", "Failed, nothing was changed"
    STUCK = "stuck", "Needs a technician now"
    DECLINED = "declined", "Declined by the customer"
    LEFT_OUT = "left_out", "Left out"


FOR_CUSTOMERS = {
    UpdateState.ASKING: "Waiting for your answer",
    UpdateState.BY_HAND: "A technician will do it",
    UpdateState.STUCK: "A technician looks at it",
    UpdateState.DECLINED: "Declined",
}


class FirmwareUpdate(CustomerOwned):
    """The update of one device in a campaign. Its steps are facts (`FirmwareStep`).

    What a customer reads stands here, because campaigns are the provider's own: `title`, `reason`,
    `target`. `is_covered` and `cover` say who pays, as it was when the campaign began; where the
    portal does it, `charged_minutes` at `unit_price` an hour in `currency` are what `labour` is
    written with once it has succeeded (None: nothing was agreed). `step` is what is done next,
    `look_at` when a worker looks at it, `token` the lease of the one at it.
    `baseline` is what worked before, and the id of the planned work under `maintenance`. `evidence`
    is what a person wrote who did it by hand.
    """

    reached_through = "device"

    campaign = OwnedForeignKey(Campaign, related_name="updates")
    device = OwnedForeignKey(Device, related_name="firmware_updates")
    ticket = OwnedForeignKey(Ticket, null=True, related_name="firmware_updates")
    wave = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=8, choices=Method.choices)
    title = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    former = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=80)
    state = models.CharField(
        max_length=12, choices=UpdateState.choices, default=UpdateState.DRAFT.value
    )
    asks_consent = models.BooleanField(default=True)
    is_covered = models.BooleanField(default=False)
    cover = models.CharField(max_length=300, blank=True)
    charged_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    unit_price = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    labour = OwnedForeignKey(LabourEntry, null=True, related_name="+")
    step = models.CharField(
        max_length=12, choices=[(one.value, one.label) for one in Step], default=Step.PREPARE.value
    )
    look_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    baseline = models.JSONField(default=dict)
    before_backup = OwnedForeignKey(Backup, null=True, related_name="+")
    after_backup = OwnedForeignKey(Backup, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=2000, blank=True)
    done_by = OwnedForeignKey(Membership, null=True, related_name="+")

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "campaign", "device"], name="firmware_update_once"
            ),
            # One lock for a device: two updates of it never run beside each other.
            models.UniqueConstraint(
                fields=["provider", "device"],
                name="firmware_one_running",
                condition=models.Q(state="running"),
            ),
        )
        indexes = (
            models.Index(fields=["provider", "campaign", "wave"], name="firmware_of_campaign"),
            models.Index(fields=["provider", "customer", "device"], name="firmware_of_device"),
            models.Index(
                fields=["provider", "ticket"],
                name="firmware_of_ticket",
                condition=models.Q(ticket__isnull=False),
            ),
            models.Index(
                fields=["look_at", "id"],
                name="firmware_to_look_at",
                condition=models.Q(look_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def state_for_customers(self) -> str:
        """Return where it stands in words for the customer."""
        return FOR_CUSTOMERS.get(UpdateState(self.state), str(self.get_state_display()))

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what has been announced to them."""
        return models.Q(customer_id=customer_id) & ~models.Q(state=UpdateState.DRAFT.value)


class FirmwareStep(CustomerOwned):
    """One fact of an update: a step that ended well, or did not. Never changed. Staff only."""

    reached_through = "update"

    update = OwnedForeignKey(FirmwareUpdate, related_name="steps")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12)
    outcome = models.CharField(max_length=8)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "update", "number"], name="firmware_step_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"


class FirmwareConsent(CustomerOwned):
    """What the customer said to an update, and who said it. Never changed; the newest counts.

    Said by telephone at `said_at`, it was written down by one of our people (`taken_by`).
    """

    reached_through = "update"

    update = OwnedForeignKey(FirmwareUpdate, related_name="consents")
    agreed = models.BooleanField()
    name = models.CharField(max_length=120)
    given_by = OwnedForeignKey(Membership, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    said_at = models.DateTimeField(null=True)
    taken_by = OwnedForeignKey(Membership, null=True, related_name="+")
    taken_name = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta(CustomerOwned.Meta):
        indexes = (models.Index(fields=["provider", "update", "-id"], name="firmware_consent_of"),)

    def __str__(self) -> str:
        return f"{self.name}: {'yes' if self.agreed else 'no'}"
