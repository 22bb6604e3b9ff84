"""One box finds what the viewer may see, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.viewer import Viewer
from contracts.models import Device
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import request_of
from tests.tickets.web.helpers import at_most_queries, text_of
from tickets.actions import open_ticket
from tickets.models import Ticket, TicketWord


def ticket(cast: Cast, subject: str, *, reporter: Viewer | None = None) -> Ticket:
    reporter = reporter or cast.elena
    with acting(reporter):
        return open_ticket(request=request_of(cast, subject=subject), actor=reporter)


def found(viewer: Viewer, words: str) -> str:
    return text_of(browser_of(viewer).get("/search/", {"q": words}))


@pytest.mark.parametrize(
    "words",
    [
        "dial tone",
        "DIAL",
        "tone dial",
        "di to",
        "émpfang",
        "empfang",
        "CC-1001",
        "1001",
        "dial-tone",
    ],
)
def test_a_ticket_is_found_by_its_number_or_the_beginnings_of_its_words(
    cast: Cast, words: str
) -> None:
    ticket(cast, "No dial tone at the Empfang")
    ticket(cast, "Fax is slow")
    page = found(cast.dana, words)
    assert "CC-1001 No dial tone at the Empfang" in page
    assert "Fax is slow" not in page


@pytest.mark.parametrize("words", ["ial", "dial fax", "CC-1009", "%", "_", "' OR 1=1 --", "\\"])
def test_the_middle_of_a_word_and_signs_find_nothing(cast: Cast, words: str) -> None:
    ticket(cast, "No dial tone")
    assert "No dial tone" not in found(cast.dana, words)


@pytest.mark.parametrize(
    "words", ["4C-0777", "4c0777", "0777", "kx-ns", "front desk", "A-19", "a19", "Panasonic 4c"]
)
def test_a_device_is_found_by_what_stands_on_its_label(cast: Cast, words: str) -> None:
    device = build_device(cast.market_street, "Front desk phone")
    with acting(cast.ruth):
        Device.objects.filter(pk=device.pk).update(serial="4C-0777", asset_tag="A-19")
    assert "Front desk phone" in found(cast.dana, words)
    assert "Front desk phone" in found(cast.elena, words)
    assert "Front desk phone" not in found(cast.sam, words)


def test_a_changed_device_is_found_by_its_new_words_only(cast: Cast) -> None:
    device = build_device(cast.market_street, "Old name")
    with acting(cast.ruth):
        Device.objects.filter(pk=device.pk).update(name="Renamed", extension="204")
    assert "Renamed" in found(cast.dana, "204")
    assert "Renamed" not in found(cast.dana, "old")


def test_staff_find_customers_sites_and_people(cast: Cast) -> None:
    page = found(cast.ruth, "bayview")
    assert "Customers" in page
    assert "Bayview Dental Group" in page
    assert "Market Street" in found(cast.dana, "market")
    assert "Elena Moreno" in found(cast.priya, "elena")


def test_customers_people_find_their_own_and_no_staff(cast: Cast) -> None:
    ticket(cast, "No dial tone")
    assert "No dial tone" in found(cast.amit, "dial")
    assert "Elena Moreno" in found(cast.amit, "moreno")
    for stranger in (cast.sam, cast.kim, cast.nora, cast.nils):
        page = found(stranger, "dial")
        assert "No dial tone" not in page, stranger.name
        assert "Nothing found" in page
    assert "Elena Moreno" not in found(cast.sam, "moreno")
    assert "Amit Bhatt" not in found(cast.elena, "bhatt")
    assert "Dana Okafor" not in found(cast.amit, "okafor")
    assert "Sutter" not in found(cast.amit, "sutter")


def test_internal_notes_are_not_searched(cast: Cast) -> None:
    shown = ticket(cast, "No dial tone")
    browser_of(cast.dana).post(f"/tickets/{shown.reference}/note/", {"text": "zebra"})
    for viewer in (cast.dana, cast.elena):
        assert "Nothing found" in found(viewer, "zebra")


def test_words_are_cut_in_the_database_at_the_wall(cast: Cast) -> None:
    ticket(cast, "No dial tone")
    for viewer, count in ((cast.dana, 3), (cast.elena, 3), (cast.sam, 0), (cast.nora, 0)):
        with acting(viewer), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tickets_ticketword")
            assert cursor.fetchone() == (count,), viewer.name
    with acting(cast.dana):
        words = TicketWord.objects.order_by("word").values_list("word", flat=True)
        assert list(words) == ["dial", "no", "tone"]


@pytest.mark.parametrize("typed", ["", " ", "x", "\u200b"])
def test_too_little_asks_for_more(cast: Cast, typed: str) -> None:
    assert "Write at least two letters" in found(cast.dana, typed) or typed == "\u200b"


@pytest.mark.parametrize("typed", ["x" * 5_000, "a " * 60, "漢字", "\u202eabc", "a\x00b", "🙂🙂"])
def test_odd_questions_are_answered(cast: Cast, typed: str) -> None:
    answer = browser_of(cast.dana).get("/search/", {"q": typed})
    assert answer.status_code in (200, 400)


def test_htmx_gets_the_results_alone(cast: Cast) -> None:
    answer = browser_of(cast.dana).get("/search/", {"q": "bayview"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "Bayview Dental Group" in answer.content.decode()


def test_the_page_asks_as_much_for_many_as_for_one(cast: Cast, database_time: DatabaseTime) -> None:
    site = build_site(cast.bayview, "Bay dial")
    for number in range(9):
        ticket(cast, f"Dial {number}")
        build_device(site, f"Dial {number}")
    browser = browser_of(cast.dana)
    browser.get("/search/", {"q": "dial"})
    with at_most_queries(14):
        browser.get("/search/", {"q": "dial"})


def test_the_box_of_the_frame_shows_results_without_ids_and_keys_of_the_page(cast: Cast) -> None:
    ticket(cast, "No dial tone")
    browser = browser_of(cast.dana)
    inline = {"HX-Request": "true", "HX-Target": "nav-found"}
    part = browser.get("/search/", {"q": "dial"}, headers=inline).content.decode()
    assert "CC-1001 No dial tone" in part
    assert 'id="nav-found-1"' in part
    assert "data-row" not in part
    nothing = browser.get("/search/", {"q": "d"}, headers=inline).content.decode()
    assert nothing.strip() == ""


def test_every_page_has_the_box(cast: Cast) -> None:
    page = browser_of(cast.elena).get("/profile/").content.decode()
    assert 'role="search" action="/search/"' in page
    assert 'hx-target="#nav-found"' in page
