"""Lists of installed products that were sent in, and what each row would do."""

from __future__ import annotations

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.goods.dates import DateStyle
from contracts.goods.planning import Outcome
from contracts.goods.text_file import Letters
from contracts.models.promises import Contract


class ImportState(models.TextChoices):
    """Where an import stands. Only one that is ready and refuses no row can be applied."""

    CHECKING = "checking", "Being checked"
    UNREADABLE = "unreadable", "Cannot be read"
    READY = "ready", "Checked"
    APPLIED = "applied", "Imported"


class GoodsImport(CustomerOwned):
    """A list for one customer: how its file is read, and what the dry run found.

    `job_id` is the newest job of it; jobs are forgotten after a time, imports stay, without their
    file and rows from `tidied_at` on. `plan` is a
    digest of what every row would do: what is applied is what was shown.
    """

    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    style = models.CharField(max_length=12, choices=[(it.value, it.label) for it in DateStyle])
    letters = models.CharField(max_length=12, choices=[(it.value, it.label) for it in Letters])
    contract = OwnedForeignKey(Contract, null=True, related_name="+")
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.CHECKING
    )
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    plan = models.CharField(max_length=64, blank=True)
    job_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    created_by = OwnedForeignKey(Membership, related_name="+")
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    tidied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name

    def count(self, outcome: Outcome) -> int:
        """Return how many rows have an outcome."""
        return int(self.counts.get(outcome.value, 0))

    @property
    def row_count(self) -> int:
        """Return how many rows the list has."""
        return sum(self.counts.values())

    @property
    def can_be_applied(self) -> bool:
        """Would an import change something, and is every row in order?"""
        is_ready = self.state == ImportState.READY and not self.count(Outcome.REFUSED)
        return is_ready and self.count(Outcome.NEW) + self.count(Outcome.CHANGED) > 0


class ImportRow(CustomerOwned):
    """What one row of a list would do: its changes, or why it is refused."""

    goods_import = OwnedForeignKey(GoodsImport, related_name="rows")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    outcome = models.CharField(max_length=10, choices=[(it.value, it.value) for it in Outcome])
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "goods_import", "number"], name="import_row_once"
            ),
        )
