"""Calendars in the browser: the editor, the preview, publishing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from contracts import impact
from contracts.impact import Moved, register_calendar_follow_up, register_impact
from contracts.models import Calendar, CalendarVersion
from contracts.sla import ServiceCalendar
from tests.builders import BUSINESS_HOURS
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00–17:00") | {"sat": "", "sun": ""}
MOVED = Moved(
    reference="CC-1042",
    subject="No dial tone",
    customer="Bayview Dental Group",
    metric="respond",
    old_due=datetime(2026, 6, 16, 16, tzinfo=UTC),
    new_due=datetime(2026, 6, 17, 16, 30, tzinfo=UTC),
)


@pytest.fixture(autouse=True)
def no_other_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact, "_finders", [])
    monkeypatch.setattr(impact, "_follow_ups", [])


@pytest.fixture
def june(database_time: DatabaseTime) -> None:
    database_time.set("2026-06-10T12:00:00-07:00")


def hours(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return the form of the default calendar as the browser sends it."""
    return {
        "tz": "America/Los_Angeles",
        "country": "",
        "subdivision": "",
        "own_days": "\n".join(BUSINESS_HOURS["holidays"]),
        "special_hours": "",
        "note": "",
        "base_number": "1",
        "submission": str(uuid.uuid4()),
        **WEEK,
    } | changes


def the_calendar(viewer: Viewer) -> Calendar:
    with acting(viewer):
        return Calendar.objects.get(is_default=True)


def versions(viewer: Viewer) -> list[dict[str, Any]]:
    with acting(viewer):
        return [row.spec for row in CalendarVersion.objects.order_by("number")]


def send(cast: Cast, step: str, **changes: Any) -> Any:
    url = f"/calendars/{the_calendar(cast.ruth).pk}/edit/"
    return browser_of(cast.ruth).post(url, hours(cast, **changes) | {"step": step})


def test_a_preview_lists_the_deadlines_that_move_and_saves_nothing(cast: Cast, june: None) -> None:
    asked: list[tuple[int, ServiceCalendar, ServiceCalendar]] = []

    def finder(calendar_id: int, old: ServiceCalendar, new: ServiceCalendar) -> list[Moved]:
        asked.append((calendar_id, old, new))
        return [MOVED]

    register_impact(finder)
    answer = send(cast, "preview", fri="08:00–12:00, 13:00–15:30")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Friday: 08:00–17:00 becomes 08:00–12:00, 13:00–15:30." in text
    assert "CC-1042" in text
    assert "24 h 30 m later" in text
    due = [(now.start, now.due, then.start, then.due) for now, then in answer.context["examples"]]
    assert due[0] == (
        "Fri 12 Jun, 16:00 PDT",
        "Mon 15 Jun, 15:00 PDT",
        "Fri 12 Jun, 16:00 PDT",
        "Mon 15 Jun, 16:00 PDT",
    )
    assert asked[0][0] == the_calendar(cast.ruth).pk
    assert asked[0][2].to_dict()["weekly"]["fri"] == [["08:00", "12:00"], ["13:00", "15:30"]]  # type: ignore[index]
    assert len(versions(cast.ruth)) == 1


def test_publishing_makes_a_version_and_has_open_tickets_counted_again(
    cast: Cast, june: None
) -> None:
    applied: list[tuple[int, int, str]] = []
    register_calendar_follow_up(lambda c, v, actor: applied.append((c, v, actor.name)))
    answer = send(cast, "publish", fri="08:00–12:00", note="Short Fridays")
    calendar = the_calendar(cast.ruth)
    assert (answer.status_code, answer["Location"]) == (303, f"/calendars/{calendar.pk}/")
    with acting(cast.ruth):
        newest = calendar.newest()
        entry = AuditEntry.objects.latest("number")
    assert (newest.number, newest.note, newest.created_by_id) == (
        2,
        "Short Fridays",
        cast.ruth.membership_id,
    )
    assert newest.spec["weekly"]["fri"] == [["08:00", "12:00"]]
    assert newest.spec["holidays"] == BUSINESS_HOURS["holidays"]
    assert applied == [(calendar.pk, newest.pk, "Ruth Lindqvist")]
    assert entry.action == "calendar.published"


