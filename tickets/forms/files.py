"""Choosing files for a message."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from calcom_portal.common.files import IncomingFile
from calcom_portal.common.sizes import has_and_may


class ManyFilesInput(forms.FileInput):
    """A file input in which several files can be chosen; forms.js lists them below."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[Any]]:
        """Return every file that the form sent under the name."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Several files, each within the limits. Cleans to a tuple of IncomingFile."""

    def __init__(self, *, list_id: str = "chosen", **options: Any) -> None:
        widget = ManyFilesInput(attrs={"data-files": f"#{list_id}", "multiple": True})
        super().__init__(widget=widget, required=False, **options)

    def clean(self, value: Any) -> tuple[IncomingFile, ...]:
        """Return the chosen files. Raises ValidationError naming the file and the limit."""
        uploads: list[UploadedFile[Any]] = list(value or ())
        most = settings.ATTACHMENTS_PER_MESSAGE
        if len(uploads) > most:
            raise forms.ValidationError(
                f"{len(uploads)} files are too many: choose at most {most},"
                " and send the others with a reply."
            )
        for upload in uploads:
            _check(upload)
        return tuple(_incoming(upload) for upload in uploads)


def _incoming(upload: UploadedFile[Any]) -> IncomingFile:
    return IncomingFile(upload.name or "", upload.size or 0, lambda: upload.open("rb"))


def _check(upload: UploadedFile[Any]) -> None:
    limit = settings.ATTACHMENT_LIMIT_BYTES
    if not upload.size:
        raise forms.ValidationError(f"{upload.name} is empty: choose it again, or leave it out.")
    if upload.size > limit:
        raise forms.ValidationError(
            f"{has_and_may(str(upload.name), upload.size, limit)}:"
            " make it smaller, or send it in parts."
        )
