"""Renewal by hand, notice, and the early end of a contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from contracts.actions import (
    Side,
    end_contract,
    give_notice,
    renew_contract,
    seed_catalogue,
    withdraw_notice,
)
from contracts.consequences import rehearse
from contracts.models import Calendar, Contract, ContractEvent, Cover
from contracts.promised import promised_for
from contracts.renewals import Renewal, RenewalRule
from tests.builders import build_site
from tests.cast import Cast
from tests.contracts.life import BY_HAND, FOUR_HOURS, LAST, YEARLY, amended, signed, stored
from tests.stage import DatabaseTime, acting

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)


@pytest.fixture
def seeded(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give a cast with a catalogue, on Mon 15 Jun 2026, 10:00 Pacific."""
    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    return cast


def renew(cast: Cast, contract: Contract, months: int = 12) -> Contract:
    with acting(cast.ruth):
        return renew_contract(contract=contract, months=months, actor=cast.ruth).contract


def notice(cast: Cast, contract: Contract, given_on: date = TODAY) -> Contract:
    with acting(cast.ruth):
        return give_notice(
            contract=contract,
            side=Side.CUSTOMER,
            given_on=given_on,
            reason="They move to another town.",
            actor=cast.ruth,
        ).contract


def cut(cast: Cast, contract: Contract, last_day: date) -> Contract:
    with acting(cast.ruth):
        return end_contract(
            contract=contract, last_day=last_day, reason="The site closes.", actor=cast.ruth
        ).contract


def is_covered(cast: Cast, day: date) -> bool:
    with acting(cast.dana):
        noon = datetime.fromisoformat(f"{day}T12:00:00-08:00")
        found = promised_for(customer_id=cast.sutter.pk, site_id=None, device_id=None, at=noon)
    return found.contract_id is not None


def last_event(cast: Cast) -> ContractEvent:
    with acting(cast.ruth):
        return ContractEvent.objects.latest("pk")


# Renewal


def test_a_renewal_moves_the_end_and_all_that_is_covered(seeded: Cast) -> None:
    contract = signed(seeded, renewal=BY_HAND)
    assert not is_covered(seeded, date(2027, 1, 1))
    after = renew(seeded, contract)
    assert (after.ends_on, after.renewals) == (date(2027, 12, 31), 1)
    assert is_covered(seeded, date(2027, 12, 31))
    assert not is_covered(seeded, date(2028, 1, 1))
    event = last_event(seeded)
    assert (event.milestone, event.on) == ("renewed", date(2027, 1, 1))
    assert event.words == (
        "Renewed for 12 months from 1 Jan 2027 on. It now runs until 31 Dec 2027."
    )


def test_renewed_months_do_not_drift_after_a_short_one(seeded: Cast) -> None:
    monthly = Renewal(RenewalRule.MANUAL, 1)
    contract = signed(seeded, ends_on=date(2026, 8, 30), renewal=monthly)
    ends = [renew(seeded, contract, 1).ends_on for _ in range(3)]
    assert ends == [date(2026, 9, 29), date(2026, 10, 30), date(2026, 11, 29)]


def test_a_term_of_another_length_begins_a_count_of_its_own(seeded: Cast) -> None:
    contract = signed(seeded, renewal=BY_HAND)
    assert renew(seeded, contract, 3).ends_on == date(2027, 3, 31)
    assert renew(seeded, contract, 12).ends_on == date(2028, 3, 31)


def test_what_ended_before_by_an_amendment_is_not_renewed(seeded: Cast) -> None:
    depot, yard = build_site(seeded.sutter, "Depot"), build_site(seeded.sutter, "Yard")
    contract = signed(seeded, site_ids=(depot.pk, yard.pk))
    amended(seeded, contract, date(2026, 7, 1), site_ids=(depot.pk,))
    renew(seeded, contract)
    with acting(seeded.ruth):
        spans = {cover.site_id: cover.during for cover in Cover.objects.filter(contract=contract)}
    assert spans[depot.pk].upper == date(2028, 1, 1)
    assert spans[yard.pk].upper == date(2026, 7, 1)


def test_a_successor_stands_in_the_way_of_a_renewal_and_is_named(seeded: Cast) -> None:
    contract = signed(seeded)
    successor = signed(seeded, starts_on=date(2027, 3, 1), ends_on=None)
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        renew(seeded, contract)
    assert refusal.value.field == "months"
    assert refusal.value.message == (
        f"Contract {successor.number} covers the whole company already on some of these days."
    )
    assert stored(seeded, contract).ends_on == LAST
    assert renew(seeded, contract, 2).ends_on == date(2027, 2, 28)


