"""Several change a contract at once: one step after the other, and none is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import provider_scope
from contracts.actions import (
    amend_contract,
    create_contract,
    renew_contract,
    seed_catalogue,
    sign_contract,
)
from contracts.drafts import ContractWish, Draft
from contracts.models import Calendar, Contract, ContractEvent, ContractReminder, Terms
from contracts.renewals import Renewal, RenewalRule
from contracts.sweeps import SweepCount, sweep_contracts
from tests.builders import build_site
from tests.cast import Cast
from tests.contracts.agreements import TOLD
from tests.contracts.life import EIGHT_HOURS, FOUR_HOURS, amendment_of, signed
from tests.races import all_at_once
from tests.stage import acting


@pytest.fixture
def stage(committed_cast: Cast) -> Cast:
    """Give a committed cast with a catalogue."""
    with acting(committed_cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=committed_cast.ruth)
    return committed_cast


def today(cast: Cast) -> date:
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        return scope.now.astimezone(UTC).date()


def amending(cast: Cast, contract: Contract, day: date, **changes: Any) -> Callable[[], str]:
    with acting(cast.ruth):
        wanted = amendment_of(contract, day, targets=FOUR_HOURS, **changes)

    def amend() -> str:
        try:
            with acting(cast.ruth):
                amend_contract(contract=contract, amendment=wanted, base_number=1, actor=cast.ruth)
        except (BadInput, RuleBroken) as refusal:
            return refusal.message
        return "amended"

    return amend


def test_of_two_who_amend_at_once_one_does_and_the_other_is_told(stage: Cast) -> None:
    first = today(stage) + timedelta(days=30)
    contract = signed(stage, starts_on=today(stage), ends_on=None)
    said = all_at_once([amending(stage, contract, first)] * 2)
    late = (
        f"Contract {contract.number} was amended since you opened it: version 2 is there, and you"
        " began from version 1."
    )
    assert sorted(str(word) for word in said) == [late, "amended"]
    with acting(stage.ruth):
        assert Terms.objects.filter(contract=contract).count() == 2
        assert ContractEvent.objects.filter(milestone="amended").count() == 1


def test_a_thing_is_not_covered_twice_by_a_signature_and_an_amendment(stage: Cast) -> None:
    depot, yard = build_site(stage.sutter, "Depot"), build_site(stage.sutter, "Yard")
    start = today(stage)
    contract = signed(stage, starts_on=start, ends_on=None, site_ids=(depot.pk,))
    with acting(stage.ruth):
        draft = Draft("TIER2", Calendar.objects.get(is_default=True).pk, EIGHT_HOURS)
        wish = ContractWish(start, None, draft, site_ids=(yard.pk,))
        rival = create_contract(customer=stage.sutter, wish=wish, actor=stage.ruth)

    def sign() -> str:
        try:
            with acting(stage.ruth):
                sign_contract(contract=rival, name="Sam Ortiz", evidence=TOLD, actor=stage.ruth)
        except (BadInput, RuleBroken) as refusal:
            return refusal.message
        return "signed"

    amend = amending(stage, contract, start + timedelta(days=2), site_ids=(depot.pk, yard.pk))
    said = [str(word) for word in all_at_once([sign, amend])]
    assert len([word for word in said if word in ("signed", "amended")]) == 1
    winner = rival if "signed" in said else contract
    assert any(f"Contract {winner.number} covers Yard already" in word for word in said)


def test_two_sweeps_at_once_renew_and_remind_once(stage: Cast) -> None:
    start = today(stage) - timedelta(days=300)
    last = today(stage) + timedelta(days=20)
    yearly = Renewal(RenewalRule.AUTOMATIC, 12, 30)
    contract = signed(stage, starts_on=start, ends_on=last, renewal=yearly)
    reminded = signed(
        stage,
        starts_on=start,
        ends_on=last,
        site_ids=(build_site(stage.sutter, "Depot").pk,),
    )
    with acting(stage.ruth):
        Contract.objects.filter(pk=reminded.pk).update(agreed_on=start)
    counts = all_at_once([sweep_contracts] * 4)
    done = [count for count in counts if isinstance(count, SweepCount)]
    assert len(done) == 4
    # Whoever finds the customer taken leaves it to who has it.
    done.append(sweep_contracts())
    assert sum(count.renewed for count in done) == 1
    assert sum(count.reminded for count in done) == 1
    with acting(stage.ruth):
        assert Contract.objects.get(pk=contract.pk).renewals == 1
        assert ContractEvent.objects.filter(milestone="renewed").count() == 1
        assert ContractReminder.objects.filter(contract=reminded, told=True).count() == 1


def test_a_renewal_by_hand_and_one_by_itself_are_two_periods_or_one(stage: Cast) -> None:
    start = today(stage) - timedelta(days=300)
    last = today(stage) + timedelta(days=20)
    yearly = Renewal(RenewalRule.AUTOMATIC, 12, 30)
    contract = signed(stage, starts_on=start, ends_on=last, renewal=yearly)

    def by_hand() -> str:
        with acting(stage.ruth):
            renew_contract(contract=contract, months=12, actor=stage.ruth)
        return "renewed"

    all_at_once([by_hand, sweep_contracts])
    sweep_contracts()
    with acting(stage.ruth):
        after = Contract.objects.get(pk=contract.pk)
        events = ContractEvent.objects.filter(milestone="renewed")
        assert events.count() == after.renewals
        assert len({event.on for event in events}) == after.renewals
    assert after.renewals in (1, 2)
