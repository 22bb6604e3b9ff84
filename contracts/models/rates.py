"""What labour costs where no contract says otherwise."""

from __future__ import annotations

from django.db import models

from calcom_portal.common.owned import OwnedForeignKey, ProviderOwned
from contracts.day_words import spell_day


class RateCard(ProviderOwned):
    """One immutable version of a provider's price list, in effect from a date on.

    `rates` and `rounding` are the JSON forms of `contracts.rates.Rates` and `Rounding`. It prices
    work without a contract, and under contracts that agree no rates of their own.
    """

    effective_on = models.DateField()
    rates = models.JSONField()
    rounding = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = OwnedForeignKey("accounts.Membership", null=True, related_name="+")

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "effective_on"], name="rate_card_once"),
        )

    def __str__(self) -> str:
        return f"Price list of {spell_day(self.effective_on)}"
