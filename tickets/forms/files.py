"""Choosing files for a message."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from tickets.files import IncomingFile

MEGABYTE = 1024 * 1024


class ManyFilesInput(forms.FileInput):
    """A file input in which several files can be chosen; forms.js lists them below."""

    allow_multiple_selected = True


class FilesField(forms.Field):
    """Several files, each within the limits. Cleans to a tuple of IncomingFile."""

    def __init__(self, *, list_id: str = "chosen", **options: Any) -> None:
        widget = ManyFilesInput(attrs={"data-files": f"#{list_id}", "multiple": True})
        super().__init__(widget=widget, required=False, **options)

    def clean(self, value: Any) -> tuple[IncomingFile, ...]:
        """Return the chosen files. Raises ValidationError naming the file and the limit."""
        uploads: list[UploadedFile] = list(value or ())
        if len(uploads) > settings.ATTACHMENTS_PER_MESSAGE:
            raise forms.ValidationError(
                f"{len(uploads)} files are too many: choose at most {settings.ATTACHMENTS_PER_MESSAGE},"
                " and send the others with a reply."
            )
        for upload in uploads:
            _check(upload)
        return tuple(IncomingFile.of(upload) for upload in uploads)


def uploads_of(files: Any, name: str = "files") -> list[Any]:
    """Return every file that a form sent under one name."""
    return list(files.getlist(name)) if hasattr(files, "getlist") else []


def _check(upload: UploadedFile) -> None:
    limit = settings.ATTACHMENT_LIMIT_BYTES
    if not upload.size:
        raise forms.ValidationError(f"{upload.name} is empty: choose it again, or leave it out.")
    if upload.size > limit:
        raise forms.ValidationError(
            f"{upload.name} has {upload.size / MEGABYTE:.1f} MB; {limit // MEGABYTE} MB are possible:"
            " make it smaller, or send it in parts."
        )
