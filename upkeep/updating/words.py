"""What customers and our people read of campaigns."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.day_words import spell_day
from upkeep.models import Campaign, FirmwareUpdate

SHOWN = 20


def announcement(campaign: Campaign, updates: Sequence[FirmwareUpdate]) -> str:
    """Return what a customer is told when a campaign starts."""
    when = f"{spell_day(campaign.starts_on)}, {campaign.opens_at:%H:%M} at their site"
    lines = [
        campaign.reason,
        "",
        f"We bring these to version {campaign.release.version}, not before {when}:",
        "",
        *(f"- {name}" for name in device_names(updates)),
        "",
        ask_words(updates),
    ]
    return "\n".join(lines).strip()


def device_names(updates: Sequence[FirmwareUpdate]) -> list[str]:
    """Return devices with their sites; of many, how many more there are."""
    names = [f"{one.device.name}, {one.device.site.name}" for one in updates[:SHOWN]]
    more = len(updates) - SHOWN
    return [*names, f"and {more} more"] if more > 0 else names


def ask_words(updates: Sequence[FirmwareUpdate]) -> str:
    """Return whether the customer has to agree, and who pays."""
    covers = list(dict.fromkeys(one.cover for one in updates if one.cover))
    asked = any(one.asks_consent for one in updates)
    ask = "Nothing happens before you agree." if asked else "You need to do nothing."
    return " ".join([*covers[:3], ask])
