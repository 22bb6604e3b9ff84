"""The tenants of the benchmarks, made by the product's own code; prints who can ask for what."""

from __future__ import annotations

import json
import random
import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from accounts.actions import create_api_key
from accounts.api_scopes import ApiScope
from accounts.capabilities import Role
from accounts.models import Customer, Membership, Provider
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope
from contracts.models import CalendarVersion, Device, Terms
from tests.builders import (
    TIER_1,
    TIER_2,
    TIER_2_WITH_RESOLVE,
    build_contract,
    build_customer,
    build_device,
    build_person,
    build_provider,
    build_site,
)

TECHNICIANS = 25
# One key may write 300 times a minute; the clients of a benchmark take turns with several.
KEYS = 16
FIRST = (
    "Bayview",
    "Cedar",
    "Delta",
    "Harbor",
    "Juniper",
    "Lakeside",
    "Mission",
    "Redwood",
    "Sutter",
)
SECOND = ("Dental Group", "Freight", "Legal", "Clinic", "School District", "Foods", "Logistics")
# Most customers of a provider have Tier 2; some have no promise, and some a resolve target too.
PROMISES = (TIER_2, TIER_2, TIER_2, TIER_2_WITH_RESOLVE, TIER_1)


def found(name: str, prefix: str, customers: int) -> dict[str, Any]:
    """Found a provider with people, customers and contracts; say what the loader needs."""
    choose = random.Random(name)
    provider = build_provider(name, prefix=prefix)
    technicians = [build_person(provider, Role.TECHNICIAN) for _ in range(TECHNICIANS)]
    dispatcher = build_person(provider, Role.DISPATCHER)
    admin = build_person(provider, Role.PROVIDER_ADMIN)
    places = [
        place
        for number in range(customers)
        for place in _customer(
            provider, f"{choose.choice(FIRST)} {choose.choice(SECOND)} {number}", choose
        )
    ]
    with provider_scope(provider_id=provider.pk):
        calendar = CalendarVersion.objects.get(calendar__is_default=True)
    return {
        "provider": provider.pk,
        "prefix": prefix,
        "calendar": calendar.pk,
        "technicians": [viewer.membership_id for viewer in technicians],
        "places": places,
        "technician": _cookie(technicians[0]),
        "dispatcher": _cookie(dispatcher),
        "tokens": _tokens(provider, admin, dispatcher),
    }


def _customer(provider: Provider, name: str, choose: random.Random) -> list[dict[str, int]]:
    customer: Customer = build_customer(provider, name)
    reporter = build_person(provider, Role.CUSTOMER_USER, customer=customer)
    contract = build_contract(customer, choose.choice(PROMISES))
    with provider_scope(provider_id=provider.pk):
        terms = Terms.objects.get(contract=contract)
    places = []
    for number in range(choose.choice((1, 1, 2, 3))):
        device: Device = build_device(build_site(customer, f"Building {number + 1}"))
        places.append(
            {
                "customer": customer.pk,
                "site": device.site_id,
                "device": device.pk,
                "reporter": reporter.membership_id or 0,
                "contract": contract.pk,
                "terms": terms.pk,
                "promises": bool(terms.promise["targets"]),
            }
        )
    return places


def _cookie(viewer: Viewer) -> str:
    """Sign somebody in; return the cookie that a browser would send."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(get_user_model().objects.get(pk=viewer.user_id or 0))
    client.get("/profile/")
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def _tokens(provider: Provider, admin: Viewer, person: Viewer) -> list[str]:
    with provider_scope(provider_id=provider.pk):
        member = Membership.objects.get(pk=person.membership_id or 0)
        return [
            create_api_key(
                person=member,
                label=f"Benchmark {number}",
                scopes=[scope.value for scope in ApiScope],
                lasts=timedelta(days=300),
                actor=admin,
            )[1]
            for number in range(KEYS)
        ]


if __name__ == "__main__":
    providers = [found("CalCom", "CC", 200), found("Northline", "NL", 40)]
    json.dump({"providers": providers}, sys.stdout)
