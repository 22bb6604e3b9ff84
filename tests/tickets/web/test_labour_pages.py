"""Labour on screens: who pays is said before and after, in the same words to both sides."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from calcom_portal.common.tenancy import provider_scope
from contracts.coverage import Work
from tests.builders import build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime, browser_of
from tests.tickets.helpers import nothing_changes, opened
from tests.tickets.labour import WEDNESDAY_18, logged, sign, work
from tests.tickets.web.helpers import HTMX, MONDAY_10, at_most_queries, text_of
from tickets.models import LabourEntry, LabourTimer, Ticket

pytestmark = pytest.mark.django_db
URL = "/tickets/CC-1001/"


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Monday, seen from Wednesday evening; the system has a Tier 2 contract."""
    sign(cast, "TIER2")
    build_price_list(cast.calcom)
    found = opened(cast, database_time)
    database_time.set(WEDNESDAY_18)
    return found


def time_of(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends to log an hour of training."""
    values = {
        "work": "training",
        "device": str(cast.phone_system.pk),
        "day": "2026-06-17",
        "start": "09:00",
        "end": "10:00",
        "note": "Showed the new menu",
        "submission": str(uuid.uuid4()),
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("problem", "Covered Troubleshooting is included in Tier 2."),
        ("programming", "Covered Programming is included in Tier 2 in normal business hours."),
        ("training", "Billable Training is not part of Tier 2: USD 95.00 an hour."),
        ("firmware", "Billable A firmware update is not part of Tier 2: USD 95.00 an hour."),
    ],
)
def test_who_pays_is_said_before_a_report_is_sent(
    cast: Cast, database_time: DatabaseTime, kind: str, words: str
) -> None:
    sign(cast, "TIER2")
    database_time.set(MONDAY_10)
    query = f"?kind={kind}&device={cast.phone_system.pk}"
    part = browser_of(cast.elena).get(f"/tickets/new/cover/{query}", headers=HTMX)
    assert words in text_of(part)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "training",
            (
                "Billable Training is not part of Tier 2: USD 142.50 an hour outside business"
                " hours. In business hours: USD 95.00 an hour."
                " A visit is charged: USD 45.00 a trip."
            ),
        ),
        (
            "firmware",
            (
                "Billable A firmware update is not part of Tier 2: USD 142.50 an hour outside"
                " business hours. In business hours: USD 95.00 an hour."
            ),
        ),
        (
            "programming",
            (
                "Covered Programming is included in Tier 2 in normal business hours."
                " Now: USD 142.50 an hour outside business hours."
            ),
        ),
        (
            "problem",
            (
                "Covered Troubleshooting is included in Tier 2."
                " A visit is charged: USD 45.00 a trip."
            ),
        ),
        ("inspection", "Covered An inspection is included in Tier 2, once in each year"),
    ],
)
def test_at_ten_in_the_evening_the_rate_of_the_evening_is_said(
    cast: Cast, database_time: DatabaseTime, kind: str, words: str
) -> None:
    sign(cast, "TIER2")
    database_time.set("2026-06-15T22:00:00-07:00")
    query = f"?kind={kind}&device={cast.phone_system.pk}"
    part = text_of(browser_of(cast.elena).get(f"/tickets/new/cover/{query}", headers=HTMX))
    assert words in part
    # The trip to an inspection is covered with it.
    assert ("a trip" in part) is (kind in {"training", "problem"})


def test_in_business_hours_neither_the_evening_nor_a_trip_that_nobody_makes_is_named(
    cast: Cast, database_time: DatabaseTime
) -> None:
    sign(cast, "TIER2")
    database_time.set(MONDAY_10)
    query = f"?kind=firmware&device={cast.phone_system.pk}"
    part = text_of(browser_of(cast.elena).get(f"/tickets/new/cover/{query}", headers=HTMX))
    assert "USD 95.00 an hour." in part
    assert "an hour outside business hours" not in part
    assert "a trip" not in part


def test_without_trouble_in_the_tier_remote_help_is_still_covered(
    cast: Cast, database_time: DatabaseTime
) -> None:
    sign(cast, "TIER1")
    database_time.set(MONDAY_10)
    part = browser_of(cast.elena).get(f"/tickets/new/?device={cast.phone_system.pk}")
    assert (
        "Covered Remote support is included in Tier 1."
        " Troubleshooting is not part of Tier 1: USD 95.00 an hour."
    ) in text_of(part)


def test_the_ticket_says_who_pays_and_what_was_done(cast: Cast, ticket: Ticket) -> None:
    logged(ticket, work("09:00", "09:50", Work.TRAINING, trip=True), cast.dana)
    read = text_of(browser_of(cast.elena).get(URL))
    assert "Covered Troubleshooting is included in Tier 2." in read
    assert "Training , 1 h" in read.replace("Training,", "Training ,")
    assert "you pay USD 140.00" in read
    assert "Start timer" not in read
    assert "to pay USD 140.00" in text_of(browser_of(cast.dana).get(URL))


def test_with_labour_the_page_costs_twelve_queries_however_much_there_is(
    cast: Cast, ticket: Ticket
) -> None:
    client = browser_of(cast.dana)
    for hour in range(8, 17):
        logged(ticket, work(f"{hour:02}:00", f"{hour:02}:50"), cast.dana)
    client.get(URL)
    with at_most_queries(12):
        client.get(URL)


def test_logging_an_hour_leads_back_to_the_ticket(cast: Cast, ticket: Ticket) -> None:
    client, values = browser_of(cast.dana), time_of(cast)
    first, again = (client.post(f"{URL}time/", values) for _ in range(2))
    assert [first.status_code, again.status_code] == [303, 303]
    assert first.headers["Location"] == URL
    with provider_scope(provider_id=cast.calcom.pk):
        entry = LabourEntry.objects.get()
        assert (entry.minutes, entry.note) == (60, "Showed the new menu")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end": None}, "Say when it ended, or how many minutes it took."),
        ({"end": "09:00"}, "Choose a later end."),
        ({"minutes": "0", "end": None}, "Write a number from 1 to 1,440."),
        ({"minutes": "-5", "end": None}, "Write a number from 1 to 1,440."),
        ({"minutes": "1441", "end": None}, "Write a number from 1 to 1,440."),
        ({"minutes": "٣", "end": None}, "Write a whole number with the digits 0 to 9."),
        ({"minutes": "59"}, "This is not what lies between the two times"),
        ({"day": "2026-06-18"}, "This lies in the future."),
        ({"day": "2026-13-01"}, "Choose a day, such as 2026-06-16."),
        ({"day": None}, "Choose the day."),
        ({"start": "24:00"}, "Choose a time, such as 09:00."),
        ({"device": "999999"}, "Choose one from the list."),
        ({"work": "trip"}, "Choose one from the list."),
        ({"note": "a\nb"}, "Write this on one line."),
        ({"day": "2026-03-08", "start": "02:30", "end": "03:30"}, "skip this time"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    cast: Cast, ticket: Ticket, changes: dict[str, Any], words: str
) -> None:
    with nothing_changes(ticket):
        answer = browser_of(cast.dana).post(f"{URL}time/", time_of(cast, **changes))
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_who_will_pay_is_said_while_the_form_is_filled_in(cast: Cast, ticket: Ticket) -> None:
    headers = HTMX | {"HX-Target": "consequence"}
    values = time_of(cast, work="programming", start="16:30", end="17:30")
    with nothing_changes(ticket):
        part = browser_of(cast.dana).post(f"{URL}time/", values, headers=headers)
    read = text_of(part)
    assert "Covered Programming is included in Tier 2 in normal business hours." in read
    assert "Billable Programming is included in normal business hours only" in read


def test_overlapping_work_is_asked_about_once(cast: Cast, ticket: Ticket) -> None:
    logged(ticket, work("09:30", "10:30"), cast.dana)
    client = browser_of(cast.dana)
    asked = client.post(f"{URL}time/", time_of(cast))
    assert asked.status_code == 422
    assert "Work on CC-1001 is logged already from today 09:30 PDT" in text_of(asked)
    assert re.search(
        r'<input[^>]*type="checkbox"[^>]*name="overlap_ok"|name="overlap_ok"[^>]*'
        r'type="checkbox"',
        asked.content.decode(),
    )
    assert client.post(f"{URL}time/", time_of(cast, overlap_ok="on")).status_code == 303


def test_the_timer_survives_and_fills_the_form(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-17T10:00:30-07:00")
    assert browser_of(cast.dana).post(f"{URL}timer/start/").status_code == 303
    database_time.set("2026-06-17T10:42:00-07:00")
    # Another browser of the same person.
    client = browser_of(cast.dana)
    assert "Stop and log" in text_of(client.get(URL))
    form = client.get(f"{URL}time/").content.decode()
    assert 'value="10:00"' in form
    assert 'value="10:42"' in form
    client.post(f"{URL}time/", time_of(cast, start="10:00", end="10:42"))
    with provider_scope(provider_id=cast.calcom.pk):
        assert not LabourTimer.objects.exists()


def test_a_second_ticket_says_where_the_timer_runs(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    client = browser_of(cast.dana)
    client.post(f"{URL}timer/start/")
    answer = client.post("/tickets/CC-1002/timer/start/", follow=True)
    assert "Your timer is running on CC-1001." in text_of(answer)
    client.post(f"{URL}timer/discard/")
    assert "Start timer" in text_of(client.get(URL))


def test_a_question_goes_there_and_the_answer_back(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, work("09:00", "10:00", Work.TRAINING), cast.dana)
    url = f"{URL}labour/{entry.pk}/"
    asked = browser_of(cast.elena).post(f"{url}question/", {"text": "Was it <b>that</b> long?"})
    assert asked.headers["Location"] == f"{URL}labour/"
    assert "Elena Moreno has a question" in text_of(browser_of(cast.dana).get(URL))
    browser_of(cast.dana).post(f"{url}answer/", {"text": "Two people."})
    page = browser_of(cast.elena).get(f"{URL}labour/")
    assert "Dana Okafor answered" in text_of(page)
    assert "<b>that</b>" not in page.content.decode()


def test_waiving_keeps_both_verdicts_in_sight(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, work("09:00", "10:00", Work.TRAINING), cast.dana)
    url = f"{URL}labour/{entry.pk}/override/"
    assert browser_of(cast.priya).post(url, {"cause": "goodwill"}).status_code == 422
    browser_of(cast.priya).post(url, {"cause": "goodwill", "reason": "Our delay"})
    read = text_of(browser_of(cast.elena).get(f"{URL}labour/"))
    assert "Goodwill by Priya Shah: Our delay" in read
    assert "What stood here before" in read
    assert "you pay USD 0.00" in read


def test_a_correction_of_what_was_replaced_meanwhile_is_refused(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, work("09:00", "10:00", Work.TRAINING), cast.dana)
    url, client = f"{URL}labour/{entry.pk}/", browser_of(cast.dana)
    values = time_of(cast, end="09:30", reason="Half an hour")
    assert client.post(f"{url}correct/", values).status_code == 303
    again = client.post(f"{url}strike/", {"reason": "No"})
    assert again.status_code == 422
    assert "This entry was replaced by another one meanwhile." in text_of(again)
