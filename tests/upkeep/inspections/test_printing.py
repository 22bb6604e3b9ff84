"""The pictures in the report of an inspection: drawn small, with their words, not too many."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import database_now
from calcom_portal.demo.pictures import picture as drawn
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.inspections.helpers import answer, answers, begun, closing, sent
from upkeep.actions.add_inspection_photo import Picture, add_inspection_photo
from upkeep.inspecting import printing
from upkeep.inspecting.document import pdf_of
from upkeep.models import Inspection

pytestmark = pytest.mark.django_db
# A phone's picture carries where it was taken; this stands for that.
SECRET = b"tEXtComment\0GPS 37.77 -122.42"


@pytest.fixture(autouse=True)
def on_a_tuesday(database_time: DatabaseTime) -> None:
    database_time.set("2026-06-30T11:00-07:00")


def kept(inspection: Inspection, cast: Cast, content: bytes, item_id: int | None = None) -> None:
    file = IncomingFile("cabinet.png", len(content), lambda: BytesIO(content))
    picture = Picture(uuid4(), file, database_now(), item_id)
    add_inspection_photo(inspection=inspection, picture=picture, actor=cast.dana)


def with_words(content: bytes) -> bytes:
    """Return a PNG with a comment behind its head."""
    chunk = struct.pack(">I", len(SECRET) - 4) + SECRET + struct.pack(">I", zlib.crc32(SECRET))
    return content[:33] + chunk + content[33:]


def read(inspection: Inspection) -> tuple[list[tuple[int, int]], str, bytes]:
    """Return the sizes of the pictures in the report, its text, and the file."""
    document = pdf_of(inspection)
    reader = PdfReader(BytesIO(document))
    sizes = []
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for thing in resources.get("/XObject", {}).values():
            found = thing.get_object()
            if found["/Subtype"] == "/Image":
                sizes.append((int(found["/Width"]), int(found["/Height"])))
    return sizes, " ".join(page.extract_text() for page in reader.pages), document


def test_pictures_stand_in_the_report_with_their_lines(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        item = inspection.items.filter(asked="condition").earliest("position")
        kept(inspection, cast, with_words(drawn(7)))
        kept(inspection, cast, drawn(8), item.pk)
        worse = answer(item, version=1, result="bad", note="Rust.")
        sent(inspection, cast.dana, [*answers(inspection), worse, closing()])
        sizes, text, document = read(Inspection.objects.get(pk=inspection.pk))
    assert sizes == [(366, 183), (366, 183)]
    assert f"{item.title}: Act now" in text.replace("\n", " ")
    assert text.index(f"{item.title}: Act now") < text.index("In general")
    assert "more pictures" not in text
    assert b"37.77" not in document


def test_more_than_a_report_holds_lie_in_the_portal(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "MOST_PRINTED", 2)
    inspection = begun(cast)
    with acting(cast.dana):
        for seed in range(4):
            kept(inspection, cast, drawn(seed))
        sizes, text, _ = read(inspection)
    assert len(sizes) == 2
    assert "2 more pictures lie in the portal beside this report." in text


def test_what_cannot_be_drawn_keeps_nobody_from_the_report(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        kept(inspection, cast, b"\x89PNG\r\n\x1a\n" + b"\0" * 60)
        sizes, text, _ = read(inspection)
    assert sizes == []
    assert "1 more picture lies in the portal beside this report." in text


def test_a_picture_that_is_too_large_is_not_opened(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "MOST_BYTES", 10)
    inspection = begun(cast)
    with acting(cast.dana):
        kept(inspection, cast, drawn(1))
        assert read(inspection)[0] == []
