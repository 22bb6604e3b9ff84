"""Documents are accessible, and what people wrote stays text."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from calcom_portal.common import typeset as module
from calcom_portal.common.typeset import NotTypeset, typeset
from calcom_portal.common.typesetter import letters_without_glyph

AT = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
LETTERHEAD = {
    "name": "CalCom",
    "lines": ["500 Howard Street", "San Francisco, CA 94105"],
    "phone": "(415) 555-0100",
    "email": "service@calcom.example",
    "website": "calcom.example",
}
TEMPLATE = """
#import "_letter.typ": *
#let data = read-data()
#show: letter.with(data)
= #data.title
#prose(data.text)
#list-table(columns: (1fr, auto), head: ("What", "How much"), rows: data.at("rows", default: ()))
"""


@pytest.fixture
def template(settings: Any, tmp_path: Path) -> str:
    """Give a small template beside the house's letter."""
    shutil.copy(settings.TYPST_DIR / "_letter.typ", tmp_path)
    (tmp_path / "probe.typ").write_text(TEMPLATE)
    settings.TYPST_DIR = tmp_path
    return "probe.typ"


def made(template: str, text: str = "Hello.", **more: Any) -> bytes:
    """Return the document with this text."""
    data = {"title": "Service agreement", "letterhead": LETTERHEAD, "text": text, **more}
    return typeset(template, data, at=AT)


def read(pdf: bytes) -> str:
    """Return the text of every page."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_document_is_tagged_titled_and_says_its_language(template: str) -> None:
    reader = PdfReader(io.BytesIO(made(template)))
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert "/StructTreeRoot" in root
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Service agreement", "CalCom")
    assert reader.metadata.creation_date == AT


def test_it_carries_the_letterhead_and_numbers_its_pages(template: str) -> None:
    text = read(made(template, rows=[[f"Line {number}", "1"] for number in range(60)]))
    for part in ("CalCom", "500 Howard Street", "(415) 555-0100", "1 of 2", "2 of 2", "Line 59"):
        assert part in text
    assert text.count("How much") == 2, "the head of a table is repeated"


@pytest.mark.parametrize(
    "text",
    [
        '#import "@preview/x:1.0.0": *',
        '#read("/etc/passwd") #panic("x")',
        "$ x^2 $ *bold* _thin_ `raw` <label> @reference = Heading",
        "- one // not a comment /* nor this */ \\ back \\u{41}",
        "\"quoted\" 'single' {brace} [bracket] #{1+1} ~ -- ---",
    ],
)
def test_markup_in_text_is_text(template: str, text: str) -> None:
    assert text in read(made(template, text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nul\x00here", "nul[U+0000]here"),
        ("turned \u202eround", "turned [U+202E]round"),
        ("half \ud800", "half [U+D800]"),
        ("smile \U0001f600!", "smile [U+1F600]!"),
        ("漢字 and Zoë", "[U+6F22][U+5B57] and Zoë"),
    ],
)
def test_what_no_font_can_show_is_written_as_its_number(
    template: str, text: str, shown: str
) -> None:
    assert shown in read(made(template, text))


def test_right_to_left_text_is_there_whole(template: str) -> None:
    assert set("שלום") <= set(read(made(template, "שלום means peace")))


def test_ten_thousand_letters_and_six_hundred_unknown_ones_fit(template: str) -> None:
    long = "word " * 2_000 + "".join(chr(0x4E00 + number) for number in range(600))
    text = read(made(template, long))
    assert text.count("word") == 2_000
    assert "[U+5057]" in text.replace("\n", "")


def test_the_same_data_give_the_same_bytes(template: str) -> None:
    assert made(template) == made(template)


def test_a_fault_of_the_template_is_told_in_words_without_its_text(
    template: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    (settings.TYPST_DIR / "probe.typ").write_text('#panic("secret of a customer")')
    with pytest.raises(NotTypeset) as failed:
        made(template)
    assert failed.value.message == "The document probe could not be made."
    assert failed.value.remedy.startswith("Try again")
    assert "typeset.failed template=probe.typ" in caplog.text


def test_a_template_without_end_is_ended(
    template: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.TYPST_DIR / "probe.typ").write_text("#while true { [x].fields() }")
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 1)
    with pytest.raises(NotTypeset):
        made(template)


def test_letters_are_read_out_of_what_typst_says() -> None:
    told = 'the text `"\\u{200d}"` could not be displayed with font `"Inter"`'
    assert letters_without_glyph(told) == {"\u200d"}