@pytest.mark.parametrize("months", [0, -1, 121, 10**9])
def test_a_term_that_cannot_be_is_refused(seeded: Cast, months: int) -> None:
    contract = signed(seeded)
    with pytest.raises(BadInput, match="renewed by whole months") as refusal, transaction.atomic():
        renew(seeded, contract, months)
    assert refusal.value.field == "months"
    assert stored(seeded, contract).ends_on == LAST


# Notice


@pytest.mark.parametrize(
    ("renewal", "given_on", "ends_on"),
    [
        (YEARLY, date(2026, 6, 15), LAST),
        (BY_HAND, date(2026, 6, 1), LAST),
        (Renewal(RenewalRule.AUTOMATIC, 12, 199), date(2026, 6, 15), LAST),
        (Renewal(RenewalRule.AUTOMATIC, 12, 200), date(2026, 6, 15), date(2027, 12, 31)),
        (Renewal(RenewalRule.AUTOMATIC, 12, 200), date(2026, 6, 14), LAST),
    ],
)
def test_notice_in_time_ends_it_and_late_notice_one_period_after(
    seeded: Cast, renewal: Renewal, given_on: date, ends_on: date
) -> None:
    contract = signed(seeded, renewal=renewal)
    after = notice(seeded, contract, given_on)
    assert (after.ends_on, after.ending) == (ends_on, "notice")
    assert is_covered(seeded, ends_on)
    assert not is_covered(seeded, ends_on + DAY)
    words = last_event(seeded).words
    assert ("too late" in words) is (ends_on != LAST)


def test_without_an_agreed_end_the_days_of_notice_run(seeded: Cast) -> None:
    contract = signed(seeded, ends_on=None, renewal=Renewal(notice_days=30))
    after = notice(seeded, contract)
    assert after.ends_on == date(2026, 7, 15)
    assert is_covered(seeded, date(2026, 7, 15))
    assert not is_covered(seeded, date(2026, 7, 16))


def test_a_notice_written_down_late_takes_nothing_back(seeded: Cast) -> None:
    contract = signed(seeded, ends_on=None, renewal=Renewal(notice_days=10))
    assert notice(seeded, contract, date(2026, 5, 1)).ends_on == TODAY
    assert is_covered(seeded, TODAY)


def test_after_notice_nothing_is_renewed_until_it_is_withdrawn(seeded: Cast) -> None:
    contract = signed(seeded, renewal=YEARLY)
    notice(seeded, contract)
    with pytest.raises(RuleBroken, match="is going to end: notice was given") as refusal:
        renew(seeded, contract)
    assert refusal.value.remedy == "Withdraw the notice first, or draft a new contract."
    with pytest.raises(RuleBroken, match="It is decided already"):
        notice(seeded, contract)
    with acting(seeded.ruth):
        withdraw_notice(contract=contract, reason="They stay.", actor=seeded.ruth)
    assert renew(seeded, contract).ends_on == date(2027, 12, 31)


def test_a_withdrawn_notice_gives_an_open_contract_its_open_end_back(seeded: Cast) -> None:
    contract = signed(seeded, ends_on=None, renewal=Renewal(notice_days=30))
    notice(seeded, contract)
    with acting(seeded.ruth):
        withdraw_notice(contract=contract, reason="They stay.", actor=seeded.ruth)
    after = stored(seeded, contract)
    assert (after.ends_on, after.ending, after.look_on) == (None, "", None)
    assert is_covered(seeded, date(2030, 1, 1))


def test_there_must_be_a_notice_to_withdraw(seeded: Cast) -> None:
    contract = signed(seeded)
    with acting(seeded.ruth), pytest.raises(RuleBroken, match="Nobody has given notice"):
        withdraw_notice(contract=contract, reason="", actor=seeded.ruth)


