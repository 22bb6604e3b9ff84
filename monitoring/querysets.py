"""The lists that pages and workers ask for, by name."""

from __future__ import annotations

from typing import Self

from django.db import models

from calcom_portal.common.owned import OwnedManager, Row


class CheckQuerySet(models.QuerySet[Row]):
    """Named questions; they chain."""

    def running(self) -> Self:
        """Keep those that nobody has paused."""
        return self.filter(paused_at=None)


class IncidentQuerySet(models.QuerySet[Row]):
    """Named questions; they chain."""

    def open(self) -> Self:
        """Keep those that are not closed."""
        return self.filter(closed_at=None)


class HealthReportQuerySet(models.QuerySet[Row]):
    """Named questions; they chain."""

    def signed(self) -> Self:
        """Keep what was signed."""
        return self.filter(signed_at__isnull=False)

    def to_review(self) -> Self:
        """Keep what only waits for a technician: all its systems were looked at."""
        return self.filter(signed_at=None, checks__state="collected").exclude(
            checks__state__in=("owed", "collecting")
        )


CheckManager = OwnedManager.from_queryset(CheckQuerySet)
IncidentManager = OwnedManager.from_queryset(IncidentQuerySet)
HealthReportManager = OwnedManager.from_queryset(HealthReportQuerySet)
