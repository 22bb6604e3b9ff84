"""Documents as PDF, accessible by construction (PDF/UA-1: tagged, titled, with a language).

Templates lie in `templates/typst/`; data reaches them as JSON, so whatever people wrote stays
text. The typesetter is a child process: its memory goes with it, and a document that asks for too
much is ended by the system instead of taking a worker along.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

from calcom_portal.common.errors import PortalError
from calcom_portal.common.files import path_of
from calcom_portal.common.tenancy import database_now

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 60
SIGNS = {"pdf": b"%PDF", "png": b"\x89PNG"}
CHILD = Path(__file__).with_name("typesetter.py")


class NotTypeset(PortalError):
    """A document could not be made; the reason is in the log, not in the person's face."""

    status = 500
    code = "not-typeset"
    title = "The document could not be made"


def typeset(template: str, data: Mapping[str, object], *, at: datetime | None = None) -> bytes:
    """Return the PDF that `templates/typst/<template>` makes of `data` (plain JSON values).

    `at` is the instant that the file names as its making; without it, that of the scope, which is
    then needed. The same template, data and instant give the same bytes. Raises NotTypeset.
    """
    made_at = int((at or database_now()).timestamp())
    return _made(template, "pdf", _with_logo(data), made_at)


def redraw(picture: bytes, kind: str) -> bytes:
    """Return a picture ("png", "jpg" or "svg") as a PNG of our own making, for the letterhead.

    What a file carries besides what can be seen does not come through. Raises NotTypeset for what
    is no such picture.
    """
    return _made("_picture.typ", "png", {"picture": list(picture), "format": kind}, 0)


def redraw_photo(picture: bytes, kind: str) -> bytes:
    """Return a photograph ("png", "jpg" or "webp") as a small PNG, at most 366 × 496 points.

    Where it was taken and by which camera does not come through. Raises NotTypeset.
    """
    return _made("_photo.typ", "png", {"picture": list(picture), "format": kind}, 0)


def _made(template: str, kind: str, data: Mapping[str, object], made_at: int) -> bytes:
    order = {
        "template": str(settings.TYPST_DIR / template),
        "root": str(settings.TYPST_DIR),
        "fonts": [str(folder) for folder in settings.TYPST_FONT_DIRS],
        "seconds": PATIENCE_SECONDS,
        "made_at": made_at,
        "format": kind,
        "data": data,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=json.dumps(order, allow_nan=False).encode(),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise _failure(template, type(error).__name__) from error
    if done.returncode != 0 or not done.stdout.startswith(SIGNS[kind]):
        # The first line names the fault; the rest would quote customers' text.
        lines = done.stderr.decode(errors="replace").splitlines()
        raise _failure(template, lines[0] if lines else f"exit {done.returncode}")
    return done.stdout


def _with_logo(data: Mapping[str, object]) -> Mapping[str, object]:
    """Put the bytes of the logo in the place of its hash."""
    letterhead = data.get("letterhead")
    if not isinstance(letterhead, Mapping) or not letterhead.get("logo"):
        return data
    path = path_of(str(letterhead["logo"]))
    logo = list(path.read_bytes()) if path.is_file() else ""
    return {**data, "letterhead": {**letterhead, "logo": logo}}


def _failure(template: str, reason: str) -> NotTypeset:
    log.error("typeset.failed template=%s reason=%s", template, reason)
    return NotTypeset(
        f"The document {template.removesuffix('.typ')} could not be made.",
        remedy="Try again in a minute. If it fails again, tell whoever operates the portal.",
    )
