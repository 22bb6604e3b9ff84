"""Doing things once, with files, and only on the state that was seen."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Submission
from tests.api.caller import V1, assert_problem, caller
from tests.api.test_tickets import REPORT, opened
from tests.cast import Cast
from tests.stage import acting
from tickets.models import Attachment, Message, Ticket


@pytest.mark.parametrize("size", [5, 600 * 1024], ids=["in memory", "on disk"])
@pytest.mark.parametrize("key", [None, "k"])
def test_a_reply_brings_files_as_a_form(cast: Cast, size: int, key: str | None) -> None:
    elena = caller(cast.elena)
    reference = opened(elena)
    headers = {"Authorization": f"Bearer {elena.token}"} | ({"Idempotency-Key": key} if key else {})
    for _ in range(2 if key else 1):
        answer = Client().post(
            f"{V1}/tickets/{reference}/replies",
            {"text": "Here is a photo.", "files": SimpleUploadedFile("a.txt", b"h" * size)},
            headers=headers,
        )
        assert answer.status_code == 201, answer.content
        assert [file["name"] for file in answer.json()["files"]] == ["a.txt"]
    with acting(cast.elena):
        assert Attachment.objects.get().size == size


def test_another_file_under_a_used_key_is_refused(cast: Cast) -> None:
    elena = caller(cast.elena)
    reference = opened(elena)
    answers = [
        Client().post(
            f"{V1}/tickets/{reference}/replies",
            {"text": "x", "files": SimpleUploadedFile("a.txt", content)},
            headers={"Authorization": f"Bearer {elena.token}", "Idempotency-Key": "k"},
        )
        for content in (b"one", b"two")
    ]
    assert answers[0].status_code == 201
    assert_problem(answers[1], 422)


def test_a_form_with_a_strange_field_is_refused(cast: Cast) -> None:
    elena = caller(cast.elena)
    answer = Client().post(
        f"{V1}/tickets/{opened(elena)}/replies",
        {"text": "x", "files": "red"},
        headers={"Authorization": f"Bearer {elena.token}"},
    )
    assert_problem(answer, 400, "files")


def test_if_match_keeps_a_stale_caller_from_acting(cast: Cast) -> None:
    elena, dana = caller(cast.elena), caller(cast.dana)
    address = f"/tickets/{opened(elena)}"
    seen = dana.get(address)["ETag"]
    assert dana.post(f"{address}/notes", {"text": "x"}, If_Match=seen).status_code == 201
    stale = dana.post(f"{address}/actions/claim", If_Match=seen)
    assert "has changed since you read it" in assert_problem(stale, 412)["detail"]
    assert dana.get(address).json()["assignee"] is None
    assert_problem(
        dana.post(f"{address}/actions/claim", If_Match=f"W/{dana.get(address)['ETag']}"), 412
    )
    fresh = dana.get(address)["ETag"]
    assert dana.post(f"{address}/actions/claim", If_Match=fresh).status_code == 200
    assert (
        dana.post(
            f"{address}/actions/hold", {"party": "carrier", "reason": "x"}, If_Match="*"
        ).status_code
        == 200
    )


def test_an_unchanged_ticket_is_not_sent_again(cast: Cast) -> None:
    elena = caller(cast.elena)
    address = f"/tickets/{opened(elena)}"
    seen = elena.get(address)["ETag"]
    again = elena.get(address, If_None_Match=seen)
    assert (again.status_code, again.content) == (304, b"")
    listed = elena.get("/tickets").json()["items"][0]
    assert listed["version"] == seen


def test_the_same_key_acts_once(cast: Cast) -> None:
    elena = caller(cast.elena)
    first = elena.post("/tickets", REPORT, Idempotency_Key="k-1")
    again = elena.post("/tickets", REPORT, Idempotency_Key="k-1")
    assert first.json() == again.json()
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first["Idempotency-Replayed"], again["Idempotency-Replayed"]) == ("false", "true")
    assert again["Location"] == first["Location"]
    other = elena.post("/tickets", REPORT | {"subject": "Another"}, Idempotency_Key="k-1")
    problem = assert_problem(other, 422)
    assert problem["remedy"] == "Send something new under a fresh Idempotency-Key."
    with acting(cast.elena):
        assert Ticket.objects.count() == 1


def test_keys_of_two_people_are_independent(cast: Cast) -> None:
    ours = caller(cast.elena).post("/tickets", REPORT, Idempotency_Key="k-1")
    theirs = caller(cast.amit).post("/tickets", REPORT, Idempotency_Key="k-1")
    assert ours.json()["reference"] != theirs.json()["reference"]


def test_a_replayed_reply_answers_as_before_though_the_ticket_moved_on(cast: Cast) -> None:
    elena, dana = caller(cast.elena), caller(cast.dana)
    address = f"/tickets/{opened(elena)}"
    seen = dana.get(address)["ETag"]
    once = dana.post(f"{address}/replies", {"text": "x"}, Idempotency_Key="r", If_Match=seen)
    again = dana.post(f"{address}/replies", {"text": "x"}, Idempotency_Key="r", If_Match=seen)
    assert (once.status_code, once.json()) == (201, again.json())
    with acting(cast.dana):
        assert Message.objects.filter(text="x").count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "x" * 300, "smile \u263a"])
def test_an_odd_key_is_refused(cast: Cast, key: str) -> None:
    refused = caller(cast.elena).post("/tickets", REPORT, Idempotency_Key=key)
    assert_problem(refused, 400, "Idempotency-Key")


def test_a_key_on_a_very_long_address_is_just_a_404(cast: Cast) -> None:
    path = f"/tickets/{'x' * 500}/replies"
    assert_problem(caller(cast.dana).post(path, {"text": "x"}, Idempotency_Key="k"), 404)


def test_a_refused_call_does_not_use_its_key_up(cast: Cast) -> None:
    elena = caller(cast.elena)
    assert_problem(elena.post("/tickets", REPORT | {"device": 999_999}, Idempotency_Key="k"), 400)
    with acting(cast.elena):
        assert not Submission.objects.exists()
    assert elena.post("/tickets", REPORT, Idempotency_Key="k").status_code == 201
