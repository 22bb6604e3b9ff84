"""Opening a ticket with files over the API: one part in JSON, and the files beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calcom_portal.api import description
from tests.api.caller import V1, Caller, assert_problem, caller
from tests.cast import Cast
from tests.stage import acting
from tickets.models import Attachment, Message, Ticket

REPORT = {"subject": "No dial tone", "text": "See the photo."}


def photo(content: bytes = b"what it shows") -> SimpleUploadedFile:
    """Return a file as it is sent."""
    return SimpleUploadedFile("closet.txt", content)


def as_file(value: Any) -> SimpleUploadedFile:
    """Return a part in JSON that has a file name, as browsers send a Blob."""
    raw = json.dumps(value).encode()
    return SimpleUploadedFile("blob", raw, content_type="application/json")


def send(who: Caller, parts: dict[str, Any], key: str = "") -> Any:
    """Send a form to /tickets."""
    headers = {"Authorization": f"Bearer {who.token}"} | ({"Idempotency-Key": key} if key else {})
    return Client(raise_request_exception=False).post(f"{V1}/tickets", parts, headers=headers)


@pytest.fixture
def elena(cast: Cast) -> Caller:
    """Give Elena with a key."""
    return caller(cast.elena)


@pytest.mark.parametrize("part", [json.dumps(REPORT), None], ids=["field", "blob"])
def test_a_ticket_is_opened_with_its_files(cast: Cast, elena: Caller, part: str | None) -> None:
    ticket = part or as_file(REPORT)
    answer = send(elena, {"ticket": ticket, "files": [photo(), photo(b"another")]})
    assert answer.status_code == 201, answer.content
    reference = answer.json()["reference"]
    assert answer["Location"] == f"{V1}/tickets/{reference}"
    (first,) = elena.get(f"/tickets/{reference}/messages").json()["items"]
    assert first["text"] == "See the photo."
    assert [(file["name"], file["size"]) for file in first["files"]] == [
        ("closet.txt", 13),
        ("closet.txt", 7),
    ]


def test_a_form_without_files_opens_a_ticket_too(cast: Cast, elena: Caller) -> None:
    assert send(elena, {"ticket": json.dumps(REPORT)}).status_code == 201


@pytest.mark.parametrize("as_part", [json.dumps, as_file], ids=["field", "blob"])
def test_a_form_with_a_key_opens_one_ticket(cast: Cast, elena: Caller, as_part: Any) -> None:
    first, again = [
        send(elena, {"ticket": as_part(REPORT), "files": photo()}, key="k") for _ in range(2)
    ]
    assert (first.status_code, first.content) == (201, again.content)
    assert (first["Idempotency-Replayed"], again["Idempotency-Replayed"]) == ("false", "true")
    other_file = send(elena, {"ticket": as_part(REPORT), "files": photo(b"new")}, key="k")
    assert_problem(other_file, 422)
    other_words = {"ticket": as_part(REPORT | {"text": "Other."}), "files": photo()}
    assert_problem(send(elena, other_words, key="k"), 422)
    with acting(cast.elena):
        assert (Ticket.objects.count(), Attachment.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"files": photo()}, "ticket"),
        ({"ticket": ""}, "ticket"),
        ({"ticket": "{"}, "ticket"),
        ({"ticket": "[]"}, "body"),
        ({"ticket": "\ufeff{}"}, "ticket"),
        ({"ticket": SimpleUploadedFile("blob", b"\xff\xfe")}, "ticket"),
        ({"ticket": [json.dumps(REPORT), json.dumps(REPORT)]}, "ticket"),
        ({"ticket": [json.dumps(REPORT), as_file(REPORT)]}, "ticket"),
        ({"ticket": json.dumps(REPORT | {"subject": " "})}, "subject"),
        ({"ticket": json.dumps(REPORT | {"files": []})}, "files"),
        ({"ticket": json.dumps(REPORT | {"device": 999_999})}, "device"),
        ({"ticket": json.dumps(REPORT | {"subject": "a\x00b"})}, "subject"),
        ({"ticket": '{"subject": "a", "subject": "b"}'}, "subject"),
        ({"ticket": json.dumps(REPORT), "subject": "x"}, "subject"),
        ({"ticket": json.dumps(REPORT), "files": "red"}, "files"),
        ({"ticket": json.dumps(REPORT), "photo": photo()}, "photo"),
        ({"ticket": json.dumps(REPORT), "files": photo(b"")}, "files"),
        ({"ticket": json.dumps(REPORT), "files": [photo() for _ in range(11)]}, "files"),
    ],
)
def test_a_form_that_is_wrong_names_the_part_and_opens_nothing(
    cast: Cast, elena: Caller, parts: dict[str, Any], field: str
) -> None:
    assert_problem(send(elena, parts), 400, field)
    with acting(cast.dana):
        assert not Ticket.objects.exists()
        assert not Message.objects.exists()


def test_a_file_over_the_limit_is_too_large(cast: Cast, elena: Caller, settings: Any) -> None:
    settings.ATTACHMENT_LIMIT_BYTES = 1000
    assert_problem(send(elena, {"ticket": json.dumps(REPORT), "files": photo(b"x" * 1001)}), 413)
    with acting(cast.dana):
        assert not Ticket.objects.exists()


@pytest.mark.parametrize("as_part", [json.dumps, as_file], ids=["field", "blob"])
def test_a_part_over_one_megabyte_is_too_large(cast: Cast, elena: Caller, as_part: Any) -> None:
    assert_problem(send(elena, {"ticket": as_part(REPORT | {"text": "x" * 2**20})}), 413)


def test_the_description_says_that_the_part_is_json() -> None:
    operation = description()["paths"]["/api/v1/tickets"]["post"]
    form = operation["requestBody"]["content"]["multipart/form-data"]
    assert form["encoding"] == {"ticket": {"contentType": "application/json"}}
    shape = description()["components"]["schemas"][form["schema"]["$ref"].rpartition("/")[2]]
    assert shape["required"] == ["ticket"]
    assert shape["properties"]["files"]["items"]["type"] == "string"
