"""What hostile or careless callers send: a clear 4xx within a second, and nothing half done."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.test import Client

from tests.api.caller import PROBLEM, V1, Caller, assert_problem, caller
from tests.cast import Cast
from tests.stage import acting
from tickets.models import Ticket

REPORT: dict[str, Any] = {"subject": "No dial tone", "text": "Both front desk phones are dead."}
GOOD = json.dumps(REPORT).encode()

UNREADABLE = {
    "truncated": GOOD[:-5],
    "trailing comma": b'{"subject": "x",}',
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-16 without mark": GOOD.decode().encode("utf-16-le"),
    "Latin-1": b'{"subject": "caf\xe9"}',
    "NaN": b'{"subject": NaN}',
    "Infinity": b'{"customer": -Infinity}',
    "huge number": b'{"customer": 1e309}',
    "many digits": b'{"customer": ' + b"9" * 5000 + b"}",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "single quotes": b"{'subject': 'x'}",
    "two values": GOOD + GOOD,
    "comment": b'{"subject": "x" /* why */}',
    "null": b"null",
    "list": b"[]",
    "text": b'"x"',
    "number": b"5",
    "true": b"true",
    "raw control": b'{"subject": "a\x01b"}',
}

WRONG_VALUES: dict[str, list[Any]] = {
    "subject": [
        *(None, "", "   ", "\u200b\u2060", "\u3164", {"$ne": 1}, ["x"], 5, True, 1.5),
        *("x" * 201, "a\r\nBcc: a@b", "a\u2028b", "a\u0085b", "a\x1bb"),
    ],
    "text": [None, "", "\u200b", {"a": 1}, 7, "x" * 20_001, "a\x07b"],
    "kind": [None, "", "PROBLEM", "closed", {"a": 1}, [], 1],
    "customer": [None, -1, 0, "1", "3", 1.0, True, 9223372036854775808, 10**40, [1], {"id": 1}],
    "device": [0, "9", False, 1.5, [], "\u0663", "1_000", "0x10"],
    "answers": ["dead", [], 5, None],
    "priority": ["urgent", 1, None, ["minor"]],
    "wanted_from": [
        *("2026-06-15", "2026-06-15T10:00:00", "0000-00-00T00:00:00Z", "9999-12-31T23:59:60Z"),
        *("10000-01-01T00:00:00Z", "2027-02-29T10:00:00Z", "2027-01-01T00:00:00+25:00"),
        *("0001-01-01T00:00:00Z", 1_700_000_000, True, "tomorrow", "2027-01-01 10:00:00Z"),
    ],
}


def nothing_opened(cast: Cast) -> bool:
    with acting(cast.dana):
        return not Ticket.objects.exists()


@pytest.fixture
def elena(cast: Cast) -> Caller:
    """Give Elena with a key, to a process that has its imports behind it."""
    elena = caller(cast.elena)
    elena.get("/me")
    return elena


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_body_that_is_no_object_in_json_is_refused(cast: Cast, elena: Caller, name: str) -> None:
    started = time.process_time()
    body = assert_problem(elena.post("/tickets", UNREADABLE[name]), 400)
    assert time.process_time() - started < 1
    assert body["errors"][0]["field"] == "body"
    assert nothing_opened(cast)


def test_no_body_names_what_is_missing(cast: Cast, elena: Caller) -> None:
    assert_problem(elena.post("/tickets"), 400, "subject", "text")
    assert nothing_opened(cast)


@pytest.mark.parametrize(
    ("field", "value"), [(name, value) for name, values in WRONG_VALUES.items() for value in values]
)
def test_a_wrong_value_is_named_and_never_converted(
    cast: Cast, elena: Caller, field: str, value: Any
) -> None:
    body = assert_problem(elena.post("/tickets", REPORT | {field: value}), 400, field)
    assert len(body["errors"][0]["message"]) > 10
    assert nothing_opened(cast)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (rb'{"subject": "a\u0000b", "text": "x"}', "subject"),
        (rb'{"subject": "a\ud800b", "text": "x"}', "subject"),
        (rb'{"subject": "x", "text": "a\udfffb"}', "text"),
        (rb'{"subject": "x", "text": "x", "answers": {"handset": "\u0000"}}', "answers.handset"),
        (rb'{"subject": "x", "subject": "y", "text": "x"}', "subject"),
        (rb'{"subject": "x", "text": "x", "\u0000": 1}', "body"),
    ],
)
def test_unstorable_text_and_names_given_twice_are_named(
    cast: Cast, elena: Caller, raw: bytes, field: str
) -> None:
    assert_problem(elena.post("/tickets", raw), 400, field)
    assert nothing_opened(cast)


def test_unknown_fields_are_named_with_those_that_exist(cast: Cast, elena: Caller) -> None:
    body = assert_problem(elena.post("/tickets", REPORT | {"colour": "red"}), 400, "colour")
    assert "subject, text, kind" in body["errors"][0]["message"]
    odd = REPORT | {"answers": {"handset": "dead", "mood": "bad"}}
    assert_problem(elena.post("/tickets", odd), 400, "answers.mood")
    assert nothing_opened(cast)


def test_fields_are_refused_together(cast: Cast, elena: Caller) -> None:
    body = {"subject": "", "text": 5, "kind": "x", "site": "1", "colour": 1}
    refused = assert_problem(elena.post("/tickets", body), 400)
    named = {error["field"] for error in refused["errors"]}
    assert named == {"subject", "text", "kind", "site", "colour"}


def test_many_names_are_refused_fast_and_briefly(cast: Cast, elena: Caller) -> None:
    raw = json.dumps({f"k{number}": 1 for number in range(80_000)}).encode()
    started = time.process_time()
    response = elena.post("/tickets", raw[: 1024 * 1024 - 1])
    assert_problem(response, 400)
    assert time.process_time() - started < 1
    assert len(response.content) < 10_000


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(REPORT | {"text": "x" * 1024 * 1024}).encode(),
        b"[" + b"1," * 5_000_000 + b"1]",
        json.dumps({f"k{number}": 1 for number in range(1_000_000)}).encode(),
    ],
    ids=["1 MB of text", "10 MB list", "1 M names"],
)
def test_a_body_over_one_megabyte_is_too_large(cast: Cast, elena: Caller, raw: bytes) -> None:
    started = time.process_time()
    body = assert_problem(elena.post("/tickets", raw), 413)
    assert time.process_time() - started < 1
    assert body["detail"] == "The body is larger than 1 MB."
    assert nothing_opened(cast)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "", "x"]
)
def test_other_types_than_json_are_refused(cast: Cast, elena: Caller, kind: str) -> None:
    assert_problem(elena.post("/tickets", GOOD, Content_Type=kind), 415)
    assert nothing_opened(cast)


def test_hostile_text_comes_back_as_it_was_sent(cast: Cast, elena: Caller) -> None:
    odd = (
        "' OR 1=1-- %' AND pg_sleep(5) <script>alert(1)</script> \u202egpj Z\u0338\u0335 \U0001f4de"
    )
    reference = elena.post("/tickets", {"subject": odd, "text": odd}).json()["reference"]
    assert elena.get(f"/tickets/{reference}").json()["subject"] == odd
    assert elena.get(f"/tickets/{reference}/messages").json()["items"][0]["text"] == odd


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"]
)
def test_methods_that_do_not_exist_are_refused(cast: Cast, elena: Caller, method: str) -> None:
    response = elena.call(method, "/tickets", REPORT)
    assert_problem(response, 405)
    assert set(response["Allow"].split(", ")) >= {"GET", "POST"}
    assert nothing_opened(cast)


@pytest.mark.parametrize("header", ["X_HTTP_Method_Override", "X_HTTP_Method", "X_Method_Override"])
def test_a_method_is_never_overridden(cast: Cast, elena: Caller, header: str) -> None:
    assert elena.get("/tickets", **{header: "POST"}).status_code == 200
    assert elena.post("/tickets", REPORT, **{header: "DELETE"}).status_code == 201


def test_reading_only_the_head_works(cast: Cast, elena: Caller) -> None:
    response = elena.call("HEAD", "/tickets")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/tickets/",
        "/tickets/CC-1001/",
        "/tickets/CC-1001/actions/explode",
        "/users",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem_too(
    cast: Cast, elena: Caller, path: str, method: str
) -> None:
    assert_problem(elena.call(method, path), 404)


@pytest.mark.parametrize("path", ["/api/", "/api/v2/tickets", "/api/v1"])
def test_an_unknown_address_needs_no_key(db: None, path: str) -> None:
    assert_problem(Client().get(path), 404)
    assert_problem(Client(enforce_csrf_checks=True).post(path), 404)


@pytest.mark.parametrize("path", ["/tickets/CC-1%00", "/tickets?state=%00", "/tickets/%C3%28"])
def test_bytes_that_are_no_text_in_the_address_are_a_problem(
    cast: Cast, elena: Caller, path: str
) -> None:
    address = f"{V1}{path}"
    token = {"Authorization": f"Bearer {elena.token}"}
    response = Client(raise_request_exception=False).get(address, headers=token, RAW_URI=address)
    assert response["Content-Type"] == PROBLEM
    assert_problem(response, 400, "address")


def test_a_fault_of_ours_is_a_problem_without_details(
    cast: Cast, elena: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(**_: Any) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("tickets.api.tickets.open_ticket", explode)
    response = elena.post("/tickets", REPORT)
    assert_problem(response, 500)
    assert b"42" not in response.content


def test_a_fault_before_the_view_is_a_problem_too(
    cast: Cast, elena: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(header: str) -> None:
        raise RuntimeError(header)

    monkeypatch.setattr("accounts.api_auth.viewer_of_token", explode)
    response = elena.get("/me")
    assert_problem(response, 500)
    assert elena.token.encode() not in response.content


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("claim", {"force": True}, "force"),
        ("claim", [], "body"),
        ("assign", {}, "technician"),
        ("assign", {"technician": "7"}, "technician"),
        ("assign", {"technician": 999_999}, "technician"),
        ("hold", {"party": "nobody", "reason": "x"}, "party"),
        ("hold", {"party": "carrier", "reason": " "}, "reason"),
        ("hold", {"party": "carrier", "reason": "x", "until": "2020-01-01T00:00:00Z"}, "until"),
        ("priority", {"priority": "emergency", "reason": 5}, "reason"),
        ("resolve", {"text": ""}, "text"),
        ("merge", {"into": "CC-9999", "reason": "x"}, "into"),
        ("merge", {"into": {"$ne": 1}, "reason": "x"}, "into"),
        ("schedule", {"start": "2030-01-01T10:00:00Z", "end": "2030-01-01T09:00:00Z"}, "end"),
        ("schedule", {"start": "2030-01-01T10:00:00Z"}, "end"),
    ],
)
def test_an_action_names_the_field_that_is_wrong(
    cast: Cast, elena: Caller, verb: str, body: Any, field: str
) -> None:
    reference = elena.post("/tickets", REPORT).json()["reference"]
    before = elena.get(f"/tickets/{reference}").json()
    response = caller(cast.ruth).post(f"/tickets/{reference}/actions/{verb}", body)
    assert_problem(response, 400, field)
    assert elena.get(f"/tickets/{reference}").json() == before
