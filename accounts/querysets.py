"""Questions about people and companies, as the business would ask them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from calcom_portal.common.owned import OwnedManager, Row
from calcom_portal.common.text import one_form


class CustomerQuerySet(models.QuerySet[Row]):
    """Customers in the current scope."""

    def named_like(self, text: str) -> Self:
        """Keep those whose name or number holds the text, in either Unicode form."""
        text = one_form(text.strip())
        return self.filter(Q(name__icontains=text) | Q(number__icontains=text)) if text else self

    def by_name(self) -> Self:
        """Make them orderable by `sort_name`, which does not tell capitals from small letters."""
        return self.annotate(sort_name=Lower("name"))


class MembershipQuerySet(models.QuerySet[Row]):
    """People in the current scope."""

    def named_like(self, text: str) -> Self:
        """Keep those whose name or address holds the text."""
        text = one_form(text.strip())
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text)) if text else self

    def by_name(self) -> Self:
        """Make them orderable by `sort_name`, which does not tell capitals from small letters."""
        return self.annotate(sort_name=Lower("name"))


class InvitationQuerySet(models.QuerySet[Row]):
    """Invitations in the current scope."""

    def still_open(self) -> Self:
        """Keep those that were neither accepted nor withdrawn. They may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


class JobQuerySet(models.QuerySet[Row]):
    """Long work in the current scope."""

    def of_person(self, membership_id: int | None) -> Self:
        """Keep what one person asked for."""
        return self.filter(membership_id=membership_id)

    def unfinished(self) -> Self:
        """Keep what waits or runs."""
        return self.filter(state__in=["queued", "running"])

    def waiting_for_a_worker(self, now: datetime) -> Self:
        """Keep what nobody works on: it waits, or whoever worked on it has not been heard of."""
        return self.filter(Q(state="queued") | Q(state="running", lease_until__lt=now))


CustomerManager = OwnedManager.from_queryset(CustomerQuerySet)
MembershipManager = OwnedManager.from_queryset(MembershipQuerySet)
JobManager = OwnedManager.from_queryset(JobQuerySet)
InvitationManager = OwnedManager.from_queryset(InvitationQuerySet)
