"""Wishing over the API for a time at which the work is done: refused as the form refuses it."""

from __future__ import annotations

import pytest

from tests.api.caller import assert_problem, caller
from tests.api.test_tickets import REPORT, opened
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import MONDAY_10
from tests.tickets.web.helpers import send_report, text_of
from tickets.models import Kind, Ticket

PROGRAMMING = REPORT | {"kind": "programming"}
HOURS = "This work is done in business hours, Monday to Friday, 08:00 to 17:00 Pacific time."


def wish(day: str, start: str, end: str) -> dict[str, str]:
    """Return a wish by the wall clock of the contract, in summer."""
    return {"wanted_from": f"{day}T{start}:00-07:00", "wanted_to": f"{day}T{end}:00-07:00"}


@pytest.mark.parametrize(
    "times",
    [
        ("2026-06-20", "09:00", "10:00"),
        ("2026-06-17", "07:59", "09:00"),
        ("2026-06-17", "16:30", "17:01"),
    ],
)
def test_a_wish_outside_business_hours_is_refused_in_the_words_of_the_form(
    cast: Cast, database_time: DatabaseTime, times: tuple[str, str, str]
) -> None:
    database_time.set(MONDAY_10)
    elena = caller(cast.elena)
    problem = assert_problem(elena.post("/tickets", PROGRAMMING | wish(*times)), 400, "wanted_from")
    assert (problem["detail"], problem["remedy"]) == (HOURS, "Choose a time inside.")
    day, start, end = times
    asked = {"wanted_day": day, "wanted_from": start, "wanted_to": end}
    form = send_report(cast.elena, kind="programming", subject="Add extension 226", **asked)
    assert f"{HOURS} Choose a time inside." in text_of(form)
    with acting(cast.dana):
        assert not Ticket.objects.exists()
    assert opened(elena) == "CC-1001"


@pytest.mark.parametrize("kind", ["firmware", "inspection", "training", "installation"])
def test_all_work_that_takes_a_time_is_done_in_business_hours(
    cast: Cast, database_time: DatabaseTime, kind: str
) -> None:
    database_time.set(MONDAY_10)
    body = REPORT | {"kind": kind} | wish("2026-06-20", "09:00", "10:00")
    assert_problem(caller(cast.elena).post("/tickets", body), 400, "wanted_from")


@pytest.mark.parametrize("kind", [Kind.PROGRAMMING, Kind.TRAINING])
def test_a_wish_inside_business_hours_is_kept(
    cast: Cast, database_time: DatabaseTime, kind: str
) -> None:
    database_time.set(MONDAY_10)
    opened(caller(cast.elena), kind=kind, **wish("2026-06-17", "08:00", "17:00"))
    with acting(cast.dana):
        assert Ticket.objects.get().answers == {
            "wanted_from": "2026-06-17T15:00:00+00:00",
            "wanted_to": "2026-06-18T00:00:00+00:00",
        }


@pytest.mark.parametrize(
    ("times", "field", "detail"),
    [
        (("2026-06-12", "09:00", "10:00"), "wanted_from", "This has passed."),
        (("2026-06-17", "10:00", "09:00"), "wanted_to", "The end must be later than the start."),
        (("2027-06-16", "09:00", "10:00"), "wanted_from", "That is far ahead."),
    ],
)
def test_a_wish_that_cannot_be_is_refused_by_field(
    cast: Cast, database_time: DatabaseTime, times: tuple[str, str, str], field: str, detail: str
) -> None:
    database_time.set(MONDAY_10)
    answer = caller(cast.elena).post("/tickets", PROGRAMMING | wish(*times))
    assert assert_problem(answer, 400, field)["detail"] == detail
