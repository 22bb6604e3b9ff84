"""Staff looking at the portal as one of a customer's people sees it."""

from __future__ import annotations

from django.db import models

from accounts.models.people import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey


class LookEnd(models.TextChoices):
    """Why a look is over."""

    STOPPED = "stopped", "Stopped by hand"
    TIME = "time", "Its time was over"
    ACCESS = "access", "An access was closed"


class Look(CustomerOwned):
    """One look: read-only, for a short time. `pages` counts what was opened."""

    staff = OwnedForeignKey(Membership, related_name="+")
    person = OwnedForeignKey(Membership, related_name="+")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=8, choices=LookEnd.choices, blank=True)
    pages = models.PositiveIntegerField(default=0)

    class Meta(CustomerOwned.Meta):
        indexes = (
            models.Index(
                fields=["ends_at"],
                name="look_still_open",
                condition=models.Q(ended_at__isnull=True),
            ),
        )
