"""The lists that pages and workers ask for, by name."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models

from calcom_portal.common.owned import OwnedManager, Row
from upkeep.inspections.states import OPEN, State

OPEN_STATES = [state.value for state in OPEN]


class InspectionQuerySet(models.QuerySet[Row]):
    """Named questions; they chain."""

    def open(self) -> Self:
        """Keep those that are neither done nor cancelled."""
        return self.filter(state__in=OPEN_STATES)

    def to_agree(self) -> Self:
        """Keep those without an agreed date."""
        return self.filter(state=State.PLANNED.value)

    def done(self) -> Self:
        """Keep those that were made and signed."""
        return self.filter(state=State.DONE.value)

    def overdue(self, today: date) -> Self:
        """Keep those that are still to be made after their last day."""
        return self.open().filter(latest__lt=today)


InspectionManager = OwnedManager.from_queryset(InspectionQuerySet)
