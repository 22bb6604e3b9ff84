"""Questions about people and companies, as the business would ask them."""

from __future__ import annotations

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


CustomerManager = OwnedManager.from_queryset(CustomerQuerySet)
MembershipManager = OwnedManager.from_queryset(MembershipQuerySet)
InvitationManager = OwnedManager.from_queryset(InvitationQuerySet)
