"""What tickets tell the app of people: what somebody has in hand, what ends, what is taken out."""

from __future__ import annotations

from accounts.handover import register_hands
from accounts.offboarding import register_leaving
from accounts.takeout import register_takeout
from tickets.handover import TicketsInHand
from tickets.offboarding import TicketsStay
from tickets.taken_out import PARTS, files_of


def tell_of_people() -> None:
    """Register it all."""
    register_hands(TicketsInHand())
    register_leaving(TicketsStay())
    register_takeout(*PARTS, files=files_of)
