"""A statement is frozen with its number; what changes later is on the next one."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.template.loader import get_template
from pypdf import PdfReader

from accounts.capabilities import Role
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import provider_scope
from contracts.coverage import Work
from notifications.models import Notice
from tests.builders import build_person, build_price_list
from tests.cast import Cast
from tests.jobs import finish_jobs
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import nothing_changes, opened
from tests.tickets.labour import logged, sign, work
from tests.tickets.web.helpers import at_most_queries, text_of
from tickets import statement_files
from tickets.actions import correct_labour, issue_statement, override_labour
from tickets.models import Cause, LabourEntry, LabourLine, Statement, StatementLine, Ticket
from tickets.views import statement_months

pytestmark = pytest.mark.django_db
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
IN_JULY, IN_AUGUST = "2026-07-02T09:00:00-07:00", "2026-08-03T09:00:00-07:00"


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of June, seen from July; the system has a Tier 2 contract."""
    sign(cast, "TIER2")
    build_price_list(cast.calcom)
    found = opened(cast, database_time)
    database_time.set(IN_JULY)
    return found


def two_hours(cast: Cast, ticket: Ticket) -> list[LabourEntry]:
    """Log an hour that is covered and one that is billable."""
    at = cast.phone_system.pk
    return [
        logged(ticket, work("09:00", "10:00", Work.TROUBLESHOOTING, device_id=at), cast.dana),
        logged(ticket, work("10:00", "11:00", Work.TRAINING, device_id=at), cast.dana),
    ]


def issued(cast: Cast, month: date = JUNE, actor: Viewer | None = None) -> Statement:
    """Issue Bayview's statement of a month."""
    actor = actor or cast.ruth
    with acting(actor):
        return issue_statement(customer=cast.bayview, month=month, actor=actor)


def lines_of(statement: Statement) -> list[tuple[str, str, int, str]]:
    """Return kind, work, minutes and amount of each line."""
    with provider_scope(provider_id=statement.provider_id):
        rows = StatementLine.objects.filter(statement=statement).order_by("position")
        return [(row.kind, row.work, row.charged_minutes, str(row.amount)) for row in rows]


