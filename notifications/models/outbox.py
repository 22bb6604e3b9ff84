"""What has to be told to whom: decided in the transaction of the event, sent later."""

from __future__ import annotations

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import OwnedForeignKey, ProviderOwned


class NoticeState(models.TextChoices):
    """The life of a notice. SENT is not SEEN: see `acknowledged_at`."""

    READY = "ready", "Waiting to be sent"
    LEASED = "leased", "Being sent"
    SENT = "sent", "Handed to the mail server"
    MUTED = "muted", "Not sent: the person turned this off"
    DEAD = "dead", "Given up after several tries"


class Notice(ProviderOwned):
    """One message owed to one person on one channel. The outbox.

    `recipient` is empty for people who are not members yet (invitations): then `address` is used.
    `dedupe_key` makes it exist once: `event:…:recipient:channel`. `digest_key` groups what one
    sweep found for one person: such notices travel as one mail. `payload` holds what the templates
    need, as it was when the event happened. `message_id` is given at the first try and repeated by
    every later one; notices that share it travel together.
    """

    customer_lookup = "customer_id"

    customer = OwnedForeignKey("accounts.Customer", null=True, related_name="+")
    recipient = OwnedForeignKey(Membership, null=True, related_name="+")
    address = models.EmailField(max_length=254, blank=True)
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, default="mail")
    subject_ref = models.CharField(max_length=40, blank=True)
    payload = models.JSONField(default=dict)
    event_key = models.CharField(max_length=120)
    dedupe_key = models.CharField(max_length=160)
    digest_key = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.READY)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=160, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    # Critical notices only: by when somebody must have said "seen", who did, and when the ladder
    # was climbed because nobody had.
    critical = models.BooleanField(default=False)
    acknowledge_by = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = OwnedForeignKey(Membership, null=True, related_name="+")
    ladder_step = models.PositiveSmallIntegerField(default=0)
    climbed_at = models.DateTimeField(null=True)

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "dedupe_key"], name="notice_once"),
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False) ^ ~models.Q(address=""),
                name="notice_has_one_recipient",
            ),
        )
        indexes = (
            models.Index(
                models.F("critical").desc(),
                "not_before",
                "id",
                name="notice_to_send",
                condition=models.Q(state__in=["ready", "leased"]),
            ),
            models.Index(
                fields=["acknowledge_by"],
                name="notice_to_climb",
                condition=models.Q(
                    acknowledge_by__isnull=False,
                    acknowledged_at__isnull=True,
                    climbed_at__isnull=True,
                ),
            ),
            models.Index(fields=["provider", "event_key"], name="notice_by_event"),
            models.Index(fields=["provider", "state", "-id"], name="notice_newest"),
            models.Index(fields=["provider", "subject_ref", "id"], name="notice_by_subject"),
        )


class Outcome(models.TextChoices):
    """How one try to send ended."""

    SENT = "sent", "Handed over"
    DEFERRED = "deferred", "Later"
    REFUSED = "refused", "Refused for good"
    UNAVAILABLE = "unavailable", "Mail server away"


class Delivery(ProviderOwned):
    """One try to send a notice, and what the other side said. Append-only."""

    notice = OwnedForeignKey(Notice, related_name="deliveries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    detail = models.CharField(max_length=300, blank=True)

    class Meta(ProviderOwned.Meta):
        indexes = (models.Index(fields=["provider", "notice"], name="delivery_of_notice"),)


class OperatorAlarm(ProviderOwned):
    """Something on our own side needs a person of the provider. Never a customer's outage."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    detail = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "kind", "subject"],
                condition=models.Q(cleared_at__isnull=True),
                name="alarm_open_once",
            ),
        )
