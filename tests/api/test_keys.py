"""Who may call: keys, scopes, tenants, and how often."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from accounts.models import Membership, Provider, User
from calcom_portal.common.tenancy import system_scope
from contracts.actions import seed_catalogue
from contracts.models import Calendar
from tests.api.caller import EVERYTHING, V1, Caller, assert_problem, caller
from tests.builders import build_contract, build_device, build_site
from tests.cast import Cast
from tests.contracts.life import YEARLY, signed
from tests.stage import acting, browser_of
from tickets.models import Message, Ticket

REPORT: dict[str, Any] = {"subject": "No dial tone", "text": "Both front desk phones are dead."}
READS = ["/me", "/tickets", "/devices", "/sites", "/contracts", "/calendars"]


def opened(who: Caller) -> str:
    """Open a ticket and return its reference."""
    return str(who.post("/tickets", REPORT).json()["reference"])


@pytest.mark.parametrize("path", READS)
def test_without_a_key_nothing_is_told(cast: Cast, path: str) -> None:
    response = Client().get(f"{V1}{path}")
    assert_problem(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", READS)
def test_signing_in_to_the_portal_is_no_key(cast: Cast, path: str) -> None:
    assert_problem(browser_of(cast.dana).get(f"{V1}{path}"), 401)


@pytest.mark.parametrize(
    "header",
    [
        *("", "Bearer", "Bearer x", "Token abc", "Basic ZTpl", "Bearer ' OR 1=1--"),
        "Bearer 000000000000.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_a_strange_token_is_refused(cast: Cast, header: str) -> None:
    assert_problem(Client().get(f"{V1}/me", headers={"Authorization": header}), 401)


def test_a_key_of_an_admin_is_good_in_the_first_hour_of_their_provider(cast: Cast) -> None:
    with system_scope("open the provider just now") as scope:
        Provider.objects.filter(pk=cast.calcom.pk).update(created_at=scope.now)
    assert caller(cast.ruth).get("/me").status_code == 200


def test_a_key_is_refused_once_expired_revoked_or_tampered_with(cast: Cast) -> None:
    expired = caller(cast.dana, lasts=timedelta(seconds=-1))
    revoked = caller(cast.dana, is_revoked=True)
    good = caller(cast.dana)
    tampered = Caller(good.token[:-1] + ("a" if good.token[-1] != "a" else "b"))
    answers = [who.get("/me") for who in (expired, revoked, tampered)]
    bodies = [assert_problem(answer, 401) for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]
    assert good.get("/me").status_code == 200


def test_a_key_ends_with_its_person(cast: Cast) -> None:
    dana, elena = caller(cast.dana), caller(cast.elena)
    with acting(cast.ruth):
        Membership.objects.filter(name="Elena Moreno").update(is_active=False)
    assert_problem(elena.get("/me"), 401)
    User.objects.filter(name="Dana Okafor").update(is_active=False)
    assert_problem(dana.get("/me"), 401)


def test_a_token_in_the_address_is_ignored_and_never_logged(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    token = caller(cast.dana).token
    with caplog.at_level(logging.DEBUG):
        assert_problem(Client().get(f"{V1}/me?token={token}&access_token={token}"), 401)
        Caller(token).get("/me")
        Caller(token[:-3] + "xyz").get("/me")
    assert token.partition(".")[2] not in caplog.text


def test_me_tells_who_the_key_acts_for(cast: Cast) -> None:
    body = caller(cast.elena, "tickets:read").get("/me").json()
    assert body["name"] == "Elena Moreno"
    assert body["customer"] == {"id": cast.bayview.pk, "name": "Bayview Dental Group"}
    assert body["scopes"] == ["tickets:read"]
    assert body["capabilities"] == [
        *("open_tickets", "query_labour", "reopen_tickets", "reply", "see_contracts"),
    ]
    assert caller(cast.dana, "tickets:read").get("/me").json()["customer"] is None


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/tickets", "tickets:read"),
        ("/devices", "devices:read"),
        ("/sites", "devices:read"),
        ("/contracts", "contracts:read"),
        ("/calendars", "calendars:read"),
        ("/people", "people:read"),
        ("/monitoring/devices", "monitoring:read"),
        ("/checks", "monitoring:read"),
        ("/incidents", "monitoring:read"),
        ("/heartbeats", "monitoring:read"),
        ("/backups", "backups:read"),
        ("/backup-plans", "backups:read"),
        ("/restores", "backups:read"),
        ("/changes", "changes:read"),
        ("/inspections", "inspections:read"),
        ("/firmware/releases", "firmware:read"),
        ("/firmware/advisories", "firmware:read"),
        ("/firmware/devices", "firmware:read"),
        ("/firmware/campaigns", "firmware:read"),
        ("/firmware/updates", "firmware:read"),
        ("/customers", "customers:read"),
    ],
)
def test_each_list_needs_its_scope(cast: Cast, path: str, scope: str) -> None:
    every = set(EVERYTHING)
    assert caller(cast.dana, scope).get(path).status_code == 200
    refused = caller(cast.dana, *sorted(every - {scope})).get(path)
    assert scope in assert_problem(refused, 403)["detail"]


def test_a_reading_key_writes_nothing(cast: Cast) -> None:
    reader, writer = caller(cast.dana, "tickets:read"), caller(cast.elena)
    reference = opened(writer)
    for path in (
        "/tickets",
        f"/tickets/{reference}/replies",
        f"/tickets/{reference}/actions/claim",
    ):
        assert_problem(reader.post(path, {"text": "x"}), 403)
    with acting(cast.dana):
        assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


STRANGE_REFERENCES = [
    "CC-9999",
    "cc-1001",
    "CC-01001",
    "1001",
    "CC-1001.0",
    "CC-１００１",
    "x" * 300,
]


def test_another_tenants_ticket_looks_exactly_like_an_absent_one(cast: Cast) -> None:
    reference = opened(caller(cast.elena))
    absent = caller(cast.elena).get("/tickets/CC-9999")
    assert_problem(absent, 404)
    for stranger in (cast.sam, cast.nora, cast.nils, cast.kim):
        who = caller(stranger)
        for path in (f"/tickets/{reference}", f"/tickets/{reference}/deadlines"):
            assert who.get(path).content == absent.content
        for path, body in (
            (f"/tickets/{reference}/replies", {"text": "x"}),
            (f"/tickets/{reference}/actions/claim", {}),
            (f"/tickets/{reference}/actions/reopen", {"text": "x"}),
        ):
            assert who.post(path, body).content == absent.content
        assert who.get("/tickets").json()["items"] == []
    with acting(cast.dana):
        assert Message.objects.count() == 1
        assert Ticket.objects.get().assignee_id is None


@pytest.mark.parametrize("reference", STRANGE_REFERENCES)
def test_only_the_canonical_reference_leads_to_a_ticket(cast: Cast, reference: str) -> None:
    elena = caller(cast.elena)
    opened(elena)
    assert elena.get(f"/tickets/{reference}").content == elena.get("/tickets/CC-9999").content


def test_only_the_canonical_id_leads_to_a_device(cast: Cast) -> None:
    elena, one = caller(cast.elena), str(cast.phone_system.pk)
    absent = elena.get("/devices/999999")
    assert_problem(absent, 404)
    assert elena.get(f"/devices/{one}").json()["name"] == "Main phone system"
    for form in (
        f"0{one}",
        f"{one}.0",
        f"{one}e0",
        f"+{one}",
        f"{one} ",
        "１",
        "9" * 40,
        "-1",
        "0",
    ):
        assert elena.get(f"/devices/{form}").content == absent.content, form


def test_lists_hold_the_tenants_own_things_only(cast: Cast) -> None:
    theirs = build_site(cast.northline_customer, "Harbour")
    build_device(theirs, "Their phone system")
    build_contract(cast.northline_customer)
    other = build_site(cast.sutter, "Depot")

    def names(who: Any, path: str, key: str = "name") -> list[str]:
        return [item[key] for item in caller(who).get(path).json()["items"]]

    assert names(cast.elena, "/sites") == ["Market Street"]
    assert names(cast.sam, "/sites") == ["Depot"]
    assert names(cast.dana, "/sites") == ["Market Street", "Depot"]
    assert names(cast.elena, "/devices") == ["Main phone system"]
    assert names(cast.nora, "/devices") == ["Their phone system"]
    assert names(cast.elena, "/contracts", "number") == [cast.contract.number]
    assert names(cast.sam, "/contracts", "number") == []
    assert names(cast.dana, f"/sites?customer={cast.sutter.pk}") == ["Depot"]
    absent = caller(cast.elena).get("/sites/999999")
    assert caller(cast.elena).get(f"/sites/{other.pk}").content == absent.content
    assert caller(cast.elena).get(f"/sites/{theirs.pk}").content == absent.content


def test_a_contract_comes_with_what_it_covers_and_promises(cast: Cast) -> None:
    elena = caller(cast.elena)
    body = elena.get(f"/contracts/{cast.contract.pk}").json()
    (cover,) = body["covers"]
    assert (cover["site"], cover["device"]) == (None, None)
    assert [terms["tier_name"] for terms in body["terms"]] == ["Tier 2"]
    assert body == elena.get("/contracts").json()["items"][0]


def test_a_contract_comes_with_its_life_to_its_own_customer(cast: Cast) -> None:
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    contract = signed(cast, renewal=YEARLY)
    sam = caller(cast.sam)
    body = sam.get(f"/contracts/{contract.pk}").json()
    assert body["renewal"] == {"rule": "automatic", "months": 12, "notice_days": 30}
    assert (body["ends_on"], body["notice_by"], body["ending"]) == ("2026-12-31", "2026-12-01", "")
    assert body["covers"] == [
        {"site": None, "device": None, "first_day": "2026-01-01", "last_day": "2026-12-31"}
    ]
    (event,) = body["events"]
    assert (event["milestone"], event["on"]) == ("signed", "2026-01-01")
    assert set(event) == {"milestone", "on", "words", "at"}
    assert_problem(caller(cast.nora).get(f"/contracts/{contract.pk}"), 404)


def test_a_calendar_comes_with_its_versions(cast: Cast) -> None:
    elena = caller(cast.elena)
    listed = elena.get("/calendars").json()["items"][0]
    assert listed["versions"][0]["spec"]["tz"] == "America/Los_Angeles"
    assert elena.get(f"/calendars/{listed['id']}").json() == listed
    assert_problem(caller(cast.nora).get(f"/calendars/{listed['id']}"), 404)


def test_calls_are_counted_by_key_and_reads_apart_from_writes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"reads": "2/day", "writes": "1/day"})
    elena, amit = caller(cast.elena), caller(cast.amit)
    assert [elena.get("/me").status_code for _ in range(3)] == [200, 200, 429]
    refused = elena.get("/me")
    assert_problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 86_400
    assert [elena.post("/tickets", REPORT).status_code for _ in range(2)] == [201, 429]
    assert amit.get("/me").status_code == 200
    with acting(cast.elena):
        assert Ticket.objects.count() == 1


def test_answers_are_kept_out_of_shared_caches(cast: Cast) -> None:
    elena = caller(cast.elena)
    assert elena.get("/tickets")["Cache-Control"] == "no-store"
    assert elena.get(f"/tickets/{opened(elena)}")["Cache-Control"] == "private, no-cache"
    assert elena.get("/nothing/here").headers.get("Cache-Control") in (None, "no-store")