@pytest.mark.parametrize(
    ("given_on", "reason", "field"),
    [
        (TODAY + DAY, "They move.", "given_on"),
        (date(2025, 12, 31), "They move.", "given_on"),
        (TODAY, "  ", "reason"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_at_its_field(
    seeded: Cast, given_on: date, reason: str, field: str
) -> None:
    contract = signed(seeded)
    with acting(seeded.ruth), pytest.raises(BadInput) as refusal, transaction.atomic():
        give_notice(
            contract=contract,
            side=Side.PROVIDER,
            given_on=given_on,
            reason=reason,
            actor=seeded.ruth,
        )
    assert refusal.value.field == field
    assert stored(seeded, contract).ending == ""


# Early end


def test_an_early_end_covers_its_last_day_and_no_more(seeded: Cast) -> None:
    contract = signed(seeded, renewal=YEARLY)
    after = cut(seeded, contract, date(2026, 7, 31))
    assert (after.ends_on, after.ending) == (date(2026, 7, 31), "cut_short")
    assert is_covered(seeded, date(2026, 7, 31))
    assert not is_covered(seeded, date(2026, 8, 1))
    assert last_event(seeded).words == (
        "It ends early, on 31 Jul 2026 instead of 31 Dec 2026. Reason: The site closes."
    )


def test_after_an_early_end_the_things_are_free_for_another_contract(seeded: Cast) -> None:
    contract = signed(seeded)
    cut(seeded, contract, date(2026, 7, 31))
    signed(seeded, starts_on=date(2026, 8, 1), ends_on=None)
    assert is_covered(seeded, date(2026, 8, 1))


@pytest.mark.parametrize(
    ("last_day", "reason", "field", "message"),
    [
        (TODAY - DAY, "Closed.", "last_day", "14 Jun 2026 has passed."),
        (LAST, "Closed.", "last_day", "The contract ends on 31 Dec 2026 anyway."),
        (TODAY, "", "reason", "Nobody knows why."),
    ],
)
def test_an_early_end_that_cannot_be_is_refused_at_its_field(
    seeded: Cast, last_day: date, reason: str, field: str, message: str
) -> None:
    contract = signed(seeded)
    with acting(seeded.ruth), pytest.raises(BadInput) as refusal, transaction.atomic():
        end_contract(contract=contract, last_day=last_day, reason=reason, actor=seeded.ruth)
    assert refusal.value.field == field
    assert refusal.value.message.startswith(message)
    assert stored(seeded, contract).ends_on == LAST


def test_a_contract_does_not_end_before_it_begins(seeded: Cast) -> None:
    contract = signed(seeded, starts_on=date(2026, 8, 1))
    with pytest.raises(BadInput, match="begins on 1 Aug 2026: the last day is before it"):
        cut(seeded, contract, date(2026, 7, 31))
    assert cut(seeded, contract, date(2026, 8, 1)).ends_on == date(2026, 8, 1)


def test_the_preview_of_an_early_end_names_what_loses_its_cover(seeded: Cast) -> None:
    depot = build_site(seeded.sutter, "Depot")
    contract = signed(seeded, site_ids=(depot.pk,), renewal=YEARLY)
    amended(seeded, contract, date(2026, 10, 1), targets=FOUR_HOURS)
    with acting(seeded.ruth):
        seen = rehearse(
            contract,
            lambda: end_contract(
                contract=contract, last_day=date(2026, 7, 31), reason="Closed.", actor=seeded.ruth
            ),
        )
    assert seen.changes == (
        "The last day is 31 Jul 2026 (before: 31 Dec 2026).",
        "It is not renewed any more.",
        "Version 2 of the terms, from 1 Oct 2026, never comes into force.",
    )
    assert seen.ends == ("Depot: covered until 31 Jul 2026 (before: 31 Dec 2026).",)
    assert (seen.begins, seen.moved) == ((), ())
    assert stored(seeded, contract).ends_on == LAST


STEPS: dict[str, Callable[..., Any]] = {
    "renew": lambda contract, actor: renew_contract(contract=contract, months=12, actor=actor),
    "notice": lambda contract, actor: give_notice(
        contract=contract, side=Side.CUSTOMER, given_on=TODAY, reason="They move.", actor=actor
    ),
    "withdraw": lambda contract, actor: withdraw_notice(contract=contract, reason="", actor=actor),
    "end": lambda contract, actor: end_contract(
        contract=contract, last_day=TODAY, reason="Closed.", actor=actor
    ),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", ["draft", "cancelled", "ended", "open"])
def test_each_step_is_refused_where_it_has_no_place(seeded: Cast, step: str, state: str) -> None:
    contract = signed(seeded, ends_on=None if state == "open" else LAST)
    with acting(seeded.ruth):
        row = Contract.objects.filter(pk=contract.pk)
        if state in ("draft", "cancelled"):
            row.update(state=state)
        elif state == "ended":
            row.update(ends_on=TODAY - DAY)
        before = row.values().get()
        allowed = state == "open" and step in ("notice", "end")
        if allowed:
            STEPS[step](contract, seeded.ruth)
        else:
            with pytest.raises(RuleBroken), transaction.atomic():
                STEPS[step](contract, seeded.ruth)
            assert row.values().get() == before


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["dana", "priya", "sam"])
def test_only_administrators_renew_and_end(seeded: Cast, step: str, who: str) -> None:
    contract, viewer = signed(seeded), getattr(seeded, who)
    with acting(viewer), pytest.raises(NotAllowed):
        STEPS[step](contract, viewer)
    assert stored(seeded, contract).ends_on == LAST
