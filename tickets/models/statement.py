"""Monthly statements: what was done for a customer, who paid for it, as it was issued."""

from __future__ import annotations

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from tickets.models.labour import WORKS, LabourLine


class Statement(CustomerOwned):
    """The statement of a customer's month. Append-only: what changes later is on the next one.

    `month` is its first day. `totals` lists {"currency", "worth", "covered", "due"} as text.
    """

    number = models.CharField(max_length=20)
    month = models.DateField()
    customer_name = models.CharField(max_length=160)
    customer_number = models.CharField(max_length=20)
    line_count = models.PositiveIntegerField()
    minutes = models.IntegerField()
    totals = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    issued_by = OwnedForeignKey(Membership, null=True, related_name="+")
    issued_by_name = models.CharField(max_length=120)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "number"], name="statement_number_once"),
            models.UniqueConstraint(
                fields=["provider", "customer", "month"], name="statement_of_month_once"
            ),
        )
        indexes = (models.Index(fields=["provider", "-month", "-id"], name="statement_newest"),)

    def __str__(self) -> str:
        return self.number


class StatementLineKind(models.TextChoices):
    """Why a line is on a statement."""

    WORK = "work", "Work of the month"
    LATE = "late", "Work of an earlier month"
    REVERSAL = "reversal", "Taken back"


class StatementLine(CustomerOwned):
    """One line as it was issued: a copy, so that nothing renamed later changes it.

    A reversal repeats a line of an earlier statement with minutes and amounts below zero.
    """

    statement = OwnedForeignKey(Statement, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=StatementLineKind.choices)
    line = OwnedForeignKey(LabourLine, related_name="+")
    ticket_reference = models.CharField(max_length=24)
    subject = models.CharField(max_length=200)
    device_name = models.CharField(max_length=120, blank=True)
    technician_name = models.CharField(max_length=120)
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    in_hours = models.BooleanField()
    work = models.CharField(max_length=16, choices=WORKS)
    note = models.CharField(max_length=500, blank=True)
    minutes = models.IntegerField()
    charged_minutes = models.IntegerField()
    covered = models.BooleanField()
    clause = models.CharField(max_length=20, blank=True)
    price = models.CharField(max_length=12)
    unit_price = models.DecimalField(max_digits=9, decimal_places=2)
    currency = models.CharField(max_length=3)
    worth = models.DecimalField(max_digits=12, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=400)
    contract_number = models.CharField(max_length=20, blank=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "statement", "position"], name="statement_line_once"
            ),
            # A line is charged once, and taken back once.
            models.UniqueConstraint(
                fields=["provider", "line"],
                condition=~models.Q(kind="reversal"),
                name="statement_line_charged_once",
            ),
            models.UniqueConstraint(
                fields=["provider", "line"],
                condition=models.Q(kind="reversal"),
                name="statement_line_reversed_once",
            ),
        )

    @property
    def stable_id(self) -> str:
        """Return the id by which accounting knows the line for ever."""
        return f"{self.statement.number}-{self.position:04}"
