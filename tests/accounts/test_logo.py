"""The provider's logo: drawn anew, shown on paper, and nothing that hides in a file."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from accounts.actions import change_logo
from accounts.letterhead import letterhead_of
from accounts.logos import LIMIT_BYTES, kind_of
from accounts.models import AuditEntry, Provider
from calcom_portal.common.errors import NotAllowed
from calcom_portal.common.files import path_of, store_bytes
from calcom_portal.common.typeset import redraw, typeset
from tests.accounts.test_company import FORM
from tests.cast import Cast
from tests.common.test_typeset import template
from tests.stage import acting, browser_of

SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">'
    b'<script>alert("hidden")</script><rect width="40" height="40" fill="#0b5fff"/></svg>'
)
__all__ = ["template"]


def svg(inside: str, head: str = "") -> bytes:
    """Return a drawing."""
    tag = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    return f"{head}{tag}{inside}</svg>".encode()


REFUSED = {
    "words": b"hello",
    "a page": b"<html><body><svg></svg></body></html>",
    "a PDF": b"%PDF-1.7\n",
    "a GIF": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "half a PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "half a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "a drawing without size": b'<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>',
    "a drawing that reads files": svg('<image href="/etc/passwd" width="9" height="9"/>'),
    "entities": svg(
        "<text>&c;</text>",
        '<!DOCTYPE svg [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&c;">]>',
    ),
    "too large": SVG.replace(b"hidden", b"x" * LIMIT_BYTES),
    "nothing": b"",
}


def logo_of(cast: Cast) -> str:
    """Return the hash of CalCom's logo."""
    with acting(cast.ruth):
        return Provider.objects.get(pk=cast.calcom.pk).logo_sha256


def sent(cast: Cast, content: bytes, **fields: Any) -> Any:
    """Save the letterhead with a logo."""
    picture = SimpleUploadedFile("logo.svg", content, content_type="image/svg+xml")
    return browser_of(cast.ruth).post("/company/", FORM | {"logo": picture} | fields)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_logo_is_kept_as_a_picture_of_our_own_making(cast: Cast, kind: str) -> None:
    content = SVG if kind == "svg" else redraw(SVG, "svg")
    assert sent(cast, content).status_code == 303
    with acting(cast.ruth):
        kept = path_of(logo_of(cast)).read_bytes()
        entry = AuditEntry.objects.filter(action="company.logo_changed").get()
    assert kept.startswith(b"\x89PNG")
    assert b"hidden" not in kept
    assert sha256(kept).hexdigest() == logo_of(cast)
    assert logo_of(cast) in entry.body
    shown = browser_of(cast.ruth).get("/company/logo.png")
    assert (shown["Content-Type"], shown.content) == ("image/png", kept)
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_and_nothing_is_saved(cast: Cast, name: str) -> None:
    answer = sent(cast, REFUSED[name])
    assert answer.status_code == 422
    assert 'id="id_logo_error"' in answer.content.decode()
    with acting(cast.ruth):
        provider = Provider.objects.get(pk=cast.calcom.pk)
    assert (provider.name, provider.logo_sha256) == ("CalCom", "")


@pytest.fixture
def picture() -> bytes:
    """Give a logo as it is kept."""
    return redraw(SVG, "svg")


def test_documents_carry_the_logo_and_say_whose_it_is(
    cast: Cast, picture: bytes, template: str
) -> None:
    with acting(cast.ruth):
        Provider.objects.update(logo_sha256=store_bytes(picture), name="CalCom Service")
        letterhead = letterhead_of(Provider.objects.get(pk=cast.calcom.pk))
        pictures, text = _paper(template, letterhead)
        assert pictures == 1
        assert "CalCom Service" in text
        assert _paper(template, letterhead | {"logo": ""})[0] == 0
        # A kept document from before there were logos, and one whose file is gone.
        del letterhead["logo"]
        assert _paper(template, letterhead)[0] == 0
        assert _paper(template, letterhead | {"logo": "0" * 64})[0] == 0


def test_it_is_taken_off_again(cast: Cast) -> None:
    sent(cast, SVG)
    page = browser_of(cast.ruth).get("/company/").content.decode()
    assert 'alt="Logo of CalCom Service"' in page
    assert browser_of(cast.ruth).post("/company/", FORM | {"without_logo": "on"}).status_code == 303
    assert logo_of(cast) == ""
    assert browser_of(cast.ruth).get("/company/logo.png").status_code == 404


def test_saving_the_letterhead_alone_keeps_the_logo(cast: Cast) -> None:
    sent(cast, SVG)
    before = logo_of(cast)
    browser_of(cast.ruth).post("/company/", FORM | {"website": "other.example"})
    assert logo_of(cast) == before != ""


def test_a_technician_may_not(cast: Cast) -> None:
    with acting(cast.dana), pytest.raises(NotAllowed):
        change_logo(picture=None, actor=cast.dana)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><svg>", "svg"),
        (b"RIFF\x00\x00\x00\x00WEBP", None),
        (b"svg", None),
    ],
)
def test_a_picture_is_known_by_its_beginning(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind


def _paper(template: str, letterhead: dict[str, Any]) -> tuple[int, str]:
    """Return how many pictures a letter has, and its text."""
    data = {"title": "A letter", "letterhead": letterhead, "text": "Hello."}
    page = PdfReader(io.BytesIO(typeset(template, data))).pages[0]
    return len(page.images), page.extract_text()