def test_an_editor_who_began_from_an_older_version_is_refused(cast: Cast, june: None) -> None:
    assert send(cast, "publish", fri="08:00–12:00").status_code == 303
    for step in ("preview", "publish"):
        answer = send(cast, step, fri="08:00–11:00")
        assert answer.status_code == 409
        assert "Open the calendar again and make your change there." in answer.content.decode()
    assert len(versions(cast.ruth)) == 2


def test_publishing_the_same_hours_twice_makes_one_version(cast: Cast, june: None) -> None:
    assert send(cast, "publish", fri="08:00–12:00").status_code == 303
    assert send(cast, "publish", fri="08:00–12:00").status_code == 303
    assert len(versions(cast.ruth)) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mon": "08:00"}, "“08:00” is not an opening and a closing time."),
        ({"tue": "17:00–08:00"}, "is not after opening"),
        ({"wed": "08:00–25:99"}, "Minutes and seconds go from 00 to 59."),
        ({"thu": "٠٨:٠٠–17:00"}, "is not an opening and a closing time."),
        ({"own_days": "2026-02-30"}, "Line 1 is not a day of the calendar."),
        ({"special_hours": "2026-12-24"}, "Line 1 is not a date with its hours."),
        (
            {"special_hours": "2026-12-24 08:00–09:00\n2026-12-24 closed"},
            "Line 2: 2026-12-24 is there twice.",
        ),
        ({"special_hours": "2026-12-24 09:00–08:00"}, "is not after opening"),
        ({"tz": "Mars/Olympus"}, "Select a valid choice."),
        ({"country": "US", "holidays": "Bastille Day"}, "Bastille Day is not a holiday"),
        (dict.fromkeys(WEEK, ""), "No day has any open hours."),
        ({"note": "x" * 201}, "This is longer than 200 characters"),
    ],
)
def test_what_cannot_be_a_calendar_is_refused_at_its_field(
    cast: Cast, june: None, changes: dict[str, str], message: str
) -> None:
    for step in ("preview", "publish"):
        answer = send(cast, step, **changes)
        assert answer.status_code == 422
        assert message in answer.content.decode()
    assert len(versions(cast.ruth)) == 1


def test_the_same_hours_are_no_change(cast: Cast, june: None) -> None:
    answer = send(cast, "preview")
    assert answer.status_code == 422
    assert "These are the hours that are in effect already." in answer.content.decode()


def test_ticked_public_holidays_close_the_day_in_every_proposed_year(
    cast: Cast, june: None
) -> None:
    answer = send(
        cast,
        "publish",
        country="US",
        subdivision="CA",
        holidays=["Thanksgiving Day", "Independence Day"],
        own_days="2026-12-24",
        special_hours="2026-12-31 08:00–12:00",
    )
    assert answer.status_code == 303
    newest = versions(cast.ruth)[-1]
    assert newest["holidays"][:4] == ["2026-07-03", "2026-07-04", "2026-11-26", "2026-12-24"]
    assert newest["holidays"][-1] == "2030-11-28"
    assert newest["special_hours"] == {"2026-12-31": [["08:00", "12:00"]]}
    page = browser_of(cast.dana).get(f"/calendars/{the_calendar(cast.ruth).pk}/")
    assert "Thanksgiving Day" in page.content.decode()


