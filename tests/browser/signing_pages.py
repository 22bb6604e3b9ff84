"""Contracts on both sides of a signature, and what becomes of those that end otherwise."""

from __future__ import annotations

from datetime import date, timedelta

from contracts.actions import (
    ContractWish,
    Draft,
    Evidence,
    call_off_contract,
    cancel_contract,
    create_contract,
    decline_agreement,
    end_contract,
    send_for_signature,
    sign_agreement,
)
from contracts.models import Calendar, Contract, SigningRequest
from contracts.sla import Metric, Priority, Target, Unit
from tests.browser.stops import Stop
from tests.builders import build_site
from tests.cast import Cast
from tests.contracts.life import LAST, signed
from tests.stage import acting

TARGETS = {
    (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=8), Unit.BUSINESS),
    (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
}
IN_THE_BROWSER = Evidence(role="Office manager", address="203.0.113.20", user_agent="A browser")
NEXT_YEAR = date(2027, 1, 1)


def furnish_signing(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    """Have contracts that were signed, declined, given up, ended and called off."""
    waits = _sent(cast, "Pier 11")
    with acting(cast.amit):
        both = sign_agreement(
            request=_sent(cast, "Pier 9"),
            name="Amit Bhatt",
            evidence=IN_THE_BROWSER,
            actor=cast.amit,
        )
        declined = decline_agreement(
            request=_sent(cast, "Pier 10"),
            reason="We agreed on four hours for emergencies.",
            actor=cast.amit,
        )
    pages = {
        "contract-signed-in-portal": both.pk,
        "contract-declined": declined.contract_id,
        "contract-cancelled": _cancelled(cast).pk,
        "contract-ended": _ended(cast).pk,
        "contract-called-off": _called_off(cast).pk,
    }
    return {
        "staff": (
            *(Stop(name, f"/contracts/{pk}/") for name, pk in pages.items()),
            Stop("offer-withdraw", f"/contracts/{waits.contract_id}/withdraw/"),
            Stop("contracts-ended", "/contracts/?show=ended"),
        ),
        "customer": (),
    }


def _drafted(cast: Cast, place: str) -> Contract:
    with acting(cast.ruth):
        calendar = Calendar.objects.get(is_default=True).pk
    site = build_site(cast.bayview, place)
    wish = ContractWish(NEXT_YEAR, None, Draft("TIER2", calendar, TARGETS), site_ids=(site.pk,))
    with acting(cast.ruth):
        return create_contract(customer=cast.bayview, wish=wish, actor=cast.ruth)


def _sent(cast: Cast, place: str) -> SigningRequest:
    contract = _drafted(cast, place)
    with acting(cast.ruth):
        return send_for_signature(
            contract=contract, note=f"For {place}, as discussed.", actor=cast.ruth
        )


def _cancelled(cast: Cast) -> Contract:
    contract = _drafted(cast, "Pier 12")
    with acting(cast.ruth):
        return cancel_contract(contract=contract, actor=cast.ruth)


def _ended(cast: Cast) -> Contract:
    contract = signed(cast, site_ids=(build_site(cast.sutter, "Annexe").pk,))
    with acting(cast.ruth) as scope:
        end_contract(
            contract=Contract.objects.get(pk=contract.pk),
            last_day=scope.now.date(),
            reason="The annexe is sold.",
            actor=cast.ruth,
        )
    return contract


def _called_off(cast: Cast) -> Contract:
    place = build_site(cast.sutter, "Warehouse").pk
    ends_on = LAST.replace(year=NEXT_YEAR.year)
    contract = signed(cast, starts_on=NEXT_YEAR, ends_on=ends_on, site_ids=(place,))
    with acting(cast.ruth):
        call_off_contract(
            contract=Contract.objects.get(pk=contract.pk),
            reason="The warehouse is not built.",
            actor=cast.ruth,
        )
    return contract
