"""Service calendars. An edit makes a new version; versions never change."""

from __future__ import annotations

from django.db import models

from calcom_portal.common.owned import OwnedForeignKey, ProviderOwned


class Calendar(ProviderOwned):
    """A named service calendar of a provider. The default one serves tickets without a contract."""

    name = models.CharField(max_length=80)
    is_default = models.BooleanField(default=False)

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "name"], name="calendar_name_once"),
            models.UniqueConstraint(
                fields=["provider"],
                condition=models.Q(is_default=True),
                name="calendar_default_once",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def newest(self) -> CalendarVersion:
        """Return the version in effect."""
        version: CalendarVersion = self.versions.select_related("calendar").latest("number")
        return version


class CalendarVersion(ProviderOwned):
    """One immutable version. `spec` is the neutral form of `contracts.sla.calendar`.

    `country` and `subdivision` say which public holidays the editor started from; the dates are in
    `spec` themselves, so that a later release of the holiday library moves nothing.
    """

    calendar = OwnedForeignKey(Calendar, related_name="versions")
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=24, blank=True)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = OwnedForeignKey("accounts.Membership", null=True, related_name="+")

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "calendar", "number"], name="calendar_version_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"
