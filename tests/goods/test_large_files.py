"""Files that are too large or too much unpacked are refused early, in words, with the limit."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from calcom_portal.common.errors import TooLarge
from calcom_portal.common.files import IncomingFile
from contracts.actions import ListSent, start_import
from contracts.models import GoodsImport, ImportState
from tests.cast import Cast
from tests.contracts.agreements import key
from tests.goods.files import HEADINGS, text
from tests.jobs import finish_jobs
from tests.stage import acting, browser_of

MEGABYTE = 1024 * 1024
HUNDRED = 100 * MEGABYTE
MULTIPART = "multipart/form-data; boundary=BOUNDARY"


class Unread:
    """A body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


class Zeros(io.RawIOBase):
    """So many bytes of text, without holding them."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        given = min(self.left, size if size >= 0 else self.left)
        self.left -= given
        return b"0" * given


def announced(browser: Client, path: str, size: int) -> Any:
    """Post a form that says how large it is."""
    return browser.generic(
        "POST",
        path,
        **{"CONTENT_TYPE": MULTIPART, "CONTENT_LENGTH": str(size), "wsgi.input": Unread()},  # type: ignore[arg-type]
    )


def stored_files(cast: Cast) -> list[Path]:
    folder = Path(settings.FILES_DIR) / str(cast.calcom.pk)
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


@pytest.mark.parametrize(
    ("path", "limit"), [("/imports/new/?customer={}", 30), ("/contracts/{}/sign/", 15)]
)
def test_a_hundred_megabytes_are_refused_before_they_are_read(
    cast: Cast, path: str, limit: int
) -> None:
    answer = announced(browser_of(cast.ruth), path.format(cast.bayview.pk), HUNDRED)
    assert answer.status_code == 413
    text = answer.content.decode()
    assert f"What you sent has 100 MB; {limit} MB are possible here." in text


def test_a_list_of_a_hundred_megabytes_leaves_nothing_behind(cast: Cast) -> None:
    before = stored_files(cast)
    for told in (HUNDRED, 1000):
        # What a file announces may be a lie.
        sent = ListSent(IncomingFile("list.csv", told, lambda: Zeros(HUNDRED)))  # type: ignore[arg-type, return-value]
        with acting(cast.ruth), pytest.raises(TooLarge) as refusal:
            start_import(customer=cast.bayview, sent=sent, actor=cast.ruth)
        assert "30 MB are possible" in refusal.value.message
    assert stored_files(cast) == before
    with acting(cast.ruth):
        assert not GoodsImport.objects.exists()


def test_the_limit_is_a_setting_and_stands_beside_the_field(cast: Cast, settings: Any) -> None:
    settings.IMPORT_LIMIT_BYTES = 2 * MEGABYTE
    browser, path = browser_of(cast.ruth), f"/imports/new/?customer={cast.bayview.pk}"
    assert "up to 2 MB and 50,000 rows" in browser.get(path).content.decode()
    large = SimpleUploadedFile("list.csv", b"0" * (2 * MEGABYTE + 1))
    form = {"file": large, "style": "ask", "letters": "auto", "submission": key()}
    answer = browser.post(path, form)
    assert answer.status_code == 422
    assert "list.csv has 2,097,153 bytes; 2,097,152 bytes are possible." in answer.content.decode()


def test_a_zip_bomb_is_told_apart_quickly_and_imports_nothing(cast: Cast) -> None:
    from tests.goods.test_reading_lists import TOO_MUCH_ROOM, with_part  # noqa: PLC0415

    bomb = with_part("xl/worksheets/sheet1.xml", bytes(101 * MEGABYTE))
    assert len(bomb) < MEGABYTE
    path = f"{reverse('import_new')}?customer={cast.bayview.pk}"
    file = SimpleUploadedFile("list.xlsx", bomb)
    form = {"file": file, "style": "ask", "letters": "auto", "submission": key()}
    began = time.monotonic()
    assert browser_of(cast.ruth).post(path, form).status_code == 303
    finish_jobs()
    assert time.monotonic() - began < 5
    with acting(cast.ruth):
        found = GoodsImport.objects.get()
    assert found.state == ImportState.UNREADABLE
    assert found.problems[0]["message"] == TOO_MUCH_ROOM


def test_a_file_within_the_limit_goes_on_as_before(cast: Cast) -> None:
    path = f"{reverse('import_new')}?customer={cast.bayview.pk}"
    file = SimpleUploadedFile("list.csv", text(HEADINGS).encode())
    form = {"file": file, "style": "ask", "letters": "auto", "submission": key()}
    assert browser_of(cast.ruth).post(path, form).status_code == 303
    (kept,) = [path for path in stored_files(cast) if "lists" in path.parts]
    assert kept.read_bytes() == text(HEADINGS).encode()
