"""What happened and what follows from it: facts, clocks, rungs, verdicts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from tickets.models.ticket import Ticket


class Fact(CustomerOwned):
    """One event that the clock may depend on. Append-only, hash-chained per provider.

    `at` is the database's time of receipt; `recorded_at` when the row was written. `body` is the
    canonical JSON that the hash covers: ticket, kind, at, actor, and `details` as in
    `contracts.sla.Fact`.
    """

    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="facts")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = OwnedForeignKey(Membership, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    details = models.JSONField(default=dict)
    number = models.BigIntegerField()
    body = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "number"], name="fact_number_once"),
        )
        indexes = (models.Index(fields=["provider", "ticket", "number"], name="fact_of_ticket"),)


class Clock(CustomerOwned):
    """One running promise of a ticket: a projection of the facts that SQL alone can sweep.

    `rung_shares` and `rung_times` are parallel: the share of the target in per cent, and the
    instant at which it is used up. `next_rung` counts the rungs already fired; `next_at` is the
    instant of the next one, empty while nothing can happen by itself (paused, stopped, all fired).
    """

    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="clocks")
    metric = models.CharField(max_length=8)
    state = models.CharField(max_length=8)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    rung_shares = ArrayField(models.PositiveSmallIntegerField(), default=list)
    rung_times = ArrayField(models.DateTimeField(), default=list)
    next_rung = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "ticket", "metric"], name="clock_once"),
        )
        indexes = (
            models.Index(
                fields=["next_at", "id"],
                name="clock_due",
                condition=models.Q(next_at__isnull=False),
            ),
            models.Index(
                fields=["provider", "due_at"],
                include=["customer"],
                name="clock_not_judged",
                condition=models.Q(state__in=["running", "waiting", "paused", "ended"]),
            ),
        )


class Rung(CustomerOwned):
    """That a clock reached a share of its target. Append-only, once for each clock and share.

    `due_at` is the true instant, `decided_at` when we noticed. `told` is false where an outage let
    several rungs pass: all are recorded, only the highest is sent.
    """

    clock = OwnedForeignKey(Clock, related_name="rungs")
    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="+")
    metric = models.CharField(max_length=8)
    share = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField()
    told = models.BooleanField()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "clock", "share"], name="rung_once"),
        )
        indexes = (models.Index(fields=["provider", "ticket", "share"], name="rung_of_ticket"),)


class Verdict(CustomerOwned):
    """A sealed met or missed. Append-only; a correction is a further row that names the first.

    `fact` is the link of the hash chain that seals it.
    """

    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="verdicts")
    metric = models.CharField(max_length=8)
    outcome = models.CharField(max_length=8)
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField()
    fact = OwnedForeignKey(Fact, related_name="+")
    corrects = OwnedForeignKey("self", null=True, related_name="+")
    reason = models.CharField(max_length=240, blank=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "ticket", "metric"],
                condition=models.Q(corrects__isnull=True),
                name="verdict_once",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "ticket"], name="verdict_of_ticket"),
            models.Index(
                fields=["provider", "corrects"],
                name="verdict_correction",
                condition=models.Q(corrects__isnull=False),
            ),
            models.Index(fields=["provider", "customer", "sealed_at"], name="verdict_of_customer"),
            # A month's figures come from the index alone.
            models.Index(
                fields=["provider", "due_at"],
                include=["id", "customer", "metric", "outcome", "ticket"],
                name="verdict_by_due",
            ),
        )
