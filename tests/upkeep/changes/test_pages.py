"""Changes of programming in the browser: choosing, asking, the diff, making, undoing, recording."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.web.helpers import HTMX, at_most_queries, text_of
from tests.upkeep.changes.files import ANSWERS
from tests.upkeep.changes.world import SATURDAY_11, build_changeable, made, ready, ticket_for
from tickets.models import Ticket
from upkeep.models import Change

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Monday 11:00 that asks for a change of a system that can be changed."""
    build_changeable(cast.phone_system)
    return ticket_for(cast, database_time)


def get(viewer: Viewer, url: str, **options: Any) -> Any:
    return browser_of(viewer).get(url, **options)


def send(viewer: Viewer, url: str, **values: Any) -> Any:
    key = {"submission": str(uuid.uuid4())}
    return browser_of(viewer).post(url, key | values)


def ask_url(ticket: Ticket, kind: str = "add_extension") -> str:
    return f"/changes/new/{ticket.reference}/{ticket.device_id}/{kind}/"


def newest(cast: Cast) -> Change:
    with provider_scope(provider_id=cast.calcom.pk):
        return Change.objects.latest("pk")


def test_staff_find_changes_on_a_ticket_that_asks_for_one(cast: Cast, ticket: Ticket) -> None:
    page = get(cast.dana, f"/tickets/{ticket.reference}/")
    assert f'href="/changes/new/{ticket.reference}/"' in page.content.decode()
    assert "/changes/" not in get(cast.elena, f"/tickets/{ticket.reference}/").content.decode()


def test_what_can_be_changed_is_listed_by_system(cast: Cast, ticket: Ticket) -> None:
    client = browser_of(cast.dana)
    with at_most_queries(16):
        page = client.get(f"/changes/new/{ticket.reference}/")
    text = text_of(page)
    for words in ("Main phone system", "Add an extension", "Forward an extension", "by hand"):
        assert words in text
    assert f'href="{ask_url(ticket)}"' in page.content.decode()


def test_the_form_asks_and_the_answers_become_a_change(cast: Cast, ticket: Ticket) -> None:
    page = get(cast.dana, ask_url(ticket))
    assert "Like extension" in text_of(page)
    sent = send(cast.dana, ask_url(ticket), **ANSWERS["add_extension"])
    change = newest(cast)
    assert (sent.status_code, sent["Location"]) == (303, f"/changes/{change.pk}/")
    shown = text_of(get(cast.dana, sent["Location"]))
    assert "Being prepared" in shown
    assert "Read the files of the system : now" in shown


def test_the_form_sent_twice_asks_once(cast: Cast, ticket: Ticket) -> None:
    values = {**ANSWERS["add_extension"], "submission": str(uuid.uuid4())}
    client = browser_of(cast.dana)
    places = [client.post(ask_url(ticket), values)["Location"] for _ in range(2)]
    assert places[0] == places[1]
    with acting(cast.dana):
        assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "field", "value", "words"),
    [
        ("add_extension", "number", "1o3", "Write an extension of 2 to 8 digits"),
        ("add_extension", "name", 'x"<1>', "without quotes, commas and brackets"),
        ("add_extension", "name", "a\nb", "Write this on one line."),
        ("add_extension", "password", "short", "Write 12 to 64 letters"),
        ("ring_group", "members", "101&102", "Write an extension of 2 to 8 digits"),
        ("ring_group", "members", "", "This field is required."),
        ("edit_file", "path", "/etc/passwd", "not among what is backed up"),
        ("edit_file", "service", "sshd.service", "Select a valid choice"),
        ("edit_file", "words", "", "This field is required."),
    ],
)
def test_bad_answers_are_named_and_nothing_is_kept(
    cast: Cast, ticket: Ticket, kind: str, field: str, value: str, words: str
) -> None:
    refused = send(cast.dana, ask_url(ticket, kind), **{**ANSWERS[kind], field: value})
    assert refused.status_code == 422
    assert words in text_of(refused)
    with acting(cast.dana):
        assert not Change.objects.exists()


def test_a_change_that_nobody_offers_is_404(cast: Cast, ticket: Ticket) -> None:
    assert get(cast.dana, ask_url(ticket, "format-disk")).status_code == 404
    assert get(cast.dana, f"/changes/new/{ticket.reference}/999/forward/").status_code == 404


def test_the_diff_is_seen_without_its_password_and_the_change_is_begun(
    cast: Cast, ticket: Ticket
) -> None:
    change = ready(ticket, cast.dana)
    client = browser_of(cast.dana)
    with at_most_queries(16):
        page = client.get(f"/changes/{change.pk}/")
    text = text_of(page)
    assert "Ready to be made" in text
    assert "/etc/asterisk/pjsip.conf" in text
    assert "added: [103]" in text
    assert "password=••••••" in text
    assert "hidden-word" not in page.content.decode()
    begun = send(cast.dana, f"/changes/{change.pk}/make/")
    assert (begun.status_code, newest(cast).state) == (303, "running")
    text = text_of(get(cast.dana, f"/changes/{change.pk}/"))
    assert "Look at what works now : now" in text
    assert "Take a backup before : to come" in text


