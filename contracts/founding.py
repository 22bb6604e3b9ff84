"""What a new provider gets: clauses, tiers and a calendar to start from."""

from __future__ import annotations

from accounts.viewer import Viewer
from contracts.actions.seed_catalogue import seed_catalogue


def found_catalogue(provider_id: int) -> None:
    """Seed the agreement's catalogue for a new provider."""
    seed_catalogue(actor=Viewer.system("founding", provider_id=provider_id))