def test_covered_and_billable_work_is_stated_with_its_worth(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    statement = issued(cast)
    assert (statement.number, statement.line_count, statement.minutes) == ("ST-1001", 2, 120)
    assert statement.totals == [
        {"currency": "USD", "worth": "190.00", "covered": "95.00", "due": "95.00"}
    ]
    assert lines_of(statement) == [
        ("work", "troubleshooting", 60, "0.00"),
        ("work", "training", 60, "95.00"),
    ]


def test_a_month_is_issued_once_by_who_may_and_when_it_is_over(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    with pytest.raises(NotAllowed):
        issued(cast, actor=cast.priya)
    with nothing_changes(ticket), pytest.raises(BadInput) as refused:
        issued(cast, JULY)
    assert refused.value.field == "month"
    issued(cast)
    with pytest.raises(RuleBroken, match="ST-1001 of June 2026 was issued"):
        issued(cast)


def test_there_is_no_empty_statement(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(RuleBroken, match="Nothing was done"):
        issued(cast)


def test_an_issued_month_takes_no_new_labour(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    issued(cast)
    with nothing_changes(ticket), pytest.raises(BadInput) as refused:
        logged(ticket, work("12:00", "13:00"), cast.dana)
    assert refused.value.field == "day"
    assert refused.value.message == "June 2026 is closed: statement ST-1001 was issued."
    logged(ticket, work("08:00", "08:30", day="2026-07-02"), cast.dana)


def test_a_later_correction_is_taken_back_and_charged_anew_on_the_next_statement(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    _, training = two_hours(cast, ticket)
    first = issued(cast)
    right = work("10:00", "10:30", Work.TRAINING, device_id=cast.phone_system.pk)
    with acting(cast.dana):
        correct_labour(entry=training, facts=right, reason="Half an hour", actor=cast.dana)
    database_time.set(IN_AUGUST)
    second = issued(cast, JULY)
    assert lines_of(first)[1] == ("work", "training", 60, "95.00")
    assert lines_of(second) == [
        ("late", "training", 30, "47.50"),
        ("reversal", "training", -60, "-95.00"),
    ]
    assert second.totals[0]["due"] == "-47.50"
    database_time.set("2026-09-03T09:00:00-07:00")
    with pytest.raises(RuleBroken, match="Nothing was done"):
        issued(cast, date(2026, 8, 1))


def test_what_is_waived_after_the_issue_comes_back(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    _, training = two_hours(cast, ticket)
    issued(cast)
    with acting(cast.ruth):
        override_labour(entry=training, cause=Cause.GOODWILL, reason="Sorry", actor=cast.ruth)
    database_time.set(IN_AUGUST)
    assert issued(cast, JULY).totals == [
        {"currency": "USD", "worth": "0.00", "covered": "95.00", "due": "-95.00"}
    ]


def test_a_statement_cannot_be_changed(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    statement = issued(cast)
    with provider_scope(provider_id=cast.calcom.pk):
        for model in (Statement, StatementLine, LabourEntry, LabourLine):
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.update(customer_id=cast.bayview.pk)
    assert lines_of(statement)


def test_other_customers_do_not_see_it(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    issued(cast)
    for viewer, count in ((cast.amit, 1), (cast.sam, 0), (cast.kim, 0)):
        with acting(viewer):
            assert Statement.objects.count() == count
            assert StatementLine.objects.count() == 2 * count


def test_the_page_says_what_it_is_worth_and_what_is_paid(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    issued(cast)
    client = browser_of(cast.amit)
    read = text_of(client.get("/statements/ST-1001/"))
    assert (
        "The work is worth USD 190.00 Covered by the contract USD 95.00 You pay USD 95.00" in read
    )
    assert "Troubleshooting is included in Tier 2." in read
    with at_most_queries(9):
        client.get("/statements/ST-1001/")
    assert "ST-1001" in text_of(client.get("/statements/"))
    assert browser_of(cast.elena).get("/statements/").status_code == 403


def test_the_open_month_shows_what_is_waiting(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    read = text_of(browser_of(cast.amit).get("/statements/open/"))
    assert "July 2026 so far" in read
    assert "You pay USD 95.00" in read


def test_a_month_is_issued_for_all_and_exported(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    client = browser_of(cast.ruth)
    assert "Issue all" in text_of(client.get("/statements/month/"))
    started = client.post("/statements/month/", {"month": "2026-06"})
    assert started.headers["Location"].startswith("/jobs/")
    finish_jobs()
    assert "1 statement was issued." in text_of(client.get(started.headers["Location"]))
    assert "Nothing is waiting." in text_of(client.get("/statements/month/?month=2026-06"))
    answer = client.get("/statements/month.csv?month=2026-06")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["id"], row["clause"], row["amount"]) for row in rows] == [
        ("ST-1001-0001", "TROUBLE", "0.00"),
        ("ST-1001-0002", "", "95.00"),
    ]
    assert client.get("/statements/month/?month=2026-6").status_code == 400


def test_a_large_month_is_exported_by_a_job(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_hours(cast, ticket)
    issued(cast)
    monkeypatch.setattr(statement_months, "AT_ONCE", 1)
    client = browser_of(cast.ruth)
    started = client.get("/statements/month.csv?month=2026-06")
    finish_jobs()
    page = client.get(started.headers["Location"])
    assert "The statements of June 2026 are ready." in text_of(page)
    file = client.get(f"{started.headers['Location']}file/")
    assert b"ST-1001-0002" in b"".join(file) or b"ST-1001-0002" in file.content


def test_one_customer_is_issued_alone(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    client = browser_of(cast.ruth)
    values = {"month": "2026-06", "customer": str(cast.bayview.pk)}
    answer = client.post("/statements/month/", values, follow=True)
    assert "ST-1001 was issued for Bayview Dental Group." in text_of(answer)


def test_texts_that_look_like_formulas_are_neutral_in_csv(cast: Cast, ticket: Ticket) -> None:
    notes = ("=1+1", "+1", "-2+3", "@SUM(A1)", "＝1+1", "Fine")
    for hour, note in enumerate(notes, start=8):
        facts = work(f"{hour:02}:00", f"{hour:02}:30", Work.TRAINING, note=note)
        logged(ticket, facts, cast.dana)
    issued(cast)
    answer = browser_of(cast.amit).get("/statements/ST-1001.csv")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["note"] for row in rows] == [*(f"'{note}" for note in notes[:-1]), "Fine"]
    assert {row["amount"] for row in rows} == {"47.50"}


def test_the_document_is_a_tagged_pdf_with_every_line(cast: Cast, ticket: Ticket) -> None:
    two_hours(cast, ticket)
    issued(cast)
    answer = browser_of(cast.amit).get("/statements/ST-1001.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(answer.content))
    read = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Statement ST-1001" in read
    assert "Training is not part of Tier 2: USD 95.00 an hour." in read
    assert "USD 190.00" in read
    assert "60" in read.split()
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]


def test_a_long_document_adds_up_what_is_alike(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in (9, 11, 13):
        logged(ticket, work(f"{hour:02}:00", f"{hour:02}:45", Work.TRAINING), cast.dana)
    issued(cast)
    monkeypatch.setattr(statement_files, "FOLDED_ABOVE", 2)
    answer = browser_of(cast.amit).get("/statements/ST-1001.pdf")
    pages = PdfReader(BytesIO(answer.content)).pages
    read = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Training, 3 lines" in read
    assert "135" in read
    assert "the list of all comes as CSV" in read


def test_the_customers_administrators_are_told_of_a_statement(cast: Cast, ticket: Ticket) -> None:
    elena_boss = build_person(cast.calcom, Role.CUSTOMER_ADMIN, customer=cast.bayview)
    two_hours(cast, ticket)
    issued(cast)
    with acting(cast.ruth):
        notices = Notice.objects.filter(kind="statement_issued")
        told = {notice.recipient_id for notice in notices}
        payload = notices[0].payload
    assert elena_boss.membership_id in told
    assert cast.elena.membership_id not in told
    assert (payload["number"], payload["month"], payload["due"]) == (
        "ST-1001",
        "June 2026",
        ["USD 95.00"],
    )
    assert payload["url"] == "/statements/ST-1001/"
    for ending in ("txt", "html"):
        text = get_template(f"tickets/mail/statement_issued.{ending}").render({"payload": payload})
        assert "USD 95.00" in text
