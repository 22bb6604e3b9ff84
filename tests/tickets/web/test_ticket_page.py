"""The page of a ticket: the same facts for both sides, and to each only what is theirs."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership
from calcom_portal.common.tenancy import provider_scope
from contracts.sla import Priority
from tests.builders import TIER_2_WITH_RESOLVE, build_contract
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import nothing_changes, opened
from tests.tickets.web.helpers import HTMX, MONDAY_10, at_most_queries, reported, text_of, write
from tickets.actions import add_note, reply_to_ticket, resolve_ticket
from tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db
URL = "/tickets/CC-1001/"
AT_10_22 = "2026-06-15T10:22:00-07:00"


def test_from_report_to_verdict(cast: Cast, database_time: DatabaseTime) -> None:
    """Elena reports, Dana claims it from the queue and answers; both see the promise kept."""
    database_time.set(MONDAY_10)
    url = reported(cast.elena, device=str(cast.phone_system.pk))
    dana = browser_of(cast.dana)
    assert "No dial tone or a dead phone: Main phone system" in text_of(dana.get("/queue/"))
    database_time.set(AT_10_22)
    dana.post("/queue/claim/", {"ref": "CC-1001"})
    assert write(dana, url, "Good morning Elena, I have it.").status_code == 303
    for viewer in (cast.dana, cast.elena):
        words = text_of(browser_of(viewer).get(url))
        assert "This was the response. Responded in 22 m, target 8 business hours." in words
        assert "Good morning Elena, I have it." in words
    assert "Answered, nothing more due" in text_of(dana.get("/queue/"))


def test_both_sides_read_the_same_reason(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    boxes = [
        re.search(r'<details class="why-box".*?</details>', page.content.decode(), re.DOTALL)
        for page in (browser_of(cast.elena).get(URL), browser_of(cast.dana).get(URL))
    ]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0][0] == boxes[1][0]
    assert "Mon 10:00 to 17:00" in boxes[0][0]
    assert "Due Tue 16 Jun, 09:00 PDT" in boxes[0][0]


def test_a_customer_sees_no_internal_note_nor_its_file(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    secret = SimpleUploadedFile("diagnosis.txt", b"card fails")
    dana = browser_of(cast.dana)
    assert write(dana, URL, "Card in slot 2 fails.", "note", files=[secret]).status_code == 303
    assert "Card in slot 2 fails." in text_of(dana.get(URL))
    elena = browser_of(cast.elena)
    for address in (URL, f"{URL}live/", f"{URL}why/"):
        words = text_of(elena.get(address))
        assert "Card in slot 2" not in words
        assert "diagnosis.txt" not in words
    with provider_scope(provider_id=cast.calcom.pk):
        file = Attachment.objects.get()
    assert dana.get(f"{URL}files/{file.pk}/").status_code == 200
    assert elena.get(f"{URL}files/{file.pk}/").status_code == 404


def test_a_customer_is_offered_and_allowed_only_their_own_acts(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    page = browser_of(cast.elena).get(URL).content.decode()
    for verb in (
        "claim",
        "hold",
        "call",
        "priority",
        "assign",
        "schedule",
        "merge",
        "close",
        "note",
    ):
        assert f"{URL}{verb}/" not in page
        with nothing_changes(ticket):
            assert browser_of(cast.elena).get(f"{URL}{verb}/").status_code == 403
            assert browser_of(cast.elena).post(f"{URL}{verb}/", {"text": "x"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["", "live/", "why/", "hold/", "reply/", "watch/", "reopen/", "files/1/"]
)
def test_somebody_elses_ticket_looks_absent(
    cast: Cast, database_time: DatabaseTime, path: str
) -> None:
    opened(cast, database_time)
    for viewer in (cast.sam, cast.nora, cast.kim):
        client = browser_of(viewer)
        other, absent = client.get(f"{URL}{path}"), client.get(f"/tickets/CC-9999/{path}")
        assert (other.status_code, absent.status_code) == (404, 404)
        assert text_of(other) == text_of(absent)


@pytest.mark.parametrize("ref", ["CC-01001", "cc-1001", "CC-1001 ", "CC-１００１", "1001", "CC--1"])
def test_only_the_canonical_reference_is_an_address(
    cast: Cast, database_time: DatabaseTime, ref: str
) -> None:
    opened(cast, database_time)
    assert browser_of(cast.elena).get(f"/tickets/{ref}/").status_code == 404


def test_sending_a_reply_twice_writes_one(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    client = browser_of(cast.elena)
    key = {"submission": "5b6f0f5e-2b0a-4a55-9d0c-6b7f4f7d9a01"}
    assert write(client, URL, "It is worse now.", **key).status_code == 303
    assert write(client, URL, "It is worse now.", **key).status_code == 303
    with acting(cast.elena):
        assert Message.objects.filter(text="It is worse now.").count() == 1


def test_an_empty_reply_is_refused_and_a_long_one_kept(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    client = browser_of(cast.elena)
    with nothing_changes(ticket):
        empty = write(client, URL, " \u200b ")
        long = write(client, URL, "x" * 20_001)
    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Write a few words." in text_of(empty)
    assert "x" * 20_001 in long.content.decode()


def test_markup_of_the_writer_stays_text(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    write(browser_of(cast.elena), URL, "<script>alert(1)</script> **loud**")
    page = browser_of(cast.dana).get(URL).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "<strong>loud</strong>" in page


def test_the_page_costs_at_most_twelve_queries(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        for number in range(20):
            reply_to_ticket(ticket=ticket, text=f"Step {number}", actor=cast.dana)
    for viewer in (cast.elena, cast.dana):
        client = browser_of(viewer)
        client.get(URL)
        with at_most_queries(12):
            client.get(URL)


def test_the_live_part_is_silent_until_something_changes(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    client = browser_of(cast.elena)
    etag = client.get(f"{URL}live/", headers=HTMX).headers["ETag"]
    again = client.get(f"{URL}live/", headers=HTMX | {"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    with acting(cast.dana):
        reply_to_ticket(ticket=ticket, text="On my way.", actor=cast.dana)
    news = client.get(f"{URL}live/", headers=HTMX | {"If-None-Match": etag})
    assert "On my way." in text_of(news)
    # What somebody is typing stands outside of all that is swapped.
    assert "<textarea" not in news.content.decode()


def test_a_new_minute_moves_the_clock_and_leaves_the_conversation_alone(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    client = browser_of(cast.elena)
    etag = client.get(f"{URL}live/", headers=HTMX).headers["ETag"]
    database_time.set("2026-06-15T10:01:00-07:00")
    part = client.get(f"{URL}live/", headers=HTMX | {"If-None-Match": etag})
    assert "7 h 59 m of business time left" in text_of(part)
    assert 'id="thread"' not in part.content.decode()


def test_an_internal_note_does_not_ring_at_the_customers(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    client = browser_of(cast.elena)
    client.get(f"{URL}live/", headers=HTMX)
    with acting(cast.dana):
        add_note(ticket=ticket, text="Secret", actor=cast.dana)
    assert "Secret" not in text_of(client.get(f"{URL}live/", headers=HTMX))


def test_a_file_comes_as_a_download_of_a_harmless_kind(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    evil = SimpleUploadedFile("a\u202egpj.html", b"<html><script>alert(1)</script></html>")
    photo = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    client = browser_of(cast.elena)
    write(client, URL, "See the files.", files=[evil, photo])
    with acting(cast.elena):
        page, picture = Attachment.objects.order_by("id")
    answer = client.get(f"{URL}files/{page.pk}/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "\u202e" not in answer.headers["Content-Disposition"]
    assert client.get(f"{URL}files/{picture.pk}/").headers["Content-Type"] == "image/png"
    assert browser_of(cast.sam).get(f"{URL}files/{picture.pk}/").status_code == 404


def test_the_explanation_is_the_same_paper_for_both_sides(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    papers = [
        re.search(r"Hash of this explanation:.*?([0-9a-f]{64})", text_of(page))
        for page in (
            browser_of(cast.elena).get(f"{URL}why/"),
            browser_of(cast.dana).get(f"{URL}why/"),
        )
    ]
    assert papers[0] is not None
    assert papers[1] is not None
    assert papers[0][1] == papers[1][1]


def test_a_resolved_ticket_is_reopened_not_answered(
    cast: Cast, database_time: DatabaseTime
) -> None:
    build_contract(cast.bayview, TIER_2_WITH_RESOLVE, device=cast.phone_system)
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        resolve_ticket(ticket=ticket, text="Card replaced.", actor=cast.dana)
    client = browser_of(cast.elena)
    page = text_of(client.get(URL))
    assert "This is resolved. If something is still wrong, open it again" in page
    assert write(client, URL, "Still dead.").status_code == 422
    asked = text_of(client.get(f"{URL}reopen/"))
    assert "The resolve clock goes on: due Tue 09:00 PDT" in asked
    assert client.post(f"{URL}reopen/", {"text": "Still dead."}).status_code == 303
    with acting(cast.elena):
        assert Ticket.objects.get().state == "open"


def test_a_late_answer_is_shown_as_missed_to_both(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    database_time.set("2026-06-16T11:00:00-07:00")
    assert "2 h over was due today 09:00 PDT" in text_of(browser_of(cast.elena).get(URL))
    write(browser_of(cast.dana), URL, "Sorry for the wait.")
    for viewer in (cast.elena, cast.dana):
        assert "Responded in 10 h, target 8 business hours, missed." in text_of(
            browser_of(viewer).get(URL)
        )


def test_the_instant_is_shown_in_the_readers_zone_with_the_contracts_beside(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    with provider_scope(provider_id=cast.calcom.pk):
        Membership.objects.filter(pk=cast.elena.membership_id or 0).update(zone="America/New_York")
    words = text_of(browser_of(cast.elena).get(URL))
    assert "due Tue 12:00 EDT (Tue 09:00 PDT in the contract’s zone)" in words


def test_priority_of_a_request_is_no_emergency(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time, kind="training", priority=Priority.MINOR, subject="A course")
    assert "Training" in text_of(browser_of(cast.elena).get(URL))


def test_half_a_wish_from_earlier_releases_does_not_take_the_page_away(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        answers = {"wanted_to": "2026-06-17T16:00:00+00:00"}
        Ticket.objects.filter(pk=ticket.pk).update(answers=answers)
    response = browser_of(cast.elena).get("/tickets/CC-1001/")
    assert response.status_code == 200
    assert "Wanted" not in text_of(response)
