"""Tickets as the business asks for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models

from accounts.viewer import Viewer
from calcom_portal.common.owned import OwnedManager, Row
from tickets.states import LIVE, State

LIVE_STATES = [state.value for state in LIVE]


class TicketQuerySet(models.QuerySet[Row]):
    """Named questions; they chain."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what the viewer may see: staff all of the provider, customers their company's.

        Of that, somebody with a limit sees what the limit leaves.
        """
        rows = self.filter(provider_id=viewer.provider_id)
        if viewer.is_customer:
            rows = rows.filter(customer_id=viewer.customer_id)
        if viewer.limit is None:
            return rows
        model: Any = self.model
        return rows.filter(model.within(viewer.limit))

    def live(self) -> Self:
        """Keep those with something left to do."""
        return self.filter(state__in=LIVE_STATES)

    def unassigned(self) -> Self:
        """Keep the live ones that nobody has."""
        return self.live().filter(assignee__isnull=True)

    def with_person(self, membership_id: int | None) -> Self:
        """Keep the live ones of one technician."""
        return self.live().filter(assignee_id=membership_id, assignee__isnull=False)

    def waiting(self) -> Self:
        """Keep those on hold."""
        return self.filter(state=State.HELD.value)

    def late(self, now: datetime) -> Self:
        """Keep the live ones with a deadline in the past (breach means now > due)."""
        return self.live().filter(next_deadline_at__lt=now)

    def in_dispatch_order(self) -> Self:
        """What breaches next comes first; no deadline comes last."""
        return self.order_by(models.F("next_deadline_at").asc(nulls_last=True), "id")

    def with_names(self) -> Self:
        """Load what a ticket's page and list show beside the ticket itself."""
        return self.select_related(
            "customer", "site", "device", "reporter", "assignee", "contract", "terms"
        )

    def with_relatives(self) -> Self:
        """Load the tickets that it was merged into and that it continues: rare, and costly."""
        return self.select_related("merged_into", "continues")


class LabourQuerySet(models.QuerySet[Row]):
    """Entries of labour in the current scope."""

    def standing(self) -> Self:
        """Keep those that no other entry replaces, and that were not struck out."""
        later = self.model._default_manager.filter(replaces=models.OuterRef("pk"))
        return self.filter(~models.Exists(later)).exclude(cause="struck")


LabourManager = OwnedManager.from_queryset(LabourQuerySet)
TicketManager = OwnedManager.from_queryset(TicketQuerySet)
