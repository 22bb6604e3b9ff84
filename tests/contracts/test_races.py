"""Several sign at once: of contracts for the same thing exactly one comes into force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import AuditEntry
from calcom_portal.common.errors import BadInput
from contracts.actions import (
    ContractWish,
    Draft,
    create_contract,
    seed_catalogue,
    sign_contract,
)
from contracts.models import Calendar, Contract, ContractState, Cover, Terms
from contracts.sla import Metric, Priority, Target, Unit
from tests.builders import build_site
from tests.cast import Cast
from tests.contracts.agreements import TOLD
from tests.races import all_at_once
from tests.stage import acting

TARGETS = {(Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=8), Unit.BUSINESS)}
FIRST_DAY, LAST_DAY = date(2026, 4, 1), date(2027, 3, 31)


@pytest.fixture
def stage(committed_cast: Cast) -> Cast:
    """Give a committed cast with a catalogue."""
    with acting(committed_cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=committed_cast.ruth)
    return committed_cast


def drafts(cast: Cast, count: int, **changes: Any) -> list[Contract]:
    with acting(cast.ruth):
        calendar = Calendar.objects.get(is_default=True)
        wish = ContractWish(FIRST_DAY, LAST_DAY, Draft("TIER2", calendar.pk, TARGETS), **changes)
        return [
            create_contract(customer=cast.sutter, wish=wish, actor=cast.ruth) for _ in range(count)
        ]


def signing(cast: Cast, contract: Contract) -> Callable[[], str]:
    def sign() -> str:
        with acting(cast.ruth):
            signed = sign_contract(
                contract=contract, name="Sam Ortiz", evidence=TOLD, actor=cast.ruth
            )
            return str(signed.number)

    return sign


@pytest.mark.parametrize("thing", ["the whole company", "a site"])
def test_of_two_contracts_for_the_same_thing_one_is_signed(stage: Cast, thing: str) -> None:
    site = build_site(stage.sutter, "Pier 9")
    rivals = drafts(stage, 2, site_ids=(site.pk,) if thing == "a site" else ())
    answers = all_at_once([signing(stage, contract) for contract in rivals])
    winners = [answer for answer in answers if isinstance(answer, str)]
    refusals = [answer for answer in answers if isinstance(answer, BadInput)]
    assert (len(winners), len(refusals)) == (1, 1), answers
    covered = "Pier 9" if thing == "a site" else thing
    assert refusals[0].message == (
        f"Contract {winners[0]} covers {covered} already on some of these days."
    )
    with acting(stage.ruth):
        states = dict(Contract.objects.filter(customer=stage.sutter).values_list("number", "state"))
        assert states == {
            contract.number: ContractState.SIGNED
            if contract.number == winners[0]
            else ContractState.DRAFT
            for contract in rivals
        }
        assert Terms.objects.filter(contract__customer=stage.sutter).count() == 1
        covers = Cover.objects.filter(customer=stage.sutter).order_by("contract__number")
        during = dict(covers.values_list("contract__number", "during"))
        loser = next(number for number in states if number != winners[0])
        assert during == {
            winners[0]: DateRange(FIRST_DAY, LAST_DAY + timedelta(days=1)),
            loser: None,
        }
        assert AuditEntry.objects.filter(action="contract.signed").count() == 1


def test_one_draft_signed_by_two_at_once_is_signed_once(stage: Cast) -> None:
    (contract,) = drafts(stage, 1)
    answers = all_at_once([signing(stage, contract)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["RuleBroken", "str"]
    with acting(stage.ruth):
        assert Terms.objects.filter(contract=contract).count() == 1
        assert AuditEntry.objects.filter(action="contract.signed").count() == 1


def test_contracts_for_different_things_are_both_signed(stage: Cast) -> None:
    sites = [build_site(stage.sutter, name) for name in ("Pier 9", "Pier 10")]
    contracts = [drafts(stage, 1, site_ids=(site.pk,))[0] for site in sites]
    answers = all_at_once([signing(stage, contract) for contract in contracts])
    assert sorted(answers) == sorted(contract.number for contract in contracts)
