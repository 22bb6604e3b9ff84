"""Labour and statements in the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.caller import assert_problem, caller
from tests.builders import build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import nothing_changes, opened
from tests.tickets.labour import WEDNESDAY_18, logged, sign, work
from tests.tickets.web.helpers import at_most_queries
from tickets.actions import issue_statement
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
PATH = "/tickets/CC-1001/labour"
HOUR = {"work": "training", "started_at": "2026-06-17T16:00:00Z", "minutes": 60}


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Monday, seen from Wednesday evening; the system has a Tier 2 contract."""
    sign(cast, "TIER2")
    build_price_list(cast.calcom)
    found = opened(cast, database_time)
    database_time.set(WEDNESDAY_18)
    return found


def test_labour_is_logged_once_and_read_by_both_sides(cast: Cast, ticket: Ticket) -> None:
    body = HOUR | {"device": cast.phone_system.pk, "trip": True, "note": "For two"}
    dana = caller(cast.dana)
    first, again = (dana.post(PATH, body, Idempotency_Key="one") for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    (entry,) = caller(cast.elena).get(PATH).json()["items"]
    assert entry == first.json()
    assert [(line["work"], line["price"], line["amount"]) for line in entry["lines"]] == [
        ("training", "normal", "95.00"),
        ("trip", "trip", "45.00"),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": "60"}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": None}, "minutes"),
        ({"ended_at": "2026-06-17T17:00:00Z"}, "ended_at"),
        ({"started_at": "2026-06-18T16:00:00Z"}, "end"),
        ({"started_at": "2026-06-17T16:00:00"}, "started_at"),
        ({"work": "trip"}, "work"),
        ({"device": 10**12}, "device"),
        ({"trip": "true"}, "trip"),
        ({"rate": 1}, "rate"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    cast: Cast, ticket: Ticket, changes: dict[str, Any], field: str
) -> None:
    with nothing_changes(ticket):
        assert_problem(caller(cast.dana).post(PATH, HOUR | changes), 400, field)


def test_overlapping_work_is_a_conflict_unless_it_is_meant(cast: Cast, ticket: Ticket) -> None:
    dana = caller(cast.dana)
    assert dana.post(PATH, HOUR).status_code == 201
    assert_problem(dana.post(PATH, HOUR), 409)
    assert dana.post(PATH, HOUR | {"overlap_ok": True}).status_code == 201


def test_customers_read_and_do_not_log(cast: Cast, ticket: Ticket) -> None:
    assert_problem(caller(cast.elena).post(PATH, HOUR), 403)


def test_a_list_costs_the_same_however_long_it_is(cast: Cast, ticket: Ticket) -> None:
    for hour in range(8, 14):
        logged(ticket, work(f"{hour:02}:00", f"{hour:02}:30"), cast.dana)
    reader = caller(cast.elena)
    reader.get(PATH)
    with at_most_queries(8):
        reader.get(PATH)


def test_who_would_pay_is_known_before(cast: Cast, ticket: Ticket) -> None:
    told = caller(cast.elena).get(f"/cover?device={cast.phone_system.pk}").json()
    payers = {one["work"]: one["clause"] or one["rate"]["amount"] for one in told["decisions"]}
    assert payers["troubleshooting"] == "TROUBLE"
    assert payers["programming"] == "PROGRAM"
    assert payers["training"] == "95.00"
    assert payers["trip"] == "45.00"
    late = caller(cast.elena).get(f"/cover?device={cast.phone_system.pk}&in_hours=false").json()
    payers = {one["work"]: one["clause"] or one["rate"]["amount"] for one in late["decisions"]}
    assert payers["programming"] == "142.50"
    assert_problem(caller(cast.dana).get("/cover"), 400, "customer")
    assert_problem(caller(cast.sam).get(f"/cover?device={cast.phone_system.pk}"), 400, "device")


def test_statements_are_read_with_their_lines(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    logged(ticket, work("09:00", "10:00"), cast.dana)
    database_time.set("2026-07-02T09:00:00-07:00")
    with acting(cast.ruth) as scope:
        issue_statement(
            customer=cast.bayview, month=scope.now.date().replace(month=6), actor=cast.ruth
        )
    amit = caller(cast.amit)
    (statement,) = amit.get("/statements").json()["items"]
    assert (statement["number"], statement["totals"][0]["due"]) == ("ST-1001", "95.00")
    (line,) = amit.get("/statements/ST-1001/lines").json()["items"]
    assert (line["id"], line["ticket"]) == ("ST-1001-0001", "CC-1001")
    assert_problem(caller(cast.nils).get("/statements/ST-1001/lines"), 404)
