"""What happened to the demo's contracts after they were signed: amended, noticed, called off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, provider_scope, replayed_scope
from calcom_portal.demo.world import World
from contracts.actions import (
    Amendment,
    ContractWish,
    Evidence,
    Side,
    amend_contract,
    call_off_contract,
    create_contract,
    give_notice,
    send_amendment,
    sign_contract,
)
from contracts.cover_words import covers_until_the_end
from contracts.days import today_of_calendar
from contracts.drafts import Draft, draft_of
from contracts.models import Contract, Terms
from contracts.rates import Rates, Rounding, Rule
from contracts.sla import Metric, Priority, Target, Unit
from contracts.sweeps import sweep_contracts

AGREED: Final = Rates("USD", Decimal(130), Decimal(195), Decimal(80))
HALF_HOURS: Final = Rounding(30, Rule.UP, 30)
QUICKER: Final = {
    (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=4), Unit.BUSINESS),
    (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
}
# When the sweep looked, days ago: on the days on which reminders come due, and now and then.
LOOKS: Final = (80, 72, 70, 65, 50, 45, 42, 35, 20, 12, 11, 5, 1)
NOTICE_GIVEN: Final = 12
REASON: Final = "The office moves in with its parent company."
NEW_RATES: Final = "The hourly rates that we spoke of last week, from next month on."
NO_RETURN: Final = "They move to a building that brings its own telephones."

Milestone = tuple[datetime, Callable[[], None]]


def lives(world: World, admin: Viewer, now: datetime) -> Iterator[Milestone]:
    """Yield the steps, each with its instant, up to `now`."""
    for days in LOOKS:
        at = now - timedelta(days=days, minutes=20)
        yield at, partial(_look, world, at)
    yield _amending(world, admin, now, 72, "C-1002", _rates, 12)
    yield _amending(world, admin, now, 45, "C-1004", _price_of_voicemail, 15)
    yield _amending(world, admin, now, 6, "C-1002", _quicker, 30)
    at = now - timedelta(days=NOTICE_GIVEN)
    yield at, partial(_notice, world, admin, at)
    at = now - timedelta(days=2, hours=3)
    yield at, partial(_send, world, admin, at)
    at = now - timedelta(days=9)
    yield at, partial(_come_back, world, admin, at)
    at = now - timedelta(days=4)
    yield at, partial(_stay_away, world, admin, at)


def _look(world: World, at: datetime) -> None:
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        sweep_contracts()


def _amending(
    world: World,
    admin: Viewer,
    now: datetime,
    days_ago: int,
    customer: str,
    change: Callable[[Draft], Draft],
    ahead: int,
) -> Milestone:
    at = now - timedelta(days=days_ago)
    return at, partial(_amend, world, admin, at, customer, change, ahead)


def _amend(
    world: World,
    admin: Viewer,
    at: datetime,
    customer: str,
    change: Callable[[Draft], Draft],
    ahead: int,
) -> None:
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        contract = _contract_of(customer)
        newest = _newest(contract)
        amendment = _amendment(contract, newest, change, ahead)
        amend_contract(
            contract=contract, amendment=amendment, base_number=newest.number, actor=admin
        )


def _send(world: World, admin: Viewer, at: datetime) -> None:
    """Send an amendment that waits for the customer's signature."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        contract = _contract_of("C-1008")
        newest = _newest(contract)
        send_amendment(
            contract=contract,
            amendment=_amendment(contract, newest, _rates, 30),
            base_number=newest.number,
            note=NEW_RATES,
            actor=admin,
        )


def _come_back(world: World, admin: Viewer, at: datetime) -> None:
    """Sign a contract that begins later."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        former = _contract_of("C-1010")
        newest = _newest(former)
        first = _day(newest) + timedelta(days=30)
        wish = ContractWish(
            starts_on=first, ends_on=first + timedelta(days=364), draft=draft_of(newest)
        )
        sign_contract(
            contract=create_contract(customer=former.customer, wish=wish, actor=admin),
            name="Nadia Petrov",
            evidence=Evidence(no_scan_reason="Agreed on the telephone; the paper follows."),
            actor=admin,
        )


def _stay_away(world: World, admin: Viewer, at: datetime) -> None:
    """Cancel it before its first day."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        contract = Contract.objects.filter(customer__number="C-1010").latest("pk")
        call_off_contract(contract=contract, reason=NO_RETURN, actor=admin)


def _amendment(
    contract: Contract, newest: Terms, change: Callable[[Draft], Draft], ahead: int
) -> Amendment:
    covers = covers_until_the_end(contract)
    return Amendment(
        effective_on=_day(newest) + timedelta(days=ahead),
        draft=change(draft_of(newest)),
        site_ids=tuple(cover.site_id for cover in covers if cover.site_id),
        device_ids=tuple(cover.device_id for cover in covers if cover.device_id),
        renewal=contract.renewal,
    )


def _notice(world: World, admin: Viewer, at: datetime) -> None:
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        contract = _contract_of("C-1006")
        give_notice(
            contract=contract,
            side=Side.CUSTOMER,
            given_on=_day(_newest(contract)),
            reason=REASON,
            actor=admin,
        )


def _rates(draft: Draft) -> Draft:
    return replace(draft, rates=AGREED, rounding=HALF_HOURS)


def _price_of_voicemail(draft: Draft) -> Draft:
    return replace(draft, prices={"VOICEMAIL": Decimal("24.50")})


def _quicker(draft: Draft) -> Draft:
    return replace(draft, targets=QUICKER)


def _contract_of(customer: str) -> Contract:
    contract: Contract = Contract.objects.filter(
        customer__number=customer, state="signed"
    ).earliest("pk")
    return contract


def _newest(contract: Contract) -> Terms:
    return contract.terms.select_related("calendar").latest("number")


def _day(terms: Terms) -> date:
    return today_of_calendar(terms.calendar, database_now())
