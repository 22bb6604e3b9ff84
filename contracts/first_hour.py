"""What a new provider does about its promises in its first hour."""

from __future__ import annotations

from typing import Final

from accounts.first_hour import Step
from contracts.models import CalendarVersion, Contract, Tier


def _hours_were_changed() -> bool:
    # Founding gave one calendar in one version.
    return CalendarVersion.objects.count() > 1


def _has_tiers() -> bool:
    return Tier.objects.exists()


def _has_contract() -> bool:
    return Contract.objects.exists()


STEPS: Final = (
    Step(
        "hours",
        "Set your business hours",
        "Deadlines count in them. You begin with Monday to Friday, 08:00 to 17:00.",
        "calendars",
        "Look at the hours",
        _hours_were_changed,
        keep="They are right",
    ),
    Step(
        "tiers",
        "Two tiers are copied from the catalogue",
        "What you sell: what is promised, and what it covers. Change them as you like.",
        "tiers",
        "Look at the tiers",
        _has_tiers,
    ),
    Step(
        "contract",
        "Draft your first contract",
        "It says which tier a customer has, from when, for which sites or devices.",
        "contract_new",
        "Draft a contract",
        _has_contract,
    ),
)
