"""What is done to labour after it was logged, and statements, over the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.caller import Caller, assert_problem, caller
from tests.builders import build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.tickets.helpers import nothing_changes, opened
from tests.tickets.labour import WEDNESDAY_18, sign
from tickets.models import Ticket

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


def logged(who: Caller, **changes: Any) -> dict[str, Any]:
    """Log an hour of training."""
    made: dict[str, Any] = who.post(PATH, HOUR | changes).json()
    return made


def act(who: Caller, entry: dict[str, Any], verb: str, body: dict[str, Any]) -> Any:
    """Do something to an entry."""
    return who.post(f"{PATH}/{entry['id']}/actions/{verb}", body)


def test_labour_is_corrected_asked_about_answered_and_waived(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    dana, elena, priya = caller(cast.dana), caller(cast.elena), caller(cast.priya)
    entry = logged(dana)
    body = HOUR | {"minutes": 30, "reason": "The break was counted."}
    corrected = act(dana, entry, "correct", body)
    assert corrected.status_code == 201, corrected.content
    right = corrected.json()
    assert (right["minutes"], right["replaces"], right["cause"]) == (30, entry["id"], "corrected")
    assert_problem(act(dana, entry, "correct", body), 409)

    asked = act(elena, right, "query", {"text": "Was this not covered?"}).json()
    assert (asked["asked_by"], asked["answered_at"]) == ("Elena Moreno", None)
    assert_problem(act(elena, right, "query", {"text": "Again?"}), 409)
    told = act(dana, right, "answer", {"text": "Training is not part of Tier 2."}).json()
    assert (told["id"], told["answered_by"]) == (asked["id"], "Dana Okafor")
    assert_problem(act(dana, right, "answer", {"text": "Again."}), 404)

    waived = act(priya, right, "override", {"cause": "goodwill", "reason": "You waited."}).json()
    assert (waived["cause"], [line["amount"] for line in waived["lines"]]) == ("goodwill", ["0.00"])
    other = logged(dana, started_at="2026-06-17T18:00:00Z")
    struck = act(dana, other, "strike", {"reason": "Another ticket."}).json()
    assert (struck["cause"], struck["lines"]) == ("struck", [])
    last = logged(dana, started_at="2026-06-17T20:00:00Z")

    database_time.set("2026-07-02T09:00:00-07:00")
    ruth, month = caller(cast.ruth), {"customer": cast.bayview.pk, "month": "2026-06-01"}
    issued = ruth.post("/statements", month)
    assert issued.status_code == 201, issued.content
    assert issued.json()["totals"][0]["due"] == last["lines"][0]["amount"] == "95.00"
    assert_problem(ruth.post("/statements", month), 409)
    amit = caller(cast.amit)
    rows = amit.get("/statements/ST-1001/csv").content.decode("utf-8-sig").splitlines()
    assert (rows[0].split(",")[:2], len(rows) > 1) == (["id", "statement"], True)
    pdf = amit.get("/statements/ST-1001/pdf")
    assert (pdf["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    for kind in ("csv", "pdf"):
        assert_problem(caller(cast.nils).get(f"/statements/ST-1001/{kind}"), 404)


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("correct", HOUR, "reason"),
        ("correct", HOUR | {"reason": "x", "minutes": 0}, "minutes"),
        ("strike", {"reason": " "}, "reason"),
        ("override", {"cause": "free", "reason": "x"}, "cause"),
        ("answer", {}, "text"),
    ],
)
def test_what_is_wrong_is_named_and_the_entry_stays(
    cast: Cast, ticket: Ticket, verb: str, body: dict[str, Any], field: str
) -> None:
    entry = logged(caller(cast.ruth))
    with nothing_changes(ticket):
        assert_problem(act(caller(cast.ruth), entry, verb, body), 400, field)


def test_only_who_may_decides_about_labour(cast: Cast, ticket: Ticket) -> None:
    entry = logged(caller(cast.dana))
    why = {"reason": "No."}
    with nothing_changes(ticket):
        assert_problem(act(caller(cast.marco), entry, "strike", why), 403)
        assert_problem(act(caller(cast.dana), entry, "override", why | {"cause": "goodwill"}), 403)
        assert_problem(act(caller(cast.elena), entry, "strike", why), 403)
        assert_problem(act(caller(cast.dana), entry, "query", {"text": "Why?"}), 403)
        assert_problem(act(caller(cast.sam), entry, "query", {"text": "Why?"}), 404)
        assert_problem(act(caller(cast.nora), entry, "strike", why), 404)
    body = {"customer": cast.bayview.pk, "month": "2026-06-01"}
    assert_problem(caller(cast.ruth).post("/statements", body), 400, "month")
    assert_problem(caller(cast.nils).post("/statements", body), 400, "customer")
    assert_problem(caller(cast.dana).post("/statements", body), 403)
