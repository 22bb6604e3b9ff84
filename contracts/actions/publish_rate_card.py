"""Put a new price list into effect."""

from __future__ import annotations

from datetime import date

from django.db import connection

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from contracts.day_words import spell_day
from contracts.days import today_of_provider
from contracts.models import RateCard
from contracts.price_list import FIRST_RATES, FIRST_ROUNDING, next_day_for_a_card
from contracts.rates import Rates, Rounding

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def publish_rate_card(
    *, effective_on: date, rates: Rates, rounding: Rounding, note: str = "", actor: Viewer
) -> RateCard:
    """Append a version that counts from `effective_on` on.

    Raises NotAllowed, and BadInput for a day that has passed, or that another version has taken.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [f"price list {actor.provider_id}"])
    today = today_of_provider(actor.provider_id, database_now())
    earliest = next_day_for_a_card(actor.provider_id, today)
    if effective_on < earliest:
        raise BadInput(
            "A price list cannot begin before today, nor before the one that is there.",
            field="effective_on",
            remedy=f"Choose {spell_day(earliest)} or later.",
        )
    return _append(effective_on, rates, rounding, note, actor)


def seed_rate_card(*, actor: Viewer) -> RateCard:
    """Give a new provider a price list to start from, in effect since the year before.

    Raises NotAllowed.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    # From last year on, for work that a provider brings along.
    since = date(database_now().year - 1, 1, 1)
    return _append(since, FIRST_RATES, FIRST_ROUNDING, "Our first price list", actor)


def _append(
    effective_on: date, rates: Rates, rounding: Rounding, note: str, actor: Viewer
) -> RateCard:
    card: RateCard = RateCard.objects.create(
        provider_id=actor.provider_id,
        effective_on=effective_on,
        rates=rates.to_dict(),
        rounding=rounding.to_dict(),
        note=note,
        created_at=database_now(),
        created_by_id=actor.membership_id,
    )
    record(
        actor,
        "rates.published",
        card,
        effective_on=effective_on,
        rates=card.rates,
        rounding=card.rounding,
    )
    return card
