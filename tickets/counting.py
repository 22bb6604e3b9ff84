"""How much room a provider's files take, for the limits of its plan."""

from __future__ import annotations

from django.db.models import Sum

from tickets.models import Attachment


def count_storage() -> int:
    """Return the bytes of all attachments of the scope's provider."""
    total: int | None = Attachment.objects.aggregate(total=Sum("size"))["total"]
    return total or 0
