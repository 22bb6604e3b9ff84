"""The lists that pages and workers ask for, by name."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from calcom_portal.common.owned import OwnedManager, Row
from monitoring.standing import DEGRADED, OF_STATE, Shown
from monitoring.states import State

# The same as `standing.shown_of`, for the database.
SHOWN = Case(
    When(paused_at__isnull=False, then=Value(int(Shown.PAUSED))),
    When(flapping_since__isnull=False, then=Value(int(Shown.FLAPPING))),
    When(Q(state=State.UP.value, last_outcome=DEGRADED), then=Value(int(Shown.IMPAIRED))),
    *(When(state=state.value, then=Value(int(shown))) for state, shown in OF_STATE.items()),
    default=Value(int(Shown.UNWATCHED)),
    output_field=IntegerField(),
)


class CheckQuerySet(models.QuerySet[Row]):
    """Named questions; they chain."""

    def running(self) -> Self:
        """Keep those that nobody has paused."""
        return self.filter(paused_at=None)

    def in_service(self) -> Self:
        """Keep those of devices that were not taken out of service."""
        return self.filter(device__retired_on=None)

    def as_shown(self) -> Self:
        """Add `shown`: the number of a `standing.Shown`."""
        return self.annotate(shown=SHOWN)


class IncidentQuerySet(models.QuerySet[Row]):
    """Named questions; they chain."""

    def open(self) -> Self:
        """Keep those that are not closed."""
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        """Keep those that are over."""
        return self.filter(closed_at__isnull=False)

    def with_behind(self) -> Self:
        """Add `behind`: how many open ones hang on each."""
        # Not a join: it would group by every column of all that is shown with it.
        hanging = self.model._default_manager.filter(parent=models.OuterRef("pk"), closed_at=None)
        counted = hanging.order_by().values("parent").annotate(count=models.Count("pk"))
        return self.annotate(behind=Coalesce(models.Subquery(counted.values("count")), 0))

    def of_their_own(self) -> Self:
        """Leave out those that hang on another outage."""
        return self.filter(parent=None)


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
