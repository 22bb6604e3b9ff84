"""Files and texts: kept exactly or refused; shown without harm."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.errors import BadInput, Missing, TooLarge
from calcom_portal.common.files import IncomingFile, media_type_of, path_of, safe_name, store_files
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import nothing_changes, opened
from tickets.access import access_attachment, access_ticket
from tickets.actions import add_note, reply_to_ticket
from tickets.markdown import render_markdown
from tickets.models import Attachment

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


@pytest.fixture
def of_calcom(cast: Cast) -> Iterator[int]:
    """Work for a provider: each keeps its files for itself."""
    with acting(cast.ruth):
        yield cast.calcom.pk


def a_file(name: str = "photo.png", content: bytes = PNG) -> IncomingFile:
    return IncomingFile(name, len(content), lambda: io.BytesIO(content))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("photo.png", "photo.png"),
        ("\u202egpj.exe", "[U+202E]gpj.exe"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Elena\\fax.pdf", "fax.pdf"),
        ("line\nbreak.txt", "line[U+000A]break.txt"),
        (".htaccess", "htaccess"),
        ("shell.php. ", "shell.php"),
        ("zero\u200bwidth.txt", "zero[U+200B]width.txt"),
        ("", "file"),
        ("...", "file"),
        ("שלום.txt", "שלום.txt"),
    ],
)
def test_a_name_is_shown_without_tricks(given: str, shown: str) -> None:
    assert safe_name(given) == shown


def test_a_long_name_keeps_its_ending() -> None:
    assert len(safe_name("x" * 300 + ".png")) <= 120
    assert safe_name("x" * 300 + ".png").endswith("….png")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        ("Grüße, no dial tone.\n".encode(), "text/plain"),
        (b"\x00\x01\x02\x03nothing known", "application/octet-stream"),
    ],
)
def test_the_content_tells_what_a_file_is(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


def test_a_page_is_never_taken_for_plain_text() -> None:
    assert media_type_of(b"<html><script>alert(1)</script></html>") != "text/plain"
    assert media_type_of(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>") != "text/plain"


def test_bytes_lie_under_their_hash_for_the_owner_only(settings: Any, of_calcom: int) -> None:
    (stored,) = store_files([a_file("../evil.png")])
    place = path_of(stored.sha256)
    assert stored.sha256 == hashlib.sha256(PNG).hexdigest()
    assert place == Path(settings.FILES_DIR) / str(of_calcom) / stored.sha256[:2] / stored.sha256
    assert place.read_bytes() == PNG
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()] == [
        stored.sha256
    ]


def test_too_large_empty_and_too_many_files_are_refused(settings: Any, of_calcom: int) -> None:
    settings.ATTACHMENT_LIMIT_BYTES = 100
    with pytest.raises(TooLarge, match=r"big\.bin has"):
        store_files([a_file("big.bin", b"x" * 101)])
    with pytest.raises(BadInput, match=r"empty\.txt is empty"):
        store_files([a_file("empty.txt", b"")])
    with pytest.raises(BadInput, match="11 files are too many"):
        store_files([a_file("a.txt", b"a")] * 11)
    assert not any(path.is_file() for path in Path(settings.FILES_DIR).rglob("*"))


def test_a_file_that_lies_about_its_size_is_refused(settings: Any, of_calcom: int) -> None:
    settings.ATTACHMENT_LIMIT_BYTES = 100
    liar = IncomingFile("liar.bin", 10, lambda: io.BytesIO(b"x" * 500))
    with pytest.raises(TooLarge):
        store_files([liar])
    assert not any(path.is_file() for path in Path(settings.FILES_DIR).rglob("*"))


def test_files_of_notes_are_the_staffs_only(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        add_note(ticket=ticket, text="See photo.", files=[a_file()], actor=cast.dana)
        reply_to_ticket(ticket=ticket, text="See this.", files=[a_file("b.png")], actor=cast.dana)
        internal, public = Attachment.objects.order_by("pk")
        assert access_attachment(cast.dana, ticket.reference, internal.pk) == internal
    with acting(cast.elena):
        assert access_attachment(cast.elena, ticket.reference, public.pk).name == "b.png"
        with pytest.raises(Missing):
            access_attachment(cast.elena, ticket.reference, internal.pk)
    with acting(cast.sam), pytest.raises(Missing):
        access_attachment(cast.sam, ticket.reference, public.pk)


def test_strangers_get_the_same_answer_as_for_a_ticket_that_is_not_there(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    answers = []
    for viewer, reference in ((cast.sam, ticket.reference), (cast.sam, "CC-9999")):
        with acting(viewer), pytest.raises(Missing) as refusal:
            access_ticket(viewer, reference)
        answers.append((refusal.value.message, refusal.value.remedy))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u2060", "x" * 20_001, "a\x00b"])
def test_a_text_that_cannot_be_kept_is_refused(
    cast: Cast, database_time: DatabaseTime, text: str
) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana), nothing_changes(ticket), pytest.raises(BadInput) as refusal:
        reply_to_ticket(ticket=ticket, text=text, actor=cast.dana)
    assert refusal.value.field == "text"


def test_the_text_is_kept_exactly(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    text = "  <b>Ünïcode</b> 😀 \r\n' OR 1=1-- {{7*7}} \u202e"
    with acting(cast.dana):
        assert reply_to_ticket(ticket=ticket, text=text, actor=cast.dana).text == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and `code`", "<p><strong>bold</strong> and <code>code</code></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        (
            "[site](https://example.com)",
            '<p><a href="https://example.com" rel="noopener nofollow">site</a></p>\n',
        ),
    ],
)
def test_markdown_is_shown(text: str, html: str) -> None:
    assert render_markdown(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![pixel](https://tracker.example/p.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='//evil.example' hx-get='/x'>x</a>",
        "<style>body{display:none}</style>",
        '<div hx-on:click="alert(1)">x</div>',
        "<iframe src='https://evil.example'></iframe>",
        "<base href='https://evil.example'>",
    ],
)
def test_no_markup_of_the_writers_own_gets_through(text: str) -> None:
    html = render_markdown(text)
    for danger in (
        "<script",
        "<img",
        "<style",
        "<iframe",
        "<base",
        "<div",
        'href="javascript',
        'href="data',
    ):
        assert danger not in html


def test_hostile_markdown_is_quick() -> None:
    for text in ("[" * 20_000, "*a" * 10_000, "> " * 10_000, "`" * 20_000, "|a" * 10_000):
        assert render_markdown(text) is not None
