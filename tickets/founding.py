"""What a new provider gets: a counter for the numbers of its tickets."""

from __future__ import annotations

from tickets.models import TicketCounter


def found_counter(provider_id: int) -> None:
    """Start a new provider's ticket numbers."""
    TicketCounter.objects.create(provider_id=provider_id)
