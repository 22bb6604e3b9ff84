"""A form with files, sent again under its key: what is in the files counts, not their names."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tests.tickets.web.helpers import MONDAY_10, send_report, text_of, write
from tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db
KEPT = "This was already sent with other contents, and the first version counts."
# As many bytes in memory, and on disk.
SIZES = pytest.mark.parametrize("size", [3, 3_000_000])


def photo(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("desk.txt", content)


@SIZES
def test_a_report_with_another_file_of_equal_name_and_size_is_refused(
    cast: Cast, database_time: DatabaseTime, size: int
) -> None:
    database_time.set(MONDAY_10)
    key = str(uuid.uuid4())
    contents = [b"a" * size, b"a" * size, b"b" * size]
    first, again, other = (
        send_report(cast.elena, submission=key, files=[photo(content)]) for content in contents
    )
    assert (first.status_code, again.status_code) == (303, 303)
    assert first["Location"] == again["Location"]
    assert other.status_code == 422
    assert KEPT in text_of(other)
    with acting(cast.elena):
        assert (Ticket.objects.count(), Attachment.objects.get().size) == (1, size)


@SIZES
@pytest.mark.parametrize("mode", ["reply", "note"])
def test_a_message_with_another_file_of_equal_name_and_size_is_refused(
    cast: Cast, database_time: DatabaseTime, mode: str, size: int
) -> None:
    ticket = opened(cast, database_time)
    dana, key = browser_of(cast.dana), str(uuid.uuid4())
    url = f"/tickets/{ticket.reference}/"
    contents = [b"a" * size, b"a" * size, b"b" * size]
    first, again, other = (
        write(dana, url, "See the file.", mode, submission=key, files=[photo(content)])
        for content in contents
    )
    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 422)
    assert KEPT in text_of(other)
    with acting(cast.dana):
        assert Message.objects.filter(text="See the file.").count() == 1
        assert Attachment.objects.get().size == size
