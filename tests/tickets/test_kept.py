"""A month's figures: counted from sealed verdicts, and each can be proved."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.capabilities import Role
from accounts.models import Customer
from accounts.viewer import Viewer
from contracts.sla import Priority
from tests.builders import build_customer, build_person
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened, request_of
from tests.tickets.web.helpers import at_most_queries, text_of
from tickets.actions import open_ticket, reply_to_ticket
from tickets.kept import Figures, Kept, figures_of
from tickets.models import Ticket, Verdict
from tickets.months import Month
from tickets.sweeps.deadlines import sweep_deadlines

PACIFIC = ZoneInfo("America/Los_Angeles")
JUNE = Month(2026, 6)


@pytest.fixture
def june(cast: Cast, database_time: DatabaseTime) -> list[Ticket]:
    """Give a promise that was kept, one that was missed and one that still runs, all in June."""
    kept = opened(cast, database_time, "2026-06-15T10:00:00-07:00", subject="Kept")
    missed = opened(cast, database_time, "2026-06-15T10:00:00-07:00", subject="=Missed")
    database_time.set("2026-06-15T11:30:00-07:00")
    with acting(cast.dana):
        reply_to_ticket(ticket=kept, text="We look at it.", actor=cast.dana)
    database_time.set("2026-06-17T09:00:00-07:00")
    sweep_deadlines()
    runs = opened(
        cast,
        database_time,
        "2026-06-17T10:00:00-07:00",
        subject="Runs",
        priority=Priority.MINOR,
    )
    return [kept, missed, runs]


def figures(viewer: Viewer, month: Month = JUNE) -> list[Figures]:
    with acting(viewer):
        return figures_of(month, PACIFIC)


def test_a_month_counts_what_was_due_in_it(cast: Cast, june: list[Ticket]) -> None:
    (own,) = figures(cast.dana)
    assert own.name == "Bayview Dental Group"
    assert (own.respond, own.resolve, own.not_judged) == (Kept(1, 1), Kept(), 1)
    assert (own.answered, own.median) == (1, timedelta(hours=1, minutes=30))
    assert figures(cast.dana, Month(2026, 5)) == figures(cast.dana, Month(2026, 7)) == []


def test_customers_see_their_own_month_and_rivals_nothing(cast: Cast, june: list[Ticket]) -> None:
    assert figures(cast.elena) == figures(cast.dana)
    for stranger in (cast.sam, cast.nora, cast.kim):
        assert figures(stranger) == []


def test_a_corrected_verdict_counts_as_its_correction_says(
    cast: Cast, june: list[Ticket], database_time: DatabaseTime
) -> None:
    with acting(cast.ruth):
        first = Verdict.objects.get(ticket=june[1])
        Verdict.objects.create(
            provider_id=first.provider_id,
            customer_id=first.customer_id,
            ticket=june[1],
            metric=first.metric,
            outcome="met",
            due_at=first.due_at,
            stopped_at=first.due_at,
            sealed_at=first.sealed_at,
            fact_id=first.fact_id,
            corrects=first,
            reason="It was received in time.",
        )
    (own,) = figures(cast.dana)
    assert own.respond == Kept(2, 0)
    page = text_of(browser_of(cast.elena).get("/reports/?month=2026-06"))
    assert "Corrected: It was received in time." in page


def test_a_hundred_percent_means_every_single_one() -> None:
    assert (Kept(999, 1).percent, Kept(5, 0).percent, Kept().percent) == (99, 100, None)


@pytest.mark.parametrize(
    ("month", "start", "end"),
    [
        ("2026-06", "2026-06-01T07:00:00+00:00", "2026-07-01T07:00:00+00:00"),
        ("2026-11", "2026-11-01T07:00:00+00:00", "2026-12-01T08:00:00+00:00"),
        ("2026-12", "2026-12-01T08:00:00+00:00", "2027-01-01T08:00:00+00:00"),
    ],
)
def test_a_month_begins_at_midnight_of_the_providers_zone(month: str, start: str, end: str) -> None:
    bounds = Month.read(month).bounds(PACIFIC)
    assert [one.isoformat() for one in bounds] == [start, end]
    assert str(Month.of(bounds[0], PACIFIC)) == month
    assert str(Month.of(bounds[0] - timedelta(seconds=1), PACIFIC)) < month


def test_a_miss_says_when_it_was_answered_after_all(
    cast: Cast, june: list[Ticket], database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-17T11:00:00-07:00")
    with acting(cast.dana):
        reply_to_ticket(ticket=june[1], text="We are sorry.", actor=cast.dana)
    page = text_of(browser_of(cast.elena).get("/reports/?month=2026-06&show=missed"))
    assert "Wed 17 Jun, 11:00 PDT Missed" in page
    data = browser_of(cast.elena).get("/reports/promises.csv?month=2026-06").content.decode()
    (row,) = [one for one in csv.reader(io.StringIO(data)) if june[1].reference in one]
    assert "2026-06-17T11:00:00-07:00" in row


def test_months_are_counted_over_years() -> None:
    assert str(Month(2026, 1).moved(-1)) == "2025-12"
    assert str(Month(2026, 12).moved(13)) == "2028-01"
    assert Month.of(datetime(2026, 10, 5, tzinfo=UTC), UTC).label == "October 2026"


def test_staff_see_every_customer_and_the_tickets_behind_each_figure(
    cast: Cast, june: list[Ticket]
) -> None:
    browser = browser_of(cast.dana)
    page = text_of(browser.get("/reports/?month=2026-06"))
    assert "Bayview Dental Group" in page
    assert "50 % 1 of 2" in page
    assert "1 h 30 m" in page
    behind = f"/reports/{cast.bayview.pk}/?month=2026-06"
    assert "Kept" in text_of(browser.get(behind))
    missed = text_of(browser.get(f"{behind}&show=missed"))
    assert f"{june[1].reference} =Missed" in missed
    assert june[0].reference not in missed
    assert june[2].reference in text_of(browser.get(f"{behind}&show=open"))


def test_a_customer_sees_whether_its_promises_were_kept(cast: Cast, june: list[Ticket]) -> None:
    page = text_of(browser_of(cast.amit).get("/reports/?month=2026-06"))
    assert "Were the promises kept?" in page
    assert "50 % 1 of 2" in page
    assert june[1].reference in page
    assert "Sutter" not in page


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "month=１", "show=x", "after=zz"])
def test_what_the_page_does_not_offer_is_refused(cast: Cast, query: str) -> None:
    assert browser_of(cast.elena).get(f"/reports/?{query}").status_code in (400, 404)


def test_the_file_for_staff_has_a_row_a_customer(cast: Cast, june: list[Ticket]) -> None:
    with acting(cast.ruth):
        Customer.objects.filter(pk=cast.bayview.pk).update(name="@Bayview")
    rows = _rows(cast.dana, "/reports/promises.csv?month=2026-06")
    assert rows[0][:5] == [
        "month",
        "customer_number",
        "customer",
        "answers_in_time",
        "answers_late",
    ]
    assert rows[1][0] == "2026-06"
    assert rows[1][2:] == ["'@Bayview", "1", "1", "0", "0", "1", "1", "90"]


def test_the_file_for_a_customer_has_a_row_a_promise(cast: Cast, june: list[Ticket]) -> None:
    rows = _rows(cast.elena, "/reports/promises.csv?month=2026-06")
    by_ticket = {row[0]: row for row in rows[1:]}
    assert by_ticket[june[0].reference][1:6] == [
        "Kept",
        "First answer",
        "Kept",
        "2026-06-16T09:00:00-07:00",
        "2026-06-15T11:30:00-07:00",
    ]
    assert by_ticket[june[1].reference][1:4] == ["'=Missed", "First answer", "Missed"]
    assert by_ticket[june[2].reference][3] == "Not judged"
    assert rows == _rows(cast.dana, f"/reports/{cast.bayview.pk}/promises.csv?month=2026-06")


def test_the_page_asks_as_much_for_many_customers_as_for_one(
    cast: Cast, june: list[Ticket]
) -> None:
    for number in range(5):
        other = build_customer(cast.calcom, f"Other {number}")
        reporter = build_person(cast.calcom, Role.CUSTOMER_USER, customer=other)
        ticket = request_of(cast, reporter, site_id=None, device_id=None)
        with acting(reporter):
            open_ticket(request=ticket, actor=reporter)
    browser = browser_of(cast.dana)
    browser.get("/reports/?month=2026-06")
    with at_most_queries(9):
        browser.get("/reports/?month=2026-06")
    with at_most_queries(12):
        browser.get(f"/reports/{cast.bayview.pk}/?month=2026-06")


def _rows(viewer: Viewer, url: str) -> list[list[str]]:
    answer = browser_of(viewer).get(url)
    assert answer["Content-Disposition"] == 'attachment; filename="promises-2026-06.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
