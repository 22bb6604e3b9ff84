"""Pages of inspections: what staff and customers read, and what the phone page is sent."""

from __future__ import annotations

import json

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.upkeep.inspections.helpers import answer, answers, begun, closing, only, owed, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_tuesday(database_time: DatabaseTime) -> None:
    database_time.set("2026-06-30T11:00-07:00")


def test_a_dispatcher_agrees_on_a_date(cast: Cast) -> None:
    inspection = owed(cast)
    browser = browser_of(cast.priya)
    page = browser.get(f"/inspections/{inspection.pk}/date/")
    key = page.context["form"]["submission"].value()
    sent_form = {
        "day": "2026-07-07T09:00",
        "end": "2026-07-07T12:00",
        "technicians": [cast.dana.membership_id],
        "submission": key,
    }
    answer = browser.post(f"/inspections/{inspection.pk}/date/", sent_form)
    assert answer.status_code == 303
    shown = browser.get(f"/inspections/{inspection.pk}/").content.decode()
    assert "Dana Okafor" in shown
    refused = browser.post(
        f"/inspections/{inspection.pk}/date/", sent_form | {"day": "2026-07-03T09:00"}
    )
    assert refused.status_code == 422


def test_the_phone_sends_and_hears_how_all_stands(cast: Cast) -> None:
    inspection = begun(cast)
    browser = browser_of(cast.dana)
    with acting(cast.dana):
        body = {"entries": [answer(inspection.items.get(title="Cabinet"))]}
    path = f"/inspections/{inspection.pk}/sync/"
    told = browser.post(path, json.dumps(body), content_type="application/json")
    assert told.status_code == 200
    assert told.json()["results"][0]["outcome"] == "taken"
    assert told.json()["state"] == "under_way"
    broken = browser.post(path, "{", content_type="application/json")
    assert (broken.status_code, broken.json()["field"]) == (422, "entries")


def test_a_customer_reads_the_signed_report_and_gets_its_document(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        sent(inspection, cast.dana, [*answers(inspection), closing()])
    browser = browser_of(cast.amit)
    page = browser.get(f"/inspections/{inspection.pk}/").content.decode()
    assert "23 points were looked at: 23 good." in page
    document = browser.get(f"/inspections/{inspection.pk}/pdf/")
    assert document.content.startswith(b"%PDF-")
    assert only(cast).told == 1


def test_the_list_takes_few_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owed(cast)
    browser = browser_of(cast.priya)
    browser.get("/inspections/")
    with django_assert_max_num_queries(20):
        assert browser.get("/inspections/").status_code == 200


def test_the_worker_of_the_phone_page_is_a_script_that_is_asked_for_anew(cast: Cast) -> None:
    answer = browser_of(cast.dana).get("/inspections/worker.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_dispatcher_plans_one_from_the_page_of_a_device(cast: Cast) -> None:
    device, plan = f"/devices/{cast.phone_system.pk}/", "Plan an inspection"
    browser = browser_of(cast.priya)
    assert plan in browser.get(device).content.decode()
    assert plan not in browser_of(cast.dana).get(device).content.decode()
    assert browser.post(f"{device}inspection/").status_code == 303
    shown = browser.get(device).content.decode()
    assert f"/inspections/{only(cast).pk}/" in shown
    assert plan not in shown
    assert browser.post(f"{device}inspection/").status_code == 409


def test_a_customer_finds_the_inspections_of_a_device_on_its_page(cast: Cast) -> None:
    inspection = owed(cast)
    shown = browser_of(cast.amit).get(f"/devices/{cast.phone_system.pk}/").content.decode()
    assert f"/inspections/{inspection.pk}/" in shown
    assert "Plan an inspection" not in shown
