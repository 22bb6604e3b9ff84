"""Short ways to bring contracts to a point of their lives in tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from contracts.actions import (
    Amendment,
    Changed,
    ContractWish,
    Draft,
    amend_contract,
    create_contract,
    sign_contract,
)
from contracts.drafts import draft_of
from contracts.models import Calendar, Contract, Terms
from contracts.renewals import Renewal, RenewalRule
from contracts.sla import Metric, Priority, Target, Unit
from tests.cast import Cast
from tests.contracts.agreements import TOLD
from tests.stage import acting

EIGHT_HOURS = {
    (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=8), Unit.BUSINESS),
    (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
}
FOUR_HOURS = {
    (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=4), Unit.BUSINESS),
    (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
}
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
YEARLY = Renewal(RenewalRule.AUTOMATIC, 12, 30)
BY_HAND = Renewal(RenewalRule.MANUAL, 12, 30)


def signed(cast: Cast, tier: str = "TIER2", **changes: Any) -> Contract:
    """Sign a contract of the customer Sutter Freight for 2026; Ruth does."""
    with acting(cast.ruth):
        calendar = Calendar.objects.get(is_default=True)
        draft = Draft(tier, calendar.pk, EIGHT_HOURS if tier == "TIER2" else {})
        wish = replace(ContractWish(FIRST, LAST, draft), **changes)
        contract = create_contract(customer=cast.sutter, wish=wish, actor=cast.ruth)
        return sign_contract(contract=contract, name="Sam Ortiz", evidence=TOLD, actor=cast.ruth)


def amendment_of(contract: Contract, effective_on: date, **changes: Any) -> Amendment:
    """Return an amendment that changes nothing but what is given; of the draft, what it has."""
    newest = newest_terms(contract)
    draft = draft_of(newest)
    drafted = {name: changes.pop(name) for name in list(changes) if hasattr(draft, name)}
    covers = [cover for cover in contract.covers.all() if cover.during.upper is None]
    if contract.ends_on is not None:
        after = contract.ends_on + timedelta(days=1)
        covers = [cover for cover in contract.covers.all() if cover.during.upper == after]
    values: dict[str, Any] = {
        "site_ids": tuple(cover.site_id for cover in covers if cover.site_id),
        "device_ids": tuple(cover.device_id for cover in covers if cover.device_id),
        "renewal": contract.renewal,
    }
    return Amendment(effective_on, replace(draft, **drafted), **(values | changes))


def amended(cast: Cast, contract: Contract, effective_on: date, **changes: Any) -> Changed:
    """Have Ruth amend a contract from a day on."""
    with acting(cast.ruth):
        contract = Contract.objects.get(pk=contract.pk)
        return amend_contract(
            contract=contract,
            amendment=amendment_of(contract, effective_on, **changes),
            base_number=newest_terms(contract).number,
            actor=cast.ruth,
        )


def newest_terms(contract: Contract) -> Terms:
    """Return the newest version. Needs a scope."""
    return Terms.objects.filter(contract=contract).latest("number")


def stored(cast: Cast, contract: Contract) -> Contract:
    """Return the contract as it is stored."""
    with acting(cast.ruth):
        return Contract.objects.get(pk=contract.pk)
