"""Opening, reading, listing and working tickets over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from contracts.sla import document_hash
from tests.api.caller import V1, Caller, assert_problem, caller
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import MONDAY_10
from tickets.models import Message, Ticket

REPORT: dict[str, Any] = {"subject": "No dial tone", "text": "Both front desk phones are dead."}
EMERGENCY = {"answers": {"handset": "dead", "how_many": "several"}}


def opened(who: Caller, **changes: Any) -> str:
    """Open a ticket over the API and return its reference."""
    response = who.post("/tickets", REPORT | changes)
    assert response.status_code == 201, response.content
    return str(response.json()["reference"])


def test_a_customer_opens_an_emergency_by_answers(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    response = caller(cast.elena).post(
        "/tickets", REPORT | EMERGENCY | {"device": cast.phone_system.pk}
    )
    assert response.status_code == 201
    assert response["Location"] == f"{V1}/tickets/CC-1001"
    assert response.json() == {
        "reference": "CC-1001",
        "kind": "problem",
        "subject": "No dial tone",
        "state": "open",
        "priority": "emergency",
        "priority_reason": "Several phones have no dial tone: the agreement calls that an"
        " emergency.",
        "promise_reason": f"Contract {cast.contract.number} (Tier 2) covers the whole company.",
        "opened_at": "2026-06-15T17:00:00.000000Z",
        "next_deadline_at": "2026-06-16T16:00:00.000000Z",
        "next_metric": "respond",
    }


def test_a_ticket_reads_back_what_was_sent(cast: Cast) -> None:
    elena = caller(cast.elena)
    body = elena.get(f"/tickets/{opened(elena, device=cast.phone_system.pk, **EMERGENCY)}").json()
    assert body["customer"] == {"id": cast.bayview.pk, "name": "Bayview Dental Group"}
    assert body["site"] == {"id": cast.market_street.pk, "name": "Market Street"}
    assert body["device"] == {"id": cast.phone_system.pk, "name": "Main phone system"}
    assert body["reporter"] == {"id": cast.elena.membership_id, "name": "Elena Moreno"}
    assert body["assignee"] is None
    assert body["answers"] == {"handset": "dead", "how_many": "several"}
    assert body["tier"] == "Tier 2"


def test_staff_open_for_a_customer_with_a_priority_of_their_own(cast: Cast) -> None:
    reference = opened(
        caller(cast.dana),
        customer=cast.bayview.pk,
        reporter=cast.amit.membership_id,
        priority="emergency",
        priority_reason="Amit called: nobody can call in.",
    )
    with acting(cast.dana):
        ticket = Ticket.objects.get(reference=reference)
    assert (ticket.reporter_id, ticket.priority) == (cast.amit.membership_id, "emergency")
    assert ticket.priority_reason == "Amit called: nobody can call in."


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"priority": "emergency", "priority_reason": "It hurts."}, "priority"),
        ({"customer": 999_999}, "customer"),
        ({"device": 999_999}, "device"),
        ({"site": 999_999}, "site"),
        ({"wanted_from": "2020-01-01T00:00:00Z"}, "wanted_from"),
        ({"wanted_from": "2190-01-01T00:00:00Z"}, "wanted_to"),
        ({"wanted_to": "2190-01-01T00:00:00Z"}, "wanted_from"),
        ({"wanted_to": "2020-01-01T00:00:00Z"}, "wanted_from"),
    ],
)
def test_what_a_customer_may_not_choose_is_refused_by_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    assert_problem(caller(cast.elena).post("/tickets", REPORT | changes), 400, field)
    with acting(cast.dana):
        assert not Ticket.objects.exists()


def test_staff_must_say_for_which_customer(cast: Cast) -> None:
    assert_problem(caller(cast.dana).post("/tickets", REPORT), 400, "customer")


def test_a_reporter_of_another_company_is_refused_by_field(cast: Cast) -> None:
    body = REPORT | {"customer": cast.bayview.pk, "reporter": cast.sam.membership_id}
    assert_problem(caller(cast.dana).post("/tickets", body), 400, "reporter")


def test_customers_report_in_their_own_name(cast: Cast) -> None:
    body = REPORT | {"reporter": cast.amit.membership_id}
    problem = assert_problem(caller(cast.elena).post("/tickets", body), 400, "reporter")
    assert problem["detail"] == "There is no such person."


def test_pages_hold_every_ticket_once_in_every_ordering(cast: Cast) -> None:
    elena = caller(cast.elena)
    references = [opened(elena, subject=f"Phone {number}") for number in range(5)]
    opened(elena, **EMERGENCY)
    for ordering in ("-opened", "opened", "-updated", "updated", "deadline"):
        seen: list[str] = []
        address: str | None = f"{V1}/tickets?limit=2&kind=problem&ordering={ordering}"
        while address:
            page = Client().get(address, headers={"Authorization": f"Bearer {elena.token}"}).json()
            seen += [item["reference"] for item in page["items"]]
            address = page["next"]
        assert sorted(seen) == [*references, "CC-1006"], ordering
    newest_first = elena.get("/tickets").json()["items"]
    assert [item["reference"] for item in newest_first] == ["CC-1006", *reversed(references)]
    assert elena.get("/tickets?ordering=deadline").json()["items"][0]["reference"] == "CC-1006"


def test_tickets_without_a_deadline_come_last_and_on_a_page_of_their_own(cast: Cast) -> None:
    sam, bay = caller(cast.sam), caller(cast.elena)
    without = [opened(sam), opened(sam)]
    dated = opened(bay)
    dana = caller(cast.dana)
    first = dana.get("/tickets?ordering=deadline&limit=2").json()
    assert [item["reference"] for item in first["items"]] == [dated, without[0]]
    token = {"Authorization": f"Bearer {dana.token}"}
    second = Client().get(first["next"], headers=token).json()
    assert [item["reference"] for item in second["items"]] == [without[1]]
    assert second["next"] is None


def test_filters_narrow_down(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    elena, dana = caller(cast.elena), caller(cast.dana)
    urgent = opened(elena, device=cast.phone_system.pk, **EMERGENCY)
    question = opened(elena, kind="question")
    dana.post(f"/tickets/{urgent}/actions/claim")
    database_time.set("2026-06-17T10:00:00-07:00")
    sams = opened(caller(cast.sam))

    def found(query: str) -> list[str]:
        items = dana.get(f"/tickets?ordering=opened&{query}").json()["items"]
        return [item["reference"] for item in items]

    assert found("priority=emergency") == [urgent]
    assert found("kind=question") == [question]
    assert found(f"customer={cast.sutter.pk}") == [sams]
    assert found(f"device={cast.phone_system.pk}") == [urgent]
    assert found(f"assignee={cast.dana.membership_id}") == [urgent]
    assert found("late=true") == [urgent]
    assert found("late=false") == [question, sams]
    assert found("state=held") == []
    assert found("opened_after=2026-06-16T00:00:00Z") == [sams]
    assert found("opened_before=2026-06-16T00:00:00Z") == [urgent, question]
    assert found("updated_after=2026-06-16T00:00:00%2B02:00") == [sams]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("_connector=OR 1=1", "_connector"),
        ("ordering=-password", "ordering"),
        ("state=OPEN", "state"),
        ("state=open&state=held", "state"),
        ("customer=01", "customer"),
        ("customer=%D9%A3", "customer"),
        ("customer=9999999999999999999", "customer"),
        ("late=1", "late"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1e1", "limit"),
        ("cursor=%27%20OR%201%3D1", "cursor"),
        ("cursor=WyJvcGVuZWQiLDEsMV0", "cursor"),
        ("opened_after=2026-06-15T10:00:00", "opened_after"),
        ("opened_after=2027-02-29T10:00:00Z", "opened_after"),
        ("opened_after=2026-06-15T23:59:60Z", "opened_after"),
        ("opened_after=0000-00-00T00:00:00Z", "opened_after"),
        ("opened_after=0001-01-01T00:00:00%2B25:00", "opened_after"),
        ("opened_after=0001-01-01T00:00:00Z", "opened_after"),
        ("format=xml", "format"),
    ],
)
def test_an_unknown_filter_or_value_is_named(cast: Cast, query: str, field: str) -> None:
    assert_problem(caller(cast.dana).get(f"/tickets?{query}"), 400, field)


def test_a_ticket_goes_through_its_life(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    elena, dana, priya = caller(cast.elena), caller(cast.dana), caller(cast.priya)
    address = f"/tickets/{opened(elena, **EMERGENCY)}"

    def does(who: Caller, verb: str, body: Any = None) -> Any:
        response = who.post(f"{address}/actions/{verb}", body)
        assert response.status_code == 200, response.content
        assert response["ETag"] == response.json()["version"]
        return response.json()

    assert does(dana, "claim")["assignee"]["name"] == "Dana Okafor"
    to_marco = {"technician": cast.marco.membership_id}
    assert does(priya, "assign", to_marco)["assignee"]["name"] == "Marco Ruiz"
    assert does(priya, "assign", {"technician": None})["assignee"] is None
    held = does(dana, "hold", {"party": "carrier", "reason": "The carrier looks at it."})
    assert (held["state"], held["hold"]) == (
        "held",
        {"party": "carrier", "reason": "The carrier looks at it."},
    )
    assert does(dana, "resume")["hold"] is None
    lower = {"priority": "minor", "reason": "Only one phone."}
    assert does(dana, "priority", lower)["next_deadline_at"] == "2026-06-17T23:00:00.000000Z"
    slot = {"start": "2026-06-16T09:00:00-07:00", "end": "2026-06-16T10:00:00-07:00"}
    assert does(dana, "schedule", slot)["scheduled"] == {
        "start": "2026-06-16T16:00:00.000000Z",
        "end": "2026-06-16T17:00:00.000000Z",
    }
    assert does(dana, "resolve", {"text": "Done."})["state"] == "resolved"
    assert does(elena, "reopen", {"text": "It is back."})["state"] == "open"
    assert does(dana, "close")["state"] == "closed"
    too_late = dana.post(f"{address}/actions/hold", {"party": "carrier", "reason": "x"})
    assert "is closed and cannot be put on hold" in assert_problem(too_late, 409)["detail"]


def test_merging_and_its_undo(cast: Cast) -> None:
    elena, dana = caller(cast.elena), caller(cast.dana)
    first, second = opened(elena), opened(elena)
    into = {"into": first, "reason": "The same outage."}
    merged = dana.post(f"/tickets/{second}/actions/merge", into)
    assert (merged.status_code, merged.json()["merged_into"]) == (200, first)
    apart = dana.post(f"/tickets/{second}/actions/unmerge")
    assert (apart.status_code, apart.json()["merged_into"]) == (200, None)
    strange = dana.post(f"/tickets/{second}/actions/merge", into | {"into": "NL-1001"})
    assert_problem(strange, 400, "into")


def test_claiming_what_another_has_names_who_has_it(cast: Cast) -> None:
    reference = opened(caller(cast.elena))
    assert caller(cast.dana).post(f"/tickets/{reference}/actions/claim").status_code == 200
    refused = caller(cast.marco).post(f"/tickets/{reference}/actions/claim", {})
    assert "Dana Okafor" in assert_problem(refused, 409)["detail"]


def test_the_conversation(cast: Cast) -> None:
    elena, dana = caller(cast.elena), caller(cast.dana)
    address = f"/tickets/{opened(elena)}"
    assert dana.post(f"{address}/replies", {"text": "Looking."}).status_code == 201
    assert dana.post(f"{address}/notes", {"text": "Third time."}).status_code == 201
    assert dana.post(f"{address}/calls", {"text": "Spoke to Elena."}).status_code == 201
    ours = [item["text"] for item in dana.get(f"{address}/messages").json()["items"]]
    theirs = [item["text"] for item in elena.get(f"{address}/messages").json()["items"]]
    assert ours == [REPORT["text"], "Looking.", "Third time.", "Spoke to Elena."]
    assert theirs == [REPORT["text"], "Looking.", "Spoke to Elena."]
    assert dana.get(address).json()["responded_at"] is not None


def test_a_customer_writes_no_notes_and_works_no_tickets(cast: Cast) -> None:
    elena = caller(cast.elena)
    address = f"/tickets/{opened(elena)}"
    assert_problem(elena.post(f"{address}/notes", {"text": "x"}), 403)
    assert_problem(elena.post(f"{address}/calls", {"text": "x"}), 403)
    assert_problem(elena.post(f"{address}/actions/claim"), 403)
    assert_problem(elena.post(f"{address}/actions/resolve", {"text": "x"}), 403)
    with acting(cast.dana):
        assert Message.objects.count() == 1
        assert Ticket.objects.get().state == "open"


def test_deadlines_are_explained(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(MONDAY_10)
    elena = caller(cast.elena)
    address = f"/tickets/{opened(elena, **EMERGENCY)}/deadlines"
    database_time.set("2026-06-15T14:40:00-07:00")
    body = elena.get(address).json()
    respond, resolve = body["clocks"]
    assert (respond["metric"], respond["state"]) == ("respond", "running")
    assert respond["due_at"] == "2026-06-16T16:00:00.000000Z"
    assert respond["remaining_seconds"] == timedelta(hours=3, minutes=20).total_seconds()
    assert respond["used_seconds"] == timedelta(hours=4, minutes=40).total_seconds()
    assert respond["sentence"] == "3 h 20 m of business time left · due Tue 09:00 PDT"
    counted = sum(part["seconds"] for part in respond["segments"])
    assert counted == timedelta(hours=8).total_seconds()
    assert (resolve["metric"], resolve["state"], resolve["due_at"]) == ("resolve", "none", None)
    assert body["document_hash"] == document_hash(body["document"])
    in_berlin = elena.get(f"{address}?zone=Europe/Berlin").json()
    assert "due Tue 18:00 CEST" in in_berlin["clocks"][0]["sentence"]
    assert_problem(elena.get(f"{address}?zone=Mars/Base"), 400, "zone")
    assert_problem(elena.get(f"{address}?zone=../../etc/passwd"), 400, "zone")
