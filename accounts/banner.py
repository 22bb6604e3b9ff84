"""The line at the top of every page of a provider that is suspended, or going to be deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.phones import spell_phone
from accounts.viewer import Viewer

# Customers learn of it in time to take out what is theirs; before, it may still be called off.
TELL_CUSTOMERS_BEFORE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Banner:
    """What everybody has to know about the provider. `day` is an instant that the text ends on."""

    title: str
    text: str
    day: datetime | None = None


def banner_of(viewer: Viewer) -> Banner | None:
    """Return what to say, or None while all is well."""
    if viewer.is_suspended:
        return _suspended(viewer)
    if viewer.closes_at is not None and _is_told(viewer, viewer.closes_at):
        title = f"Everything of {viewer.provider_name} here will be deleted."
        return Banner(title, "Take out what you need before", viewer.closes_at)
    return None


def _suspended(viewer: Viewer) -> Banner:
    name = viewer.provider_name
    if viewer.is_customer:
        phone = spell_phone(viewer.provider_phone)
        call = f"Please call {name} on {phone}." if phone else f"Please call {name}."
        return Banner(
            f"{name} cannot take tickets or changes here at the moment.",
            f"You can read everything as before. {call}",
        )
    return Banner(
        f"{name} is suspended.",
        "Everything can be read and taken out, nothing can be changed. Deadlines run on.",
    )


def _is_told(viewer: Viewer, closes_at: datetime) -> bool:
    # For showing only: nothing is decided here.
    return not viewer.is_customer or closes_at - timezone.now() < TELL_CUSTOMERS_BEFORE
