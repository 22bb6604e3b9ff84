"""Builders: the smallest believable rows. The tenant comes from the parent, so none can be mixed.

Each opens the scope it needs; call them inside a test that may use the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP

from accounts.capabilities import Role
from accounts.chains import start_chains
from accounts.identity import viewer_of
from accounts.models import Customer, Membership, Provider, User
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import (
    Calendar,
    CalendarVersion,
    Contract,
    ContractState,
    Cover,
    Device,
    DeviceKind,
    RateCard,
    Site,
    Terms,
    WarrantyItem,
)
from contracts.rates import Rates, Rounding, Rule
from contracts.sla import Metric, Priority, Promise, ServiceCalendar, Target, Unit
from tickets.models import TicketCounter

_numbers = count(1)

PASSWORD = "correct horse battery staple"

# The calendar of clock.md's worked examples.
BUSINESS_HOURS: dict[str, Any] = {
    "tz": "America/Los_Angeles",
    "weekly": {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-01-01", "2026-07-03", "2026-11-26", "2026-12-25"],
}

TIER_2 = Promise(
    label="Tier 2",
    targets={
        (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=8), Unit.BUSINESS),
        (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
    },
)
TIER_2_WITH_RESOLVE = Promise(
    label="Tier 2",
    targets={
        **TIER_2.targets,
        (Priority.EMERGENCY, Metric.RESOLVE): Target(timedelta(hours=8), Unit.BUSINESS),
        (Priority.MINOR, Metric.RESOLVE): Target(timedelta(hours=24), Unit.BUSINESS),
    },
)
RATES = Rates("USD", Decimal("95.00"), Decimal("142.50"), Decimal("45.00"))
ROUNDING = Rounding(15, Rule.UP, 15)
TIER_1 = Promise.none("Tier 1 makes no response promise.")


def build_provider(name: str = "CalCom", *, prefix: str = "CC", slug: str = "") -> Provider:
    """Make a provider with its chains, ticket counter and default calendar."""
    with system_scope("a test needs a provider"):
        provider = Provider.objects.create(
            name=name,
            slug=slug or name.lower(),
            reference_prefix=prefix,
            mail_from=f"service@{name.lower()}.example",
            phone="(415) 555-0100",
        )
    with provider_scope(provider_id=provider.pk):
        start_chains(provider.pk)
        TicketCounter.objects.create(provider=provider, number=1000)
        build_calendar(provider, "Business hours", is_default=True)
    return provider


def build_calendar(
    provider: Provider, name: str, spec: dict[str, Any] | None = None, *, is_default: bool = False
) -> Calendar:
    """Make a calendar with its first version."""
    spec = spec or BUSINESS_HOURS
    with provider_scope(provider_id=provider.pk) as scope:
        calendar = Calendar.objects.create(provider=provider, name=name, is_default=is_default)
        CalendarVersion.objects.create(
            provider=provider,
            calendar=calendar,
            number=1,
            spec=spec,
            fingerprint=ServiceCalendar.from_dict(spec).fingerprint(),
            created_at=scope.now,
        )
    return calendar


def build_customer(provider: Provider, name: str = "Bayview Dental Group") -> Customer:
    """Make a customer."""
    with provider_scope(provider_id=provider.pk):
        return Customer.objects.create(provider=provider, name=name, number=f"C-{next(_numbers)}")


def build_person(
    provider: Provider,
    role: Role,
    *,
    customer: Customer | None = None,
    name: str = "",
    zone: str = "",
) -> Viewer:
    """Make a person with a membership, and return the viewer."""
    number = next(_numbers)
    name = name or f"{role.label} {number}"
    email = f"{name.lower().replace(' ', '.')}.{number}@people.example"
    zone = zone or "America/Los_Angeles"
    # Hashing a real password costs 100 ms: `build_password` sets one where a test signs in.
    user = User(email=email, name=name, zone=zone)
    user.set_unusable_password()
    user.save()
    with provider_scope(provider_id=provider.pk):
        membership = Membership.objects.create(
            provider=provider,
            customer=customer,
            user=user,
            role=role.value,
            name=name,
            email=email,
            zone=zone,
        )
        return viewer_of(membership)


def build_operator(name: str = "Olga Brandt") -> User:
    """Make an operator with a second step."""
    user = User(email=f"operator.{next(_numbers)}@portal.example", name=name, is_operator=True)
    user.set_unusable_password()
    user.save()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    return user


def build_password(viewer: Viewer) -> str:
    """Give the person a password, and return it."""
    assert viewer.user_id is not None
    user = User.objects.get(pk=viewer.user_id)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return PASSWORD


def build_site(customer: Customer, name: str = "Market Street") -> Site:
    """Make a site."""
    with provider_scope(provider_id=customer.provider_id):
        return Site.objects.create(
            provider_id=customer.provider_id,
            customer=customer,
            name=name,
            address="12 Market Street, San Francisco",
        )


def build_device(site: Site, name: str = "Main phone system") -> Device:
    """Make a device at a site."""
    with provider_scope(provider_id=site.provider_id):
        return Device.objects.create(
            provider_id=site.provider_id,
            customer_id=site.customer_id,
            site=site,
            name=name,
            kind=DeviceKind.PBX,
            vendor="Panasonic",
            model="KX-NS700",
            serial=f"4C-{next(_numbers):05}",
        )


def build_contract(
    customer: Customer,
    promise: Promise = TIER_2,
    *,
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
    site: Site | None = None,
    device: Device | None = None,
    clauses: Sequence[str] = (),
    rates: Rates | None = None,
    rounding: Rounding | None = None,
) -> Contract:
    """Make a signed contract that covers the customer, or one site or device of it."""
    tier = "TIER1" if promise.is_none else "TIER2"
    with provider_scope(provider_id=customer.provider_id):
        owner = {"provider_id": customer.provider_id, "customer": customer}
        signed_at = datetime.combine(starts_on, datetime.min.time(), UTC)
        contract = Contract.objects.create(
            **owner,
            number=f"CT-{2000 + next(_numbers)}",
            state=ContractState.SIGNED,
            starts_on=starts_on,
            ends_on=ends_on,
            signed_at=signed_at,
            signed_name="Amit Bhatt",
            created_at=signed_at,
        )
        Cover.objects.create(**owner, contract=contract, site=site, device=device)
        Terms.objects.create(
            **owner,
            contract=contract,
            number=1,
            effective_on=starts_on,
            tier_code=tier,
            tier_name="Tier 1" if promise.is_none else "Tier 2",
            calendar=Calendar.objects.get(is_default=True),
            promise=promise.to_dict(),
            clauses=[
                {"code": code, "title": code, "wording": "", "optional": False, "price": None}
                for code in clauses
            ],
            rates=rates.to_dict() if rates else None,
            rounding=rounding.to_dict() if rounding else None,
            created_at=signed_at,
        )
    return contract


def build_price_list(
    provider: Provider,
    rates: Rates = RATES,
    rounding: Rounding = ROUNDING,
    *,
    effective_on: date = date(2025, 1, 1),
) -> RateCard:
    """Give a provider a price list."""
    with provider_scope(provider_id=provider.pk) as scope:
        return RateCard.objects.create(
            provider=provider,
            effective_on=effective_on,
            rates=rates.to_dict(),
            rounding=rounding.to_dict(),
            created_at=scope.now,
        )


def build_warranty(
    contract: Contract,
    device: Device,
    *,
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2026, 12, 31),
) -> WarrantyItem:
    """Put a device on a contract's warranty list."""
    with provider_scope(provider_id=contract.provider_id):
        return WarrantyItem.objects.create(
            provider_id=contract.provider_id,
            customer_id=contract.customer_id,
            contract=contract,
            device=device,
            starts_on=starts_on,
            ends_on=ends_on,
        )
