"""Who pays for work on a thing at an instant: gathers what `contracts.coverage` decides from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from accounts.models import Customer
from contracts.coverage import Agreed, Case, Decision, Equipment, Work, contract_year, decide
from contracts.models import Device, Terms
from contracts.price_list import RatesInForce, card_on, rates_of_card, rates_of_terms
from contracts.promised import Promised, promised_for
from contracts.sla import ServiceCalendar
from contracts.warranties import warranty_on
from contracts.warranty import NO_WARRANTY, Warranty


@dataclass(frozen=True)
class CoverOf:
    """What decides about work on one thing on one day. `day` is of the calendar's wall clock.

    `year` is that of the contract, both days included; None without a contract. Inspections done
    before in it are not known here: whoever knows them gives them to `decide`. `prices` is None
    where there is neither an agreed rate nor a price list.
    """

    agreed: Agreed | None
    warranty: Warranty
    equipment: Equipment
    prices: RatesInForce | None
    calendar: ServiceCalendar
    day: date
    year: tuple[date, date] | None
    terms_id: int | None
    contract_number: str

    def decide(
        self,
        work: Work,
        *,
        in_hours: bool = True,
        inspections: int = 0,
        errand: Work | None = None,
    ) -> Decision:
        """Say who pays for a kind of work."""
        case = Case(
            work=work,
            agreed=self.agreed,
            warranty=self.warranty,
            equipment=self.equipment,
            in_hours=in_hours,
            inspections=inspections,
            errand=errand,
        )
        return decide(case, self.prices.rates if self.prices else None)

    def of_foreign_equipment(self) -> CoverOf:
        """Return the same for equipment that is not on any list."""
        return replace(self, equipment=Equipment.FOREIGN, warranty=NO_WARRANTY)


def cover_of(
    *, customer_id: int, site_id: int | None, device_id: int | None, at: datetime
) -> CoverOf:
    """Return what decides about work at `at`.

    At most five queries, whatever there is; about ten for a device on the day of its swap.
    """
    promised = promised_for(customer_id=customer_id, site_id=site_id, device_id=device_id, at=at)
    device = _device(device_id)
    heir = heir_on(device, at.astimezone(promised.calendar.zone).date())
    if heir is not None and heir != device:
        promised = promised_for(customer_id=customer_id, site_id=site_id, device_id=heir.pk, at=at)
    return cover_by_terms(promised.terms, promised.calendar, customer_id, device, at)


def cover_under(
    promised: Promised, *, customer_id: int, device_id: int | None, at: datetime
) -> CoverOf:
    """Return the same for a promise that is known to apply. At most three queries."""
    device = _device(device_id)
    return cover_by_terms(promised.terms, promised.calendar, customer_id, device, at)


def cover_by_terms(
    terms: Terms | None,
    calendar: ServiceCalendar,
    customer_id: int,
    device: Device | None,
    at: datetime,
) -> CoverOf:
    """Return the same for terms (with their contract) and a device at hand. Two queries at most."""
    day = at.astimezone(calendar.zone).date()
    heir = heir_on(device, day)
    return CoverOf(
        agreed=_agreed(terms),
        warranty=warranty_on(heir.pk if heir else None, day),
        equipment=_equipment(device, day),
        prices=_prices(customer_id, terms, day),
        calendar=calendar,
        day=day,
        year=contract_year(terms.contract.starts_on, day) if terms else None,
        terms_id=terms.pk if terms else None,
        contract_number=terms.contract.number if terms else "",
    )


def heir_on(device: Device | None, day: date) -> Device | None:
    """Return the device whose cover and warranty count for work on `device` on `day`.

    It is another one on the day of a swap only: cover and warranty are the new device's from that
    day on, yet the failed one is removed on it, and SWAP pays for that.
    """
    while device is not None and device.retired_on == day:
        heir = Device.objects.filter(replaces=device).first()
        if heir is None:
            break
        device = heir
    return device


def _device(device_id: int | None) -> Device | None:
    return Device.objects.filter(pk=device_id).first() if device_id is not None else None


def _prices(customer_id: int, terms: Terms | None, day: date) -> RatesInForce | None:
    agreed = rates_of_terms(terms) if terms is not None else None
    if agreed is not None:
        return agreed
    card = card_on(_provider_of(customer_id, terms), day)
    return rates_of_card(card) if card else None


def _provider_of(customer_id: int, terms: Terms | None) -> int:
    # A system worker sees every provider: the list is that of the customer's own.
    if terms is not None:
        return terms.provider_id
    return Customer.objects.values_list("provider_id", flat=True).get(pk=customer_id)


def _agreed(terms: Terms | None) -> Agreed | None:
    if terms is None:
        return None
    return Agreed(terms.tier_name, frozenset(clause["code"] for clause in terms.clauses))


def _equipment(device: Device | None, day: date) -> Equipment:
    if device is None:
        return Equipment.UNNAMED
    gone = device.retired_on is not None and device.retired_on < day
    return Equipment.FOREIGN if gone else Equipment.LISTED
