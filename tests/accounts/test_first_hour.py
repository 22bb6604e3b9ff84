"""The first hour: what is done is read from the rows, and it can be left at any time."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.mark_first_hour import mark_first_hour
from accounts.actions.open_provider import NewProvider, found_on_plan
from accounts.capabilities import Role
from accounts.first_hour import ORDER, first_hour_of
from accounts.models import Provider
from accounts.plans import plan_named
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing, NotAllowed
from calcom_portal.common.tenancy import provider_scope, system_scope
from tests.builders import build_contract, build_customer, build_person
from tests.cast import Cast
from tests.stage import acting, browser_of


@pytest.fixture
def hana(db: None) -> Viewer:
    """The administrator of a provider that was just founded."""
    wanted = NewProvider("Harbor Voice", "harbor-voice", "HV", "service@harborvoice.example")
    provider = found_on_plan(wanted, plan_named("trial"))
    return build_person(provider, Role.PROVIDER_ADMIN, name="Hana Ito")


def provider_of(viewer: Viewer) -> Provider:
    with provider_scope(provider_id=viewer.provider_id):
        return Provider.objects.get()


def done(viewer: Viewer) -> list[str]:
    with acting(viewer):
        stands = first_hour_of(Provider.objects.get()).stands
        assert tuple(stand.step.code for stand in stands) == ORDER
        return [stand.step.code for stand in stands if stand.is_done]


def test_a_step_is_done_when_its_rows_are_there(hana: Viewer) -> None:
    assert done(hana) == ["name", "tiers"]
    customer = build_customer(provider_of(hana))
    assert done(hana) == ["name", "tiers", "customer"]
    build_contract(customer)
    build_person(provider_of(hana), Role.TECHNICIAN)
    assert done(hana) == ["name", "tiers", "customer", "contract", "colleague"]


def test_real_pages_do_the_steps_and_the_way_back_stands_on_the_queue(hana: Viewer) -> None:
    browser = browser_of(hana)
    assert "Your first hour: 2 of 7." in browser.get("/queue/").content.decode()
    letterhead = {"name": "Harbor Voice", "address": "1 Pier\nSeattle", "phone": "", "email": ""}
    browser.post("/company/", letterhead)
    customer = {"name": "Pier 9 Hotel", "number": "C-1", "phone": ""}
    browser.post("/customers/new/", customer | {"submission": str(uuid.uuid4())})
    page = browser.get("/queue/").content.decode()
    assert "Your first hour: 4 of 7." in page
    assert "Next: Set your business hours." in page


def test_steps_are_left_out_and_the_whole_is_dismissed(hana: Viewer) -> None:
    browser = browser_of(hana)
    for code in ("letterhead", "hours", "customer", "contract", "colleague"):
        assert browser.post(f"/first-hour/{code}/skip/").status_code == 303
    assert "Harbor Voice</bdi> is ready" in browser.get("/first-hour/").content.decode()
    assert "All is done." in browser.get("/queue/").content.decode()
    browser.post("/first-hour/done/")
    assert "Your first hour" not in browser.get("/queue/").content.decode()


def test_a_step_that_does_not_exist_is_refused(hana: Viewer) -> None:
    assert browser_of(hana).post("/first-hour/nothing/skip/").status_code == 404
    with acting(hana), pytest.raises(Missing):
        mark_first_hour(skip="nothing", actor=hana)
    assert provider_of(hana).first_hour == {}


def test_only_administrators_of_the_provider_have_a_first_hour(hana: Viewer, cast: Cast) -> None:
    dana = build_person(provider_of(hana), Role.TECHNICIAN)
    assert "Your first hour" not in browser_of(dana).get("/queue/").content.decode()
    with acting(dana), pytest.raises(NotAllowed):
        mark_first_hour(actor=dana)


def test_an_old_provider_is_not_asked(hana: Viewer) -> None:
    with system_scope("a test makes a provider older"):
        old = timezone.now() - timedelta(days=61)
        Provider.objects.filter(pk=hana.provider_id).update(created_at=old)
    assert "Your first hour" not in browser_of(hana).get("/queue/").content.decode()


def test_the_page_asks_little(hana: Viewer) -> None:
    browser = browser_of(hana)
    browser.get("/first-hour/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/first-hour/")
    assert len(queries) <= 22