def test_outside_business_hours_a_technician_is_told_and_a_dispatcher_asked_why(
    cast: Cast, database_time: DatabaseTime
) -> None:
    build_changeable(cast.phone_system)
    change = ready(ticket_for(cast, database_time, at=SATURDAY_11), cast.dana)
    url = f"/changes/{change.pk}/"
    told = get(cast.dana, url)
    assert "A dispatcher can allow it now." in text_of(told)
    assert f'action="{url}make/"' not in told.content.decode()
    assert "Why it has to be now" in text_of(get(cast.priya, url))
    refused = send(cast.priya, f"{url}make/", allowed_reason="")
    assert refused.status_code == 422
    assert "Say why it has to be now." in text_of(refused)
    assert send(cast.priya, f"{url}make/", allowed_reason="Open today").status_code == 303
    text = text_of(get(cast.dana, url))
    assert "allowed by Priya Shah : Open today" in text


def test_while_it_moves_the_page_asks_and_then_comes_anew(cast: Cast, ticket: Ticket) -> None:
    change = ready(ticket, cast.dana)
    still = get(cast.dana, f"/changes/{change.pk}/live/", headers=HTMX)
    assert still.headers["HX-Refresh"] == "true"
    send(cast.dana, f"/changes/{change.pk}/make/")
    client = browser_of(cast.dana)
    with at_most_queries(12):
        moving = client.get(f"/changes/{change.pk}/live/", headers=HTMX)
    assert "Take a backup before" in text_of(moving)


def test_a_made_change_is_undone_by_one_click(cast: Cast, ticket: Ticket) -> None:
    change = made(ticket, cast.dana)
    page = get(cast.marco, f"/changes/{change.pk}/")
    assert f'action="/changes/{change.pk}/undo/"' in page.content.decode()
    sent = send(cast.marco, f"/changes/{change.pk}/undo/")
    undo = newest(cast)
    assert (sent["Location"], undo.undoes_id) == (f"/changes/{undo.pk}/", change.pk)
    former = get(cast.marco, f"/changes/{change.pk}/")
    assert "Taking it back" in text_of(former)
    assert f'action="/changes/{change.pk}/undo/"' not in former.content.decode()


def test_a_change_can_be_given_up(cast: Cast, ticket: Ticket) -> None:
    change = ready(ticket, cast.dana)
    assert send(cast.dana, f"/changes/{change.pk}/cancel/").status_code == 303
    assert newest(cast).state == "cancelled"
    again = send(cast.dana, f"/changes/{change.pk}/cancel/")
    assert again.status_code == 409


def test_customers_read_in_plain_words_what_was_done_and_nothing_more(
    cast: Cast, ticket: Ticket
) -> None:
    ready(ticket, cast.dana)
    made(ticket, cast.dana)
    page = get(cast.elena, f"/tickets/{ticket.reference}/")
    text = text_of(page)
    assert "Extension 103 (Front desk) was added." in text
    assert "will be added" not in text
    assert "pjsip" not in page.content.decode()
    assert get(cast.elena, f"/changes/{newest(cast).pk}/").status_code == 403


def test_somebody_elses_change_is_404(cast: Cast, ticket: Ticket) -> None:
    change = made(ticket, cast.dana)
    for url in (f"/changes/{change.pk}/", f"/changes/new/{ticket.reference}/"):
        assert get(cast.nora, url).status_code == 404
    assert send(cast.nora, f"/changes/{change.pk}/undo/").status_code == 404


def by_hand(cast: Cast, ticket: Ticket, **values: Any) -> Any:
    usual = {
        "device": str(ticket.device_id),
        "words": "The door phone rings 102",
        "before": SimpleUploadedFile("before.cfg", b"ring=101\n"),
        "after": SimpleUploadedFile("after.cfg", b"ring=102\n"),
    }
    sent = {name: value for name, value in (usual | values).items() if value is not None}
    return send(cast.dana, f"/changes/by-hand/{ticket.reference}/", **sent)


def test_a_change_by_hand_is_recorded_with_its_files(cast: Cast, ticket: Ticket) -> None:
    assert by_hand(cast, ticket).status_code == 303
    text = text_of(get(cast.dana, f"/changes/{newest(cast).pk}/"))
    assert "Made by hand" in text
    assert "removed: ring=101" in text
    assert "added: ring=102" in text
    told = text_of(get(cast.elena, f"/tickets/{ticket.reference}/"))
    assert "The door phone rings 102." in told


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"after": None}, "Choose this one too"),
        ({"words": ""}, "This field is required."),
        ({"device": "999"}, "Select a valid choice"),
        ({"device": "+1"}, "Select a valid choice"),
        ({"after": SimpleUploadedFile("a", b"ring=101\n")}, "Both files are the same."),
        ({"after": SimpleUploadedFile("a", b"x" * 600_000)}, "larger than 512 kB"),
    ],
)
def test_odd_records_are_refused(
    cast: Cast, ticket: Ticket, values: dict[str, Any], words: str
) -> None:
    refused = by_hand(cast, ticket, **values)
    assert refused.status_code == 422
    assert words in text_of(refused)
    with acting(cast.dana):
        assert not Change.objects.exists()


def test_changes_stand_in_the_history_of_the_device(cast: Cast, ticket: Ticket) -> None:
    made(ticket, cast.dana)
    page = get(cast.elena, f"/devices/{cast.phone_system.pk}/history/")
    assert "Extension 103 (Front desk) was added." in text_of(page)
