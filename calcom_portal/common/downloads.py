"""Handing out files that people sent, and documents that we made: never run, never cached."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from calcom_portal.common.errors import Missing
from calcom_portal.common.files import path_of

PDF = "application/pdf"
# What a browser shows or plays without running anything of it; all else is only bytes.
SAFE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", PDF})


def download_stored(*, name: str, media_type: str, sha256: str) -> HttpResponse:
    """Return the bytes of a stored file as an attachment. Raises Missing when they are gone."""
    path = path_of(sha256)
    if not path.is_file():
        raise Missing(f"{name} is no longer kept.", remedy="Ask whoever sent it to send it again.")
    return download(path.read_bytes(), name=name, media_type=media_type)


def download_file(path: Path, *, name: str, size: int) -> FileResponse:
    """Return a file on disk as an attachment, piece by piece: it may be larger than our memory.

    Only for what lies outside the database: nothing is read in a scope that has ended.
    """
    return download_stream(path.open("rb"), name=name, size=size)


def download_stream(data: BinaryIO, *, name: str, size: int) -> FileResponse:
    """Return what `data` gives as an attachment, as `download_file` does; it is closed then."""
    response = FileResponse(data, content_type="application/octet-stream")
    # Only the head comes from `download`.
    for header, value in download(b"", name=name, media_type="").items():
        response[header] = value
    response["Content-Length"] = str(size)
    return response


def download(data: bytes, *, name: str, media_type: str) -> HttpResponse:
    """Return bytes as an attachment that no browser runs."""
    kind = media_type if media_type in SAFE_TYPES else "application/octet-stream"
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
