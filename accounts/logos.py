"""A provider's logo: what may be sent, and how it is kept."""

from __future__ import annotations

from calcom_portal.common.errors import BadInput
from calcom_portal.common.files import IncomingFile, store_bytes
from calcom_portal.common.typeset import NotTypeset, redraw

LIMIT_BYTES = 512 * 1024
FIELD = "logo"
REMEDY = "Choose a PNG, JPEG or SVG file of up to 512 kB."
# By what a file begins with; its name is never asked.
BEGINNINGS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
PNG = "image/png"


def keep_logo(file: IncomingFile) -> str:
    """Draw a picture anew, keep it among the files of the scope's provider; return its SHA-256.

    Nothing that hides in a file comes through: not the data of a photograph, no script of an SVG.
    Raises BadInput.
    """
    if file.size > LIMIT_BYTES:
        raise BadInput("This picture is too large.", field=FIELD, remedy=REMEDY)
    with file.open() as source:
        picture = source.read(LIMIT_BYTES + 1)
    kind = kind_of(picture)
    if kind is None or len(picture) > LIMIT_BYTES:
        raise BadInput("This is no such picture.", field=FIELD, remedy=REMEDY)
    try:
        return store_bytes(redraw(picture, kind))
    except NotTypeset as error:
        raise BadInput("This picture cannot be read.", field=FIELD, remedy=REMEDY) from error


def kind_of(picture: bytes) -> str | None:
    """Return "png", "jpg" or "svg" by the first bytes; None for anything else."""
    for beginning, kind in BEGINNINGS.items():
        if picture.startswith(beginning):
            return kind
    head = picture[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "svg" if head.startswith(b"<") and b"<svg" in head else None
