"""Planned work in the browser: its windows on the customer's clock, summer time and all."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from monitoring.models import Maintenance
from monitoring.planned import rule_of
from monitoring.work_page import spell_rule, window_lines
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of


def planned(**fields: Any) -> Maintenance:
    """Return work of two hours from 23:00 on Saturday 31 October 2026 in California."""
    usual = {
        "title": "Replacing the switch",
        "starts_on": date(2026, 10, 31),
        "starts_at": time(23),
        "zone": "America/Los_Angeles",
        "minutes": 180,
        "recurrence": "once",
    }
    return Maintenance(**{**usual, **fields})


def test_a_window_over_the_end_of_summer_time_keeps_its_length() -> None:
    (line,) = window_lines(rule_of(planned()), datetime(2026, 10, 1, tzinfo=UTC))
    assert line.words == "Sat 31 Oct 2026, 23:00 to Sun 1 Nov, 01:00 PST"
    assert (line.ends_at - line.starts_at).total_seconds() == 3 * 3600


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "On Sat 31 Oct 2026 at 23:00 for 3 h"),
        (
            {"recurrence": "daily", "minutes": 90, "until": date(2026, 12, 31)},
            "Every day from 31 Oct 2026 at 23:00 for 1 h 30 m, until 31 Dec 2026",
        ),
        (
            {"recurrence": "weekly", "weekdays": [2, 4, 7], "minutes": 45},
            "Every Tuesday, Thursday and Sunday from 31 Oct 2026 at 23:00 for 45 m",
        ),
        ({"recurrence": "weekly"}, "Every Saturday from 31 Oct 2026 at 23:00 for 3 h"),
        (
            {"recurrence": "monthly"},
            "Every last Saturday of the month from 31 Oct 2026 at 23:00 for 3 h",
        ),
    ],
)
def test_a_plan_is_told_in_words(fields: dict[str, Any], words: str) -> None:
    assert spell_rule(planned(**fields)) == words


def typed(**changes: Any) -> dict[str, Any]:
    """Return what somebody types to plan work every Tuesday night."""
    return {
        "title": "Updates",
        "place": "all",
        "recurrence": "weekly",
        "starts_on": "2026-06-16",
        "starts_at": "22:00",
        "minutes": "120",
        "weekdays": ["2"],
        "until": "",
        "zone": "America/Los_Angeles",
        "submission": str(uuid.uuid4()),
        **changes,
    }


@pytest.fixture
def june(cast: Cast, database_time: DatabaseTime) -> Cast:
    database_time.set("2026-06-15T09:00:00-07:00")
    return cast


def test_work_is_planned_once_changed_and_cancelled(june: Cast) -> None:
    browser, address = browser_of(june.priya), f"/maintenance/new/?device={june.phone_system.pk}"
    page = browser.get(address).content.decode()
    assert f'value="device-{june.phone_system.pk}" selected' in page
    assert 'value="America/Los_Angeles" selected' in page
    form = typed(place=f"site-{june.market_street.pk}")
    assert [browser.post(address, form).status_code for _ in range(2)] == [303, 303]
    with acting(june.priya):
        made = Maintenance.objects.get()
    assert (made.site_id, made.device_id, made.weekdays) == (june.market_street.pk, None, [2])
    shown = browser.get(f"/maintenance/{made.pk}/").content.decode()
    assert "Tue 16 Jun 2026, 22:00 to Wed 17 Jun, 00:00 PDT" in shown
    assert "Updates" in browser.get("/maintenance/").content.decode()
    edited = browser.post(f"/maintenance/{made.pk}/edit/", typed(title="Big updates"))
    assert edited.status_code == 303
    assert browser.post(f"/maintenance/{made.pk}/cancel/").status_code == 303
    assert "No work is planned" in browser.get("/maintenance/").content.decode()
    assert "Cancelled" in browser.get("/maintenance/?show=all").content.decode()
    assert browser.post(f"/maintenance/{made.pk}/cancel/").status_code == 409


def test_the_preview_shows_the_next_windows_and_saves_nothing(june: Cast) -> None:
    answer = browser_of(june.priya).post(
        f"/maintenance/preview/?customer={june.bayview.pk}", typed(), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    lines = answer.content.decode()
    assert lines.count("<li>") == 6
    assert "Tue 23 Jun 2026, 22:00 to Wed 24 Jun, 00:00 PDT" in lines
    with acting(june.priya):
        assert not Maintenance.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": "2026-02-30"}, "Write a day of the calendar"),
        ({"starts_at": "24:00"}, "Write a time as 22:30."),
        ({"starts_at": "２２:00"}, "Write a time as 22:30."),
        ({"minutes": "0"}, "from 1 to 10,080"),
        ({"recurrence": "daily", "minutes": "1440"}, "daily work less than a day"),
        ({"recurrence": "once", "starts_on": "2026-06-01"}, "passed already"),
        ({"until": "2026-06-01"}, "before the first one"),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"place": "device-999999"}, "Select a valid choice"),
        ({"weekdays": ["8"]}, "Select a valid choice"),
        ({"title": "a\nb"}, "on one line"),
    ],
)
def test_bad_input_is_refused_at_its_field(june: Cast, changes: Any, words: str) -> None:
    browser = browser_of(june.priya)
    address = f"/maintenance/new/?customer={june.bayview.pk}"
    for url in (address, f"/maintenance/preview/?customer={june.bayview.pk}"):
        answer = browser.post(url, typed(**changes))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    with acting(june.priya):
        assert not Maintenance.objects.exists()


def test_technicians_see_planned_work_and_plan_none(june: Cast) -> None:
    browser = browser_of(june.dana)
    page = browser.get("/maintenance/").content.decode()
    assert "No work is planned" in page
    assert "Plan work" not in page
    assert browser.get("/maintenance/new/").status_code == 403
