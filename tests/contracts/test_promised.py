"""Which contract answers for a thing, on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import Calendar, CalendarVersion, Contract, ContractState
from contracts.promised import Promised, forget_promises, promised_for, service_calendar
from tests.builders import (
    BUSINESS_HOURS,
    TIER_1,
    TIER_2,
    build_contract,
    build_customer,
    build_device,
    build_provider,
    build_site,
)
from tests.cast import Cast
from tests.stage import acting

NOON = datetime(2026, 6, 15, 19, 0, tzinfo=UTC)


def ask(cast: Cast, at: datetime = NOON, *, site: bool = True, device: bool = True) -> Promised:
    with acting(cast.dana):
        return promised_for(
            customer_id=cast.bayview.pk,
            site_id=cast.market_street.pk if site else None,
            device_id=cast.phone_system.pk if device else None,
            at=at,
        )


def test_the_contract_of_the_whole_company_covers_its_devices(cast: Cast) -> None:
    promised = ask(cast)
    assert promised.contract_id == cast.contract.pk
    assert promised.promise == TIER_2
    assert promised.reason == f"Contract {cast.contract.number} (Tier 2) covers the whole company."


def test_the_device_beats_the_site_and_the_site_beats_the_company(cast: Cast) -> None:
    at_site = build_contract(cast.bayview, TIER_1, site=cast.market_street)
    assert ask(cast).contract_number == at_site.number
    of_device = build_contract(cast.bayview, device=cast.phone_system)
    assert ask(cast).contract_number == of_device.number
    assert ask(cast, device=False).contract_number == at_site.number
    assert ask(cast, device=False, site=False).contract_number == cast.contract.number


def test_a_device_without_its_site_counts_where_it_stands(cast: Cast) -> None:
    at_site = build_contract(cast.bayview, TIER_1, site=cast.market_street)
    promised = ask(cast, site=False)
    assert promised.contract_number == at_site.number
    assert promised.promise.is_none
    assert promised.reason == (
        f"Contract {at_site.number} (Tier 1) covers this site, without a response promise."
    )


def test_without_a_contract_there_is_an_explicit_no_promise_and_the_default_calendar(
    cast: Cast,
) -> None:
    with acting(cast.sam) as scope:
        promised = promised_for(
            customer_id=cast.sutter.pk, site_id=None, device_id=None, at=scope.now
        )
        version = CalendarVersion.objects.get(calendar__is_default=True)
        at_noon = promised_for(customer_id=cast.sutter.pk, site_id=None, device_id=None, at=NOON)
    assert promised.promise.is_none
    assert promised.calendar_version_id == version.pk
    assert at_noon.reason == (
        "No contract covers the whole company on 15 Jun 2026, so there is no response promise."
    )
    assert (at_noon.contract_id, at_noon.terms_id, at_noon.contract_number) == (None, None, "")


@pytest.mark.parametrize(
    ("instant", "is_covered"),
    [
        ("2026-04-01T06:59:59+00:00", False),
        ("2026-04-01T07:00:00+00:00", True),
        ("2026-05-01T06:59:59+00:00", True),
        ("2026-05-01T07:00:00+00:00", False),
    ],
)
def test_the_dates_are_days_on_the_wall_clock_of_the_calendar(
    cast: Cast, instant: str, is_covered: bool
) -> None:
    build_contract(cast.sutter, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30))
    with acting(cast.dana):
        promised = promised_for(
            customer_id=cast.sutter.pk,
            site_id=None,
            device_id=None,
            at=datetime.fromisoformat(instant),
        )
    assert (promised.contract_id is not None) is is_covered


@pytest.mark.parametrize("state", [ContractState.DRAFT, ContractState.CANCELLED])
def test_only_a_signed_contract_covers(cast: Cast, state: ContractState) -> None:
    with acting(cast.ruth):
        Contract.objects.filter(pk=cast.contract.pk).update(state=state)
    assert ask(cast).contract_id is None


def test_the_newest_version_of_the_calendar_counts(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        newest = CalendarVersion.objects.create(
            provider=cast.calcom,
            calendar=Calendar.objects.get(is_default=True),
            number=2,
            spec=BUSINESS_HOURS | {"holidays": ["2026-06-16"]},
            fingerprint="2" * 64,
            created_at=scope.now,
        )
    promised = ask(cast)
    assert promised.calendar_version_id == newest.pk
    assert promised.calendar.to_dict()["holidays"] == ["2026-06-16"]


def test_a_system_worker_gets_the_calendar_of_the_customers_own_provider(cast: Cast) -> None:
    with provider_scope(provider_id=cast.northline.pk):
        own = CalendarVersion.objects.get(calendar__is_default=True).pk
    with system_scope("a test counts a rival's time"):
        promised = promised_for(
            customer_id=cast.northline_customer.pk, site_id=None, device_id=None, at=NOON
        )
    assert promised.calendar_version_id == own


def test_it_costs_two_queries_at_most_when_nothing_is_remembered(cast: Cast) -> None:
    for customer in (cast.bayview, cast.sutter):
        forget_promises()
        with acting(cast.dana), CaptureQueriesContext(connection) as queries:
            promised_for(customer_id=customer.pk, site_id=None, device_id=None, at=NOON)
        assert len(queries) == 2


def test_a_provider_without_a_default_calendar_is_told_what_to_do(cast: Cast) -> None:
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False)
        with pytest.raises(RuleBroken) as refusal:
            promised_for(customer_id=cast.sutter.pk, site_id=None, device_id=None, at=NOON)
    assert refusal.value.remedy == "Ask an administrator to make one under Calendars."


def test_a_compiled_calendar_is_kept(cast: Cast) -> None:
    with acting(cast.dana):
        version = CalendarVersion.objects.get()
        service_calendar(version.pk)
        with CaptureQueriesContext(connection) as queries:
            again = service_calendar(version.pk)
    assert len(queries) == 0
    assert again.tz == "America/Los_Angeles"


def test_a_site_of_its_own_contract_does_not_lend_it_to_a_sister_site(cast: Cast) -> None:
    provider = build_provider("Lakeside", prefix="LS")
    customer = build_customer(provider)
    covered, sister = build_site(customer, "North"), build_site(customer, "South")
    build_contract(customer, site=covered)
    device = build_device(sister)
    with provider_scope(provider_id=provider.pk):
        promised = promised_for(
            customer_id=customer.pk, site_id=sister.pk, device_id=device.pk, at=NOON
        )
    assert promised.contract_id is None
