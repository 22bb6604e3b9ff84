"""What a new provider gets: clauses, tiers, a calendar and a price list to start from."""

from __future__ import annotations

from accounts.viewer import Viewer
from contracts.actions.publish_rate_card import seed_rate_card
from contracts.actions.seed_catalogue import seed_catalogue


def found_catalogue(provider_id: int) -> None:
    """Seed the agreement's catalogue and the first price list for a new provider."""
    founder = Viewer.system("founding", provider_id=provider_id)
    seed_catalogue(actor=founder)
    seed_rate_card(actor=founder)