def test_the_editor_shows_what_was_published_and_keeps_days_of_the_past(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-10T12:00:00-07:00")
    send(cast, "publish", country="US", subdivision="CA", holidays=["Thanksgiving Day"])
    before = versions(cast.ruth)[-1]["holidays"]
    database_time.set("2027-02-01T12:00:00-08:00")
    url = f"/calendars/{the_calendar(cast.ruth).pk}/edit/"
    form = browser_of(cast.ruth).get(url).context["form"]
    assert form.initial["holidays"] == ["Thanksgiving Day"]
    assert form.initial["own_days"] == ""
    answer = send(
        cast,
        "publish",
        country="US",
        subdivision="CA",
        holidays=["Thanksgiving Day"],
        own_days="",
        base_number="2",
    )
    assert answer.status_code == 303
    assert versions(cast.ruth)[-1]["holidays"] == [*before, "2031-11-27"]


def test_showing_the_holidays_of_a_country_ticks_them_all_and_keeps_what_was_typed(
    cast: Cast, june: None
) -> None:
    answer = send(cast, "holidays", country="DE", subdivision="BY", fri="08:00–12:00")
    form = answer.context["form"]
    assert answer.status_code == 200
    assert form["fri"].value() == "08:00–12:00"
    assert "Corpus Christi" in form["holidays"].value()
    assert len(versions(cast.ruth)) == 1


def test_a_new_calendar_sent_twice_is_made_once(cast: Cast, june: None) -> None:
    browser = browser_of(cast.ruth)
    form = hours(cast, name="Weekends", sat="10:00–24:00", sun="22:00–30:00") | {"step": "save"}
    answers = [browser.post("/calendars/new/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    with acting(cast.ruth):
        made = Calendar.objects.get(name="Weekends").newest()
    assert made.spec["weekly"]["sat"] == [["10:00", "24:00"]]
    assert made.spec["weekly"]["sun"] == [["22:00", "30:00"]]


def test_a_name_that_is_taken_is_refused_at_its_field(cast: Cast, june: None) -> None:
    form = hours(cast, name="Business hours") | {"step": "save"}
    answer = browser_of(cast.ruth).post("/calendars/new/", form)
    assert answer.status_code == 422
    assert "There is a calendar “Business hours” already." in answer.content.decode()
    assert len(versions(cast.ruth)) == 1


@pytest.mark.parametrize("who", ["dana", "priya"])
def test_staff_read_calendars_but_only_administrators_change_them(cast: Cast, who: str) -> None:
    calendar = the_calendar(cast.ruth)
    browser = browser_of(getattr(cast, who))
    assert browser.get("/calendars/").status_code == 200
    assert browser.get(f"/calendars/{calendar.pk}/").status_code == 200
    assert browser.get(f"/calendars/{calendar.pk}/edit/").status_code == 403
    form = hours(cast, fri="") | {"step": "publish"}
    assert browser.post(f"/calendars/{calendar.pk}/edit/", form).status_code == 403
    assert len(versions(cast.ruth)) == 1


def test_a_customer_has_no_business_with_calendars(cast: Cast) -> None:
    assert browser_of(cast.elena).get("/calendars/").status_code == 403


def test_a_rival_gets_404_and_the_calendar_is_unchanged(cast: Cast) -> None:
    calendar = the_calendar(cast.ruth)
    browser = browser_of(cast.nils)
    absent = browser.get("/calendars/999999999/")
    for answer in (
        browser.get(f"/calendars/{calendar.pk}/"),
        browser.get(f"/calendars/{calendar.pk}/edit/"),
        browser.post(f"/calendars/{calendar.pk}/edit/", hours(cast, fri="") | {"step": "publish"}),
    ):
        assert answer.status_code == 404
    assert absent.status_code == 404
    assert len(versions(cast.ruth)) == 1


@pytest.mark.parametrize("step", ["preview", "publish"])
@pytest.mark.parametrize("mon", ["", "08:00–08:59"])
def test_a_week_without_an_hour_is_refused_though_single_dates_are_open(
    cast: Cast, june: None, step: str, mon: str
) -> None:
    week = dict.fromkeys(WEEK, "") | {"mon": mon}
    response = send(cast, step, **week, special_hours="2026-12-24 08:00–12:00")
    assert response.status_code == 422
    assert "The weekdays hold less than one open hour in all" in response.content.decode()
    assert len(versions(cast.ruth)) == 1
