"""Sites, devices, contracts and tiers in the browser."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.actions import seed_catalogue
from contracts.models import Calendar, Contract, ContractState, Device, Site, Terms, Tier
from contracts.sla import Promise
from tests.builders import TIER_1, build_contract, build_device, build_site
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of


@pytest.fixture
def seeded(cast: Cast) -> Cast:
    """Give a cast with a catalogue."""
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    return cast


def a_site(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "customer": cast.bayview.pk,
        "name": "Oakland",
        "address": "400 Broadway",
        "zone": "America/Los_Angeles",
        "submission": str(uuid.uuid4()),
    } | changes


def a_device(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "site": cast.market_street.pk,
        "name": "Front desk phone",
        "kind": "phone",
        "vendor": "Panasonic",
        "model": "KX-DT543",
        "serial": "2B-41907",
        "room": "Reception",
        "installed_on": "2023-10-02",
        "installed_by_us": "on",
        "submission": str(uuid.uuid4()),
    } | changes


def a_contract(cast: Cast, **changes: Any) -> dict[str, Any]:
    with acting(cast.ruth):
        calendar = Calendar.objects.get(is_default=True).pk
    return {
        "starts_on": "2026-04-01",
        "ends_on": "",
        "cover": "whole",
        "calendar": calendar,
        "emergency_respond_hours": "8",
        "emergency_respond_unit": "business_hours",
        "emergency_resolve_hours": "",
        "emergency_resolve_unit": "business_hours",
        "minor_respond_hours": "24",
        "minor_respond_unit": "business_hours",
        "minor_resolve_hours": "",
        "minor_resolve_unit": "business_hours",
        "submission": str(uuid.uuid4()),
    } | changes


def contract_url(cast: Cast, tier: str) -> str:
    with acting(cast.ruth):
        chosen = Tier.objects.get(code=tier).pk
    return f"/contracts/new/?customer={cast.sutter.pk}&tier={chosen}"


def test_a_dispatcher_adds_a_site_and_a_device_once(cast: Cast) -> None:
    browser = browser_of(cast.priya)
    site, device = a_site(cast), a_device(cast)
    for url, form in (("/sites/new/", site), ("/devices/new/", device)):
        answers = [browser.post(url, form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert answers[0]["Location"] == answers[1]["Location"]
    with acting(cast.priya):
        assert Site.objects.filter(name="Oakland").count() == 1
        made = Device.objects.get(serial="2B-41907")
    assert (made.customer_id, made.site_id) == (cast.bayview.pk, cast.market_street.pk)
    assert made.installed_on == date(2023, 10, 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "\u200b"}, "This field is required."),
        ({"name": "x" * 121}, "This is longer than 120 characters"),
        ({"name": "a\u2028b"}, "Write this on one line."),
        ({"kind": "toaster"}, "Select a valid choice."),
        ({"site": "999999999"}, "Select a valid choice."),
        ({"installed_on": "2023-02-30"}, "Write a day of the calendar"),
        ({"installed_on": "٢٠٢٣-٠١-٠١"}, "Write a day of the calendar"),
        ({"installed_on": "0001-01-01"}, "from 1990 to 2199"),
    ],
)
def test_a_device_that_cannot_be_is_refused_at_its_field(
    cast: Cast, changes: dict[str, str], message: str
) -> None:
    answer = browser_of(cast.priya).post("/devices/new/", a_device(cast, **changes))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    with acting(cast.priya):
        assert Device.objects.count() == 1


def test_a_serial_number_that_is_in_service_is_refused(cast: Cast) -> None:
    serial = cast.phone_system.serial
    answer = browser_of(cast.priya).post("/devices/new/", a_device(cast, serial=serial))
    assert answer.status_code == 422
    assert f"Main phone system at Market Street has the serial number {serial}" in (
        answer.content.decode()
    )


def test_a_site_and_a_device_are_corrected(cast: Cast) -> None:
    browser = browser_of(cast.priya)
    site_url = f"/sites/{cast.market_street.pk}/edit/"
    assert browser.get(site_url).status_code == 200
    assert browser.post(site_url, a_site(cast, name="Market St")).status_code == 303
    device_url = f"/devices/{cast.phone_system.pk}/edit/"
    assert browser.post(device_url, a_device(cast, room="Cellar")).status_code == 303
    with acting(cast.priya):
        assert Site.objects.get(pk=cast.market_street.pk).name == "Market St"
        assert Device.objects.get(pk=cast.phone_system.pk).room == "Cellar"


def test_a_device_is_retired_after_its_installation_and_once(cast: Cast) -> None:
    browser = browser_of(cast.priya)
    browser.post(f"/devices/{cast.phone_system.pk}/edit/", a_device(cast))
    url = f"/devices/{cast.phone_system.pk}/retire/"
    assert browser.get(url).status_code == 200
    early = browser.post(url, {"retired_on": "2023-10-01"})
    assert early.status_code == 422
    assert "was installed on 2023-10-02" in early.content.decode()
    assert browser.post(url, {"retired_on": "2026-06-15"}).status_code == 303
    assert browser.post(url, {"retired_on": "2026-06-16"}).status_code == 409
    with acting(cast.priya):
        assert Device.objects.get(pk=cast.phone_system.pk).retired_on == date(2026, 6, 15)


def test_the_page_of_a_device_says_whether_it_is_covered(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-15T12:00:00-07:00")
    build_contract(
        cast.bayview,
        ends_on=date(2027, 3, 31),
        device=cast.phone_system,
        starts_on=date(2026, 4, 1),
    )
    uncovered = build_device(build_site(cast.sutter, "Depot"), "Gate phone")
    url = f"/devices/{cast.phone_system.pk}/"
    for viewer in (cast.elena, cast.dana):
        text = browser_of(viewer).get(url).content.decode()
        assert "Covered by Tier 2 until 31 Mar 2027" in text
        assert f"/tickets/new/?device={cast.phone_system.pk}" in text
    text = browser_of(cast.sam).get(f"/devices/{uncovered.pk}/").content.decode()
    assert "Not covered" in text


def test_a_customer_sees_its_systems_by_site_and_nobody_elses(cast: Cast) -> None:
    build_device(build_site(cast.sutter, "Depot"), "Gate phone")
    text = browser_of(cast.elena).get("/our-systems/").content.decode()
    assert "Market Street" in text
    assert "Main phone system" in text
    assert "Gate phone" not in text


def test_our_contract_says_in_plain_words_what_is_promised(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-10T12:00:00-07:00")
    text = browser_of(cast.elena).get("/our-contract/").content.decode()
    assert 'We respond within <b class="fw-medium">8 business hours</b>' in text
    assert "Mon 15 Jun, 15:00 PDT" in text
    assert "Wed 17 Jun, 13:00 PDT" in text
    assert "Monday to Friday, 08:00 to 17:00 Pacific time" in text
    assert "Fri 3 Jul 2026" in text
    text = browser_of(cast.sam).get("/our-contract/").content.decode()
    assert "No contract is in force" in text


def test_a_tier_without_promise_says_so_to_the_customer(cast: Cast) -> None:
    build_contract(cast.sutter, TIER_1)
    text = browser_of(cast.sam).get("/our-contract/").content.decode()
    assert "No response promise" in text
    assert "Tier 1 makes no response promise." in text


def record_signature(browser: Client, place: str) -> None:
    form = {"name": "Sam Ortiz", "no_scan_reason": "Lost.", "submission": str(uuid.uuid4())}
    assert browser.post(f"{place}sign/", form).status_code == 303


def test_a_contract_is_drafted_changed_and_signed_in_the_browser(seeded: Cast) -> None:
    browser = browser_of(seeded.ruth)
    url = contract_url(seeded, "TIER2")
    page = browser.get(url)
    assert page.context["form"]["emergency_respond_hours"].value() == "8"
    assert page.context["form"]["minor_respond_hours"].value() == "24"
    form = a_contract(seeded)
    answers = [browser.post(url, form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    place = answers[0]["Location"]
    assert answers[1]["Location"] == place
    changed = a_contract(seeded, minor_respond_hours="24", minor_respond_unit="elapsed_to_opening")
    assert browser.get(f"{place}edit/").status_code == 200
    assert browser.post(f"{place}edit/", changed).status_code == 303
    assert "A draft promises nothing" in browser.get(place).content.decode()
    assert browser.get(f"{place}sign/").status_code == 200
    key = str(uuid.uuid4())
    assert browser.post(f"{place}sign/", {"name": "", "submission": key}).status_code == 422
    signed = {"name": "Sam Ortiz", "no_scan_reason": "Lost.", "submission": key}
    assert [browser.post(f"{place}sign/", signed).status_code for _ in range(2)] == [303, 303]
    assert "In force" in browser.get(place).content.decode()
    with acting(seeded.ruth):
        terms = Terms.objects.get(contract__customer=seeded.sutter)
    assert [target.words() for target in Promise.from_dict(terms.promise).targets.values()] == [
        "8 business hours",
        "24 hours, moved to the next opening",
    ]


@pytest.mark.parametrize(
    ("tier", "changes", "message"),
    [
        ("TIER2", {"emergency_respond_hours": "-1"}, "Write hours as 8 or 1.5"),
        ("TIER2", {"emergency_respond_hours": "1e3"}, "Write hours as 8 or 1.5"),
        ("TIER2", {"emergency_respond_hours": "٣"}, "Write hours as 8 or 1.5"),
        ("TIER2", {"emergency_respond_hours": "8761"}, "at most 8760"),
        ("TIER2", {"minor_respond_unit": "dog_years"}, "Select a valid choice."),
        ("TIER2", {"ends_on": "2026-03-31"}, "The last day is before the first day."),
        ("TIER2", {"cover": "sites"}, "Choose at least one"),
        ("TIER2", {"pricing": "agreed"}, "Write an amount, 0 if it costs nothing."),
        ("TIER2", {"pricing": "agreed", "rate_normal": "-1"}, "This cannot be below zero."),
        ("TIER2", {"pricing": "free"}, "Select a valid choice."),
        ("TIER2", {"calendar": "999999999"}, "Select a valid choice."),
        ("TIER1", {}, "has no clause RESPONSE, so it can promise no times."),
    ],
)
def test_a_draft_that_cannot_be_is_shown_again_with_the_reason(
    seeded: Cast, tier: str, changes: dict[str, str], message: str
) -> None:
    answer = browser_of(seeded.ruth).post(contract_url(seeded, tier), a_contract(seeded, **changes))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    with acting(seeded.ruth):
        assert not Contract.objects.filter(customer=seeded.sutter).exists()


WITHOUT_TIMES = {"emergency_respond_hours": "", "minor_respond_hours": ""}
AGREED_RATES = {
    "pricing": "agreed",
    "rate_currency": "USD",
    "rate_normal": "120",
    "rate_after_hours": "180.50",
    "rate_trip": "0",
    "round_step": "30",
    "round_rule": "up",
    "round_minimum": "30",
}


def test_a_contract_agrees_its_own_rates_and_the_price_of_an_extra(seeded: Cast) -> None:
    browser, url = browser_of(seeded.ruth), contract_url(seeded, "TIER1")
    extra = {"options": ["VOICEMAIL"], "price_voicemail": "24.5"}
    wanted = a_contract(seeded, **WITHOUT_TIMES, **AGREED_RATES, **extra)
    place = browser.post(url, wanted)["Location"]
    shown = browser.get(f"{place}edit/").context["form"]
    assert shown["rate_after_hours"].value() == Decimal("180.50")
    assert shown["price_voicemail"].value() == Decimal("24.50")
    record_signature(browser, place)
    with acting(seeded.sam):
        terms = Terms.objects.get(contract__customer=seeded.sutter)
    assert terms.rates == {
        "currency": "USD",
        "normal": "120.00",
        "after_hours": "180.50",
        "trip": "0.00",
    }
    assert terms.rounding == {"step": 30, "rule": "up", "minimum": 30}
    assert [row["price"] for row in terms.clauses if row["optional"]] == ["24.50"]
    page = browser_of(seeded.sam).get("/our-contract/").content.decode()
    assert "USD 180.50" in page
    assert "24.50 a month" in page


def test_without_rates_of_its_own_a_contract_follows_the_price_list(seeded: Cast) -> None:
    browser, url = browser_of(seeded.ruth), contract_url(seeded, "TIER2")
    wanted = a_contract(seeded, **(AGREED_RATES | {"pricing": "listed", "rate_normal": "x"}))
    place = browser.post(url, wanted)["Location"]
    record_signature(browser, place)
    with acting(seeded.ruth):
        terms = Terms.objects.get(contract__customer=seeded.sutter)
    assert (terms.rates, terms.rounding) == (None, None)


def test_the_units_are_worked_out_by_the_clock(seeded: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-06-10T12:00:00-07:00")
    answer = browser_of(seeded.ruth).get("/contracts/examples/?minor_respond_hours=24")
    text = answer.content.decode()
    assert "Fri 12 Jun, 16:00 PDT" in text
    assert "Wed 17 Jun, 13:00 PDT" in text
    assert "Sat 13 Jun, 16:00 PDT" in text
    assert "Mon 15 Jun, 08:00 PDT" in text


def test_a_draft_is_cancelled_after_a_question(seeded: Cast) -> None:
    browser = browser_of(seeded.ruth)
    place = browser.post(contract_url(seeded, "TIER2"), a_contract(seeded))["Location"]
    assert browser.get(f"{place}cancel/").status_code == 200
    assert browser.post(f"{place}cancel/").status_code == 303
    assert browser.post(f"{place}cancel/").status_code == 409
    assert browser.get(f"{place}").status_code == 200
    with acting(seeded.ruth):
        assert Contract.objects.get(customer=seeded.sutter).state == ContractState.CANCELLED


def test_staff_read_the_tiers_clause_by_clause(seeded: Cast) -> None:
    browser = browser_of(seeded.dana)
    text = browser.get("/tiers/").content.decode()
    assert "Tier 1 · Remote only" in text
    assert "At extra cost" in text
    with acting(seeded.dana):
        tier = Tier.objects.get(code="TIER1")
    text = browser.get(f"/tiers/{tier.pk}/").content.decode()
    assert "Tier 1 · Remote only has no promised response time." in text


@pytest.mark.parametrize(
    "path",
    ["/sites/", "/devices/", "/contracts/", "/calendars/", "/tiers/", "/our-systems/"],
)
def test_lists_cost_the_same_few_queries_however_long_they_are(cast: Cast, path: str) -> None:
    viewer = cast.elena if path.startswith("/our") else cast.ruth
    browser = browser_of(viewer)
    browser.get(path)
    counts = []
    for number in range(2):
        site = build_site(cast.bayview, f"Site {number}")
        for name in ("One", "Two", "Three"):
            build_contract(cast.bayview, device=build_device(site, f"{name} {number}"))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        told = [row["sql"] for row in queries if "django_session" not in row["sql"]]
        counts.append(len([sql for sql in told if "SAVEPOINT" not in sql]))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_lists_go_on_in_pages_and_can_be_searched_and_narrowed(cast: Cast) -> None:
    for number in range(51):
        build_device(cast.market_street, f"Phone {number:02}")
    build_device(build_site(cast.sutter, "Depot"), "Gate phone")
    browser = browser_of(cast.dana)
    first = browser.get("/devices/")
    assert len(first.context["rows"]) == 50
    second = browser.get(first.context["pager"].next_url)
    assert len(second.context["rows"]) == 3
    found = browser.get("/devices/?q=gate")
    assert [row.device.name for row in found.context["rows"]] == ["Gate phone"]
    narrowed = browser.get(f"/devices/?customer={cast.sutter.pk}")
    assert [row.device.name for row in narrowed.context["rows"]] == ["Gate phone"]
    assert browser.get("/devices/?customer=01").status_code == 404
    assert browser.get(f"/devices/?customer={cast.northline_customer.pk}").status_code == 404
    assert browser.get("/devices/?q=%27%20OR%201=1--").context["rows"] == []


STAFF_ONLY = ("/sites/", "/devices/", "/contracts/", "/tiers/", "/sites/new/", "/contracts/new/")


@pytest.mark.parametrize("path", STAFF_ONLY)
def test_pages_of_the_provider_are_closed_to_customers(cast: Cast, path: str) -> None:
    assert browser_of(cast.amit).get(path).status_code == 403


def test_a_technician_reads_but_does_not_change(seeded: Cast) -> None:
    browser = browser_of(seeded.dana)
    site, device = seeded.market_street.pk, seeded.phone_system.pk
    contract = seeded.contract.pk
    for path in (f"/sites/{site}/", f"/devices/{device}/", "/contracts/"):
        assert browser.get(path).status_code == 200
    for path in (
        f"/sites/{site}/edit/",
        f"/devices/{device}/edit/",
        f"/devices/{device}/retire/",
        f"/contracts/{contract}/sign/",
        f"/contracts/{contract}/cancel/",
        f"/contracts/{contract}/edit/",
    ):
        assert browser.get(path).status_code == 403
        assert browser.post(path, {}).status_code == 403


@pytest.mark.parametrize("who", ["nils", "sam", "kim"])
def test_a_rival_gets_404_for_what_is_not_theirs(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))
    for path in (f"/sites/{cast.market_street.pk}/", f"/devices/{cast.phone_system.pk}/"):
        assert browser.get(path).status_code == 404
    if who == "nils":
        paths = [f"/contracts/{cast.contract.pk}/{verb}" for verb in ("", "edit/", "sign/")]
        assert [browser.get(path).status_code for path in paths] == [404, 404, 404]
        url = f"/devices/{cast.phone_system.pk}/retire/"
        assert browser.post(url, {"retired_on": "2026-06-15"}).status_code == 404
    with acting(cast.ruth):
        assert Device.objects.get(pk=cast.phone_system.pk).retired_on is None


@pytest.mark.parametrize("path", ["/sites/01/", "/devices/1.0/", "/contracts/-1/", "/devices/１/"])
def test_only_the_canonical_form_of_a_number_is_an_address(cast: Cast, path: str) -> None:
    assert browser_of(cast.ruth).get(path).status_code == 404


def test_the_list_of_contracts_names_the_tier_of_a_draft_too(seeded: Cast) -> None:
    browser = browser_of(seeded.ruth)
    assert browser.post(contract_url(seeded, "TIER2"), a_contract(seeded)).status_code == 303
    assert "Tier 2 · Extended warranty" in browser.get("/contracts/").content.decode()
