"""The audit trail as a page and as files: filters, plain words, and what proves it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from accounts.audit import record, verify_audit
from accounts.audit_words import act_in_words, is_described
from accounts.jobs.files import path_of
from accounts.models import AuditEntry, Customer, Job
from tests.cast import Cast
from tests.jobs import finish_jobs
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tests.tickets.web.helpers import at_most_queries, text_of

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "notifications", "contracts", "tickets")
RECORDED = re.compile(r'\brecord\(\s*[a-z_.]+,\s*"([a-z_]+\.[a-z_]+)"')


def test_every_act_that_code_records_is_put_into_words() -> None:
    codes = {
        code
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for code in RECORDED.findall(path.read_text())
    }
    assert len(codes) > 50
    assert {code for code in codes if not is_described(code)} == set()


def test_an_unknown_act_is_made_readable() -> None:
    assert act_in_words("fax.sent_twice") == "Fax sent twice"


@pytest.fixture
def trail(cast: Cast, database_time: DatabaseTime) -> None:
    """Give a trail of a week: a ticket on Monday, a customer on Wednesday."""
    opened(cast, database_time)
    database_time.set("2026-06-17T23:30:00-07:00")
    with acting(cast.ruth):
        sutter = Customer.objects.get(pk=cast.sutter.pk)
        record(cast.ruth, "customer.changed", sutter, name='=HYPERLINK("http://x")')


def page(cast: Cast, **asked: str) -> str:
    return text_of(browser_of(cast.ruth).get("/audit/", asked)).split("Who Did what")[-1]


def rows_on(cast: Cast, **asked: str) -> set[str]:
    listed = page(cast, **asked)
    known = {"Opened a ticket": "ticket", "Changed a customer's data": "customer"}
    table = listed[listed.find("Details") :] if "Details" in listed else ""
    return {short for words, short in known.items() if words in table}


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"ticket", "customer"}),
        ({"actor": "elena"}, {"ticket"}),
        ({"action": "customer.changed"}, {"customer"}),
        ({"action": "ticket."}, {"ticket"}),
        ({"subject": "CC-1001"}, {"ticket"}),
        ({"since": "2026-06-16"}, {"customer"}),
        # Half past eleven in the evening where Ruth is: the next day in UTC.
        ({"until": "2026-06-16"}, {"ticket"}),
        ({"since": "2026-06-17", "until": "2026-06-17"}, {"customer"}),
        ({"since": "2026-06-18"}, set()),
        ({"actor": "elena", "action": "customer.changed"}, set()),
    ],
)
def test_the_trail_is_narrowed(cast: Cast, asked: dict[str, str], found: set[str]) -> None:
    assert rows_on(cast, **asked) == found


@pytest.mark.usefixtures("trail")
def test_entries_are_found_by_customer_whoever_acted(cast: Cast) -> None:
    assert rows_on(cast, customer=str(cast.sutter.pk)) == {"customer"}
    assert rows_on(cast, customer=str(cast.bayview.pk)) == {"ticket"}
    assert rows_on(cast, customer=str(cast.northline_customer.pk)) == set()


@pytest.mark.parametrize(
    "asked", [{"since": "yesterday"}, {"until": "9999-12-31"}, {"customer": "x"}]
)
def test_a_filter_that_cannot_be_read_is_refused(cast: Cast, asked: dict[str, str]) -> None:
    assert browser_of(cast.ruth).get("/audit/", asked).status_code == 400


@pytest.mark.usefixtures("trail")
def test_the_page_asks_the_same_few_questions_however_long_it_is(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    browser.get("/audit/")
    with acting(cast.ruth):
        for number in range(60):
            record(cast.ruth, "customer.changed", f"customer {number}")
    with at_most_queries(9):
        answer = browser.get("/audit/")
    assert "after=" in answer.content.decode()


def exported(cast: Cast, form: str, **asked: str) -> tuple[str, Job]:
    answer = browser_of(cast.ruth).post("/audit/export/", asked | {"form": form})
    assert answer.status_code == 303
    finish_jobs()
    with acting(cast.ruth):
        job = Job.objects.latest("pk")
    assert job.state == "done", job.error
    return path_of(job.file_key).read_text(encoding="utf-8-sig"), job


@pytest.mark.usefixtures("trail")
def test_the_table_is_safe_for_spreadsheets_and_holds_the_filter(cast: Cast) -> None:
    text, job = exported(cast, "csv", action="customer.changed")
    header, *rows = list(csv.reader(io.StringIO(text)))
    assert header == ["number", "at", "who", "via", "act", "in words", "thing", "details"]
    assert [row[4:6] for row in rows] == [["customer.changed", "Changed a customer's data"]]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert job.outcome is not None
    assert job.outcome["text"].endswith("The chain holds from the first entry to the newest.")


@pytest.mark.usefixtures("trail")
def test_the_lines_prove_themselves(cast: Cast) -> None:
    text, _ = exported(cast, "jsonl")
    lines: list[Any] = [json.loads(line) for line in text.splitlines()]
    previous = "0" * 64
    for line in lines:
        assert line["previous"] == previous
        told = f"{line['previous']}:{line['number']}:{line['body']}"
        previous = hashlib.sha256(told.encode()).hexdigest()
        assert line["digest"] == previous
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))


def test_an_export_needs_a_form_and_a_right(cast: Cast) -> None:
    assert browser_of(cast.ruth).post("/audit/export/", {"form": "xml"}).status_code == 400
    assert browser_of(cast.dana).post("/audit/export/", {"form": "csv"}).status_code == 403


@pytest.mark.usefixtures("trail")
def test_whom_an_entry_is_about_is_under_the_hash(cast: Cast) -> None:
    with acting(cast.ruth):
        entry = AuditEntry.objects.filter(action="customer.changed").latest("number")
        assert json.loads(entry.body)["customer"] == entry.customer_id == cast.sutter.pk
        assert verify_audit(cast.calcom.pk) is None
