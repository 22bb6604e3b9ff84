"""How many queries a call costs."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller, caller
from tests.cast import Cast

REPORT = {"subject": "No dial tone", "text": "Both front desk phones are dead."}
# What a nested transaction of the test costs: its own beginning, and giving the role back.
OF_THE_TEST = ("SAVEPOINT", "set_config('role', 'none'")


def test_opening_a_ticket_takes_at_most_fifteen_queries(cast: Cast) -> None:
    elena = caller(cast.elena)
    body = REPORT | {"device": cast.phone_system.pk, "answers": {"handset": "dead"}}
    # Once before: the process then knows calendar and terms, and the key was used in this minute.
    _queries(elena, "POST", "/tickets", body, Idempotency_Key="one")
    queries = _queries(elena, "POST", "/tickets", body, Idempotency_Key="two")
    assert len(queries) <= 15, "\n".join(queries)


def test_a_repeated_opening_takes_at_most_six_queries(cast: Cast) -> None:
    elena = caller(cast.elena)
    _queries(elena, "POST", "/tickets", REPORT, Idempotency_Key="one")
    queries = _queries(elena, "POST", "/tickets", REPORT, Idempotency_Key="one")
    assert len(queries) <= 6, "\n".join(queries)


def test_listing_tickets_takes_at_most_eight_queries(cast: Cast) -> None:
    elena, dana = caller(cast.elena), caller(cast.dana)
    for number in range(3):
        assert elena.post("/tickets", REPORT | {"subject": f"Phone {number}"}).status_code == 201
    queries = _queries(dana, "GET", "/tickets")
    assert len(queries) <= 8, "\n".join(queries)


def test_listing_contracts_takes_at_most_nine_queries_whatever_they_cover(cast: Cast) -> None:
    dana = caller(cast.dana)
    # The use of a key is noted once a minute.
    assert dana.get("/me").status_code == 200
    queries = _queries(dana, "GET", "/contracts")
    assert len(queries) <= 9, "\n".join(queries)


def _queries(who: Caller, method: str, path: str, body: Any = None, **headers: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        response = who.call(method, path, body, **headers)
    assert response.status_code in (200, 201), response.content
    # What travels together is counted one by one.
    sent = [query["sql"] for query in seen.captured_queries]
    statements = [sql for one in sent for sql in one.split("; EXECUTE ")]
    return [sql for sql in statements if not any(mark in sql for mark in OF_THE_TEST)]
