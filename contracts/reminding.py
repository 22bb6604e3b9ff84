"""When a contract has to be looked at: for a reminder, or for a renewal by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.models import Contract, ContractPolicy
from contracts.renewals import DAY, USUAL_HORIZONS, Reminder, reminders, renewal_day


def horizons_of(provider_id: int) -> Sequence[int]:
    """Return how many days ahead a provider reminds, the earliest first."""
    policy = ContractPolicy.objects.filter(provider_id=provider_id).first()
    return sorted(policy.horizons, reverse=True) if policy else USUAL_HORIZONS


def reminders_of(contract: Contract, horizons: Sequence[int]) -> list[Reminder]:
    """Return all reminders of the present period of a signed contract, past ones too."""
    if contract.ends_on is None:
        return []
    return reminders(
        contract.ends_on,
        contract.renewal,
        is_ending=bool(contract.ending),
        horizons=horizons,
        since=contract.agreed_on or contract.starts_on,
    )


def next_look(contract: Contract, today: date, horizons: Sequence[int]) -> date | None:
    """Return the next day after `today` on which something happens by itself; None: never."""
    days = [reminder.on for reminder in reminders_of(contract, horizons)]
    if (renews_on := renews_by_itself_on(contract)) is not None:
        # One that is owed already could not be done: it is tried again every day.
        days.append(max(renews_on, today + DAY))
    return min((day for day in days if day > today), default=None)


def renews_by_itself_on(contract: Contract) -> date | None:
    """Return the day on which a signed contract is renewed unless notice is given before."""
    if contract.ending or contract.ends_on is None:
        return None
    return renewal_day(contract.ends_on, contract.renewal)
