"""A signed contract can be cancelled before its first day."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from contracts.actions import call_off_contract, sign_contract
from contracts.models import Contract, ContractEvent, ContractState, Cover
from contracts.sweeps import sweep_contracts
from tests.cast import Cast
from tests.contracts.agreements import TOLD, drafted, flat, text_of
from tests.contracts.life import signed
from tests.stage import DatabaseTime, acting, browser_of

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)


@pytest.fixture(autouse=True)
def _in_june(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")


def call_off(cast: Cast, contract: Contract, reason: str = "They sold the company.") -> Contract:
    with acting(cast.ruth):
        return call_off_contract(contract=contract, reason=reason, actor=cast.ruth).contract


def test_it_covers_nothing_any_more_and_its_place_is_free(with_catalogue: Cast) -> None:
    contract = signed(with_catalogue, starts_on=FIRST, ends_on=LAST)
    call_off(with_catalogue, contract)
    ruth = with_catalogue.ruth
    with acting(ruth):
        kept = Contract.objects.get(pk=contract.pk)
        event = ContractEvent.objects.filter(contract=contract).latest("pk")
        assert not Cover.objects.filter(contract=contract).exists()
    assert (kept.state, kept.look_on) == (ContractState.CANCELLED, None)
    assert event.words == "It never comes into force. Reason: They sold the company."
    other = signed(with_catalogue, starts_on=FIRST, ends_on=LAST)
    assert other.state == ContractState.SIGNED
    assert sweep_contracts().stuck == 0


def test_what_has_begun_or_has_no_reason_stays(with_catalogue: Cast) -> None:
    begun = signed(with_catalogue, starts_on=date(2026, 6, 15), ends_on=date(2026, 8, 31))
    with pytest.raises(RuleBroken, match="began on 15 Jun 2026"):
        call_off(with_catalogue, begun)
    later = signed(with_catalogue, starts_on=FIRST, ends_on=LAST)
    with pytest.raises(BadInput) as refusal:
        call_off(with_catalogue, later, " ")
    assert refusal.value.field == "reason"
    with acting(with_catalogue.dana), pytest.raises(NotAllowed):
        call_off_contract(contract=later, reason="No.", actor=with_catalogue.dana)
    with acting(with_catalogue.ruth):
        assert set(Contract.objects.values_list("state", flat=True)) == {"signed"}


def test_it_is_previewed_and_its_paper_says_so(with_catalogue: Cast) -> None:
    contract = drafted(with_catalogue)
    browser, place = browser_of(with_catalogue.ruth), f"/contracts/{contract.pk}/"
    with acting(with_catalogue.ruth):
        sign_contract(contract=contract, name="Sam", evidence=TOLD, actor=with_catalogue.ruth)
    assert f"{place}call-off/" in browser.get(place).content.decode()
    form = {"reason": "They sold the company.", "submission": str(uuid.uuid4())}
    preview = browser.post(f"{place}call-off/", form | {"step": "preview"})
    assert "It is cancelled and never comes into force." in preview.content.decode()
    assert "is not covered at all" in preview.content.decode()
    seen = preview.context["found"].digest
    answer = browser.post(f"{place}call-off/", form | {"step": "confirm", "seen": seen})
    assert answer.status_code == 303
    shown = browser.get(place).content.decode()
    assert "They sold the company." in shown
    assert "call-off" not in shown
    assert "Never in force" in shown
    assert "To come" not in shown
    paper = flat(text_of(browser.get(f"{place}agreement.pdf").content))
    assert "This contract was cancelled. It promises nothing." in paper
    assert browser.get(f"{place}call-off/").status_code == 303
