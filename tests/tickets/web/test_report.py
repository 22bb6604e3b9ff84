"""Reporting a problem: what is promised is said before it is sent, and it counts once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from calcom_portal.common.tenancy import provider_scope
from tests.builders import TIER_1, build_contract, build_customer, build_device, build_person
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.web.helpers import (
    HTMX,
    MONDAY_10,
    SATURDAY_11,
    at_most_queries,
    report_of,
    reported,
    send_report,
    text_of,
)
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db


def test_the_first_load_says_who_pays_and_by_when(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    page = browser_of(cast.elena).get("/tickets/new/")
    assert "Tier 2 · we respond by Wed 16:00 PDT" in text_of(page)


def test_the_line_follows_the_answers(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    query = {"kind": "problem", "handset": "dead", "how_many": "several", "device": "other"}
    part = browser_of(cast.elena).get("/tickets/new/cover/", query, headers=HTMX)
    assert "we respond by Tue 09:00 PDT" in text_of(part)
    assert "Emergency, within 8 business hours." in text_of(part)
    assert "Mon 10:00 to 17:00" in text_of(part)


def test_out_of_hours_it_says_when_counting_starts(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(SATURDAY_11)
    page = browser_of(cast.elena).get("/tickets/new/")
    assert "We are closed now: counting starts Mon 08:00 PDT." in text_of(page)


def test_without_a_contract_it_says_that_nothing_is_promised(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    page = browser_of(cast.sam).get("/tickets/new/")
    assert "No response promise" in text_of(page)
    assert "No contract covers the whole company on 15 Jun 2026" in text_of(page)


def test_a_tier_without_promise_says_so(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    build_contract(cast.sutter, TIER_1)
    page = browser_of(cast.sam).get("/tickets/new/")
    assert "No response promise" in text_of(page)
    assert "we respond by" not in text_of(page)


def test_a_report_becomes_a_ticket_with_the_promise_that_was_shown(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    url = reported(cast.elena, device=str(cast.phone_system.pk), reach="(415) 555-0142")
    assert url == "/tickets/CC-1001/"
    assert "due Tue 09:00 PDT" in text_of(browser_of(cast.elena).get(url))
    with acting(cast.elena):
        ticket = Ticket.objects.get(reference="CC-1001")
    assert ticket.subject == "No dial tone or a dead phone: Main phone system"
    assert (ticket.priority, ticket.device_id) == ("emergency", cast.phone_system.pk)
    assert ticket.site_id == cast.market_street.pk
    assert ticket.answers["reach"] == "(415) 555-0142"


def test_sending_twice_makes_one_ticket_and_shows_it(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    client, values = browser_of(cast.elena), report_of()
    first = client.post("/tickets/new/", values)
    second = client.post("/tickets/new/", values, follow=True)
    assert first.headers["Location"] == second.request["PATH_INFO"] == "/tickets/CC-1001/"
    assert "This was already sent: here is the ticket." in text_of(second)
    with acting(cast.elena):
        assert Ticket.objects.count() == 1


def test_the_same_form_with_other_words_is_kept_and_not_sent_over(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    client, values = browser_of(cast.elena), report_of()
    client.post("/tickets/new/", values)
    again = client.post("/tickets/new/", values | {"words": "Now all phones."})
    assert again.status_code == 422
    assert "Now all phones." in again.content.decode()
    assert values["submission"] not in again.content.decode()
    with acting(cast.elena):
        assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"handset": "exploded"}, "Choose one of the answers."),
        ({"device": "999999"}, "Choose one of your devices"),
        ({"site": "999999"}, "Choose one of your sites."),
        (
            {"handset": "", "words": "  \u200b "},
            "Choose what happens, or describe it in question 4.",
        ),
        ({"handset": "not_a_phone", "words": ""}, "Tell us in a few words what is wrong."),
        ({"words": "x" * 20_001}, "longer than 20,000 characters"),
        ({"reach": "a\nb"}, "Write this on one line."),
        ({"submission": "twice"}, "This page was too old. Send it again"),
    ],
)
def test_a_bad_value_is_named_at_its_field_and_nothing_is_lost(
    cast: Cast, database_time: DatabaseTime, changes: dict[str, Any], words: str
) -> None:
    database_time.set(MONDAY_10)
    kept = {"reach": "at the rear entrance"} | changes
    response = send_report(cast.elena, **kept)
    assert response.status_code == 422
    assert words in text_of(response)
    if "reach" not in changes:
        assert "at the rear entrance" in response.content.decode()
    with acting(cast.elena):
        assert Ticket.objects.count() == 0


def test_a_rival_companys_device_cannot_be_chosen(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    response = send_report(cast.sam, device=str(cast.phone_system.pk))
    assert response.status_code == 422
    assert "Main phone system" not in response.content.decode()


def test_a_label_on_a_device_chooses_it(cast: Cast) -> None:
    page = browser_of(cast.elena).get(f"/tickets/new/?device={cast.phone_system.pk}")
    assert f'value="{cast.phone_system.pk}" checked' in page.content.decode()


def test_many_devices_become_one_list_by_site(cast: Cast) -> None:
    for number in range(13):
        build_device(cast.market_street, f"Phone {number}")
    page = browser_of(cast.elena).get("/tickets/new/").content.decode()
    assert '<optgroup label="Market Street">' in page


def test_a_programming_change_is_wanted_inside_business_hours_only(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    wish = {
        "kind": "programming",
        "subject": "Add extension 226",
        "wanted_day": "2026-06-20",
        "wanted_from": "09:00",
        "wanted_to": "10:00",
    }
    refused = send_report(cast.elena, **wish)
    assert refused.status_code == 422
    assert "Monday to Friday, 08:00 to 17:00 Pacific time" in text_of(refused)
    url = reported(cast.elena, **wish | {"wanted_day": "2026-06-17"})
    assert "Wanted Wed 09:00 to 10:00 PDT" in text_of(browser_of(cast.elena).get(url))


def test_a_request_of_an_unknown_kind_is_refused(cast: Cast) -> None:
    assert browser_of(cast.elena).get("/tickets/new/?kind=pizza").status_code == 400


def test_files_come_with_the_report(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    photo = SimpleUploadedFile("front desk.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    url = reported(cast.elena, files=[photo])
    assert "front desk.png" in text_of(browser_of(cast.elena).get(url))
    with acting(cast.elena):
        assert Attachment.objects.count() == 1


def test_an_empty_file_is_refused_by_name(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    response = send_report(cast.elena, files=[SimpleUploadedFile("empty.log", b"")])
    assert response.status_code == 422
    assert "empty.log is empty" in text_of(response)


def test_staff_choose_the_customer_first_and_report_for_somebody(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    client = browser_of(cast.dana)
    chooser = client.get("/tickets/new/", {"name": "bayv"})
    assert "Bayview Dental Group" in text_of(chooser)
    assert "Sutter Freight" not in text_of(chooser)
    values = report_of(customer=str(cast.bayview.pk), reporter=str(cast.elena.membership_id))
    response = client.post("/tickets/new/", values)
    assert response.status_code == 303
    with provider_scope(provider_id=cast.calcom.pk):
        ticket = Ticket.objects.get(reference="CC-1001")
    assert (ticket.customer_id, ticket.reporter_id) == (cast.bayview.pk, cast.elena.membership_id)


def test_staff_cannot_name_a_reporter_of_another_company(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    values = report_of(customer=str(cast.bayview.pk), reporter=str(cast.sam.membership_id))
    response = browser_of(cast.dana).post("/tickets/new/", values)
    assert response.status_code == 422
    assert "Choose one of the people of this customer." in text_of(response)


def test_a_customer_cannot_report_for_another_company(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    reported(cast.elena, customer=str(cast.sutter.pk))
    with provider_scope(provider_id=cast.calcom.pk):
        assert Ticket.objects.get().customer_id == cast.bayview.pk


def test_without_javascript_the_promise_can_be_asked_for(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    response = browser_of(cast.elena).post("/tickets/new/", report_of(preview="1"))
    assert response.status_code == 200
    assert "we respond by Tue 09:00 PDT" in text_of(response)
    assert "Both front desk phones are silent." in response.content.decode()
    with acting(cast.elena):
        assert Ticket.objects.count() == 0


def test_nobody_is_asked_more_queries_for_more_devices(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    client = browser_of(cast.elena)
    client.get("/tickets/new/")
    for number in range(30):
        build_device(cast.market_street, f"Phone {number}")
    with at_most_queries(11):
        client.get("/tickets/new/")


def test_another_providers_customer_looks_absent(cast: Cast) -> None:
    stranger = build_customer(cast.northline, "Unseen")
    build_person(cast.northline, cast.kim.role, customer=stranger)
    client = browser_of(cast.dana)
    absent = client.get("/tickets/new/?customer=999999999")
    other = client.get(f"/tickets/new/?customer={stranger.pk}")
    assert (absent.status_code, other.status_code) == (404, 404)
    assert text_of(absent) == text_of(other)


def test_a_submission_key_of_its_own_makes_a_ticket_of_its_own(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    reported(cast.elena, submission=str(uuid.uuid4()))
    assert reported(cast.elena, submission=str(uuid.uuid4())) == "/tickets/CC-1002/"
