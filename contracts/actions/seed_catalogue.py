"""Give a new provider what it sells: clauses, tiers and a default calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Provider
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._versions import CalendarEdit
from contracts.actions.create_calendar import create_calendar
from contracts.catalogue import BUSINESS_HOURS, CLAUSES, TIERS, TierOffer
from contracts.models import Calendar, Clause, Tier, TierClause
from contracts.public_holidays import holidays_from_library, years_from

COUNTRY, SUBDIVISION = "US", ""
# Of the country's public holidays, those on which the trade really closes.
CLOSED_ON = frozenset({"New Year's Day", "Independence Day", "Thanksgiving Day", "Christmas Day"})


def seed_catalogue(*, actor: Viewer, own_days: Iterable[date] = ()) -> Calendar:
    """Create the agreement's clauses and tiers, and the default calendar with its holidays.

    `own_days` are further days on which the provider is closed. Raises NotAllowed, and RuleBroken
    when the provider has clauses already.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    if Clause.objects.filter(provider_id=actor.provider_id).exists():
        raise RuleBroken(
            f"{actor.provider_name or 'The provider'} has a catalogue of clauses already.",
            remedy="Edit the clauses and tiers that are there.",
        )
    clauses = {
        text.code: Clause.objects.create(
            provider_id=actor.provider_id,
            code=text.code,
            title=text.title,
            wording=text.wording,
            meaning=text.meaning,
            position=position,
        )
        for position, text in enumerate(CLAUSES, start=1)
    }
    for position, offer in enumerate(TIERS, start=1):
        _create_tier(offer, position, clauses, actor)
    calendar = _default_calendar(own_days, actor)
    record(actor, "catalogue.seeded", calendar, tiers=[offer.code for offer in TIERS])
    return calendar


def _create_tier(
    offer: TierOffer, position: int, clauses: dict[str, Clause], actor: Viewer
) -> None:
    tier = Tier.objects.create(
        provider_id=actor.provider_id,
        code=offer.code,
        name=offer.name,
        summary=offer.summary,
        promise=offer.promise.to_dict(),
        position=position,
    )
    TierClause.objects.bulk_create(
        TierClause(
            provider_id=actor.provider_id,
            tier=tier,
            clause=clauses[code],
            is_optional=code in offer.optional,
        )
        for code in (*offer.included, *offer.optional)
    )


def _default_calendar(own_days: Iterable[date], actor: Viewer) -> Calendar:
    # From last year on, for tickets that a provider brings along.
    years = years_from(database_now().year - 1)
    public = holidays_from_library(COUNTRY, SUBDIVISION, years)
    closed = {day for holiday in public if holiday.name in CLOSED_ON for day in holiday.days}
    zone = Provider.objects.values_list("zone", flat=True).get(pk=actor.provider_id)
    spec = BUSINESS_HOURS | {
        "tz": zone,
        "holidays": [day.isoformat() for day in sorted(closed | set(own_days))],
    }
    return create_calendar(
        name="Business hours",
        edit=CalendarEdit(spec, country=COUNTRY, subdivision=SUBDIVISION),
        is_default=True,
        actor=actor,
    )
