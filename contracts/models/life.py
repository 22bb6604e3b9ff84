"""What happened to contracts after the signature, and who was reminded of what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models.promises import Contract


class Milestone(models.TextChoices):
    """A step in the life of a contract."""

    SIGNED = "signed", "Signed"
    AMENDED = "amended", "Amended"
    RENEWED = "renewed", "Renewed"
    NOTICE = "notice", "Notice given"
    NOTICE_WITHDRAWN = "notice_withdrawn", "Notice withdrawn"
    CUT_SHORT = "cut_short", "Ended early"
    CALLED_OFF = "called_off", "Cancelled before it began"


class ContractEvent(CustomerOwned):
    """One step in the life of a contract. Append-only.

    `on` is the day from which it counts; `words` says it in a sentence; `details` are plain values.
    A renewal begins on its `on`, so no period is renewed into twice.
    """

    contract = OwnedForeignKey(Contract, related_name="events")
    milestone = models.CharField(max_length=16, choices=Milestone.choices)
    on = models.DateField()
    words = models.CharField(max_length=600)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = OwnedForeignKey("accounts.Membership", null=True, related_name="+")
    by_name = models.CharField(max_length=120)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "contract", "on"],
                condition=models.Q(milestone="renewed"),
                name="contract_renewed_once",
            ),
        )
        indexes = (models.Index(fields=["provider", "contract"], name="event_of_contract"),)


class ContractReminder(CustomerOwned):
    """That a reminder was due, once for each contract, rung and period. Append-only.

    `of` is the day that it is about: the last one, or the last one for notice. `told` is false
    where an outage let several pass: all are recorded, only the most urgent is sent.
    """

    contract = OwnedForeignKey(Contract, related_name="reminders")
    about = models.CharField(max_length=8)
    days = models.PositiveSmallIntegerField()
    of = models.DateField()
    at = models.DateTimeField()
    told = models.BooleanField()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "contract", "about", "days", "of"],
                name="contract_reminder_once",
            ),
        )


class ContractPolicy(ProviderOwned):
    """How many days ahead a provider and its customers are reminded of ends and of notice."""

    horizons = ArrayField(models.PositiveSmallIntegerField())

    class Meta(ProviderOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["provider"], name="contract_policy_once"),)
