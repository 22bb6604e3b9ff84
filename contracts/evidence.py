"""What is kept of a signature beside the name: how, when, from where, and the scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest

from accounts.signin import client_address
from calcom_portal.common.errors import BadInput
from calcom_portal.common.files import (
    HEAD,
    IncomingFile,
    StoredFile,
    media_type_of,
    safe_name,
    store_files,
)

SCAN_TYPES: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a signature was given. `signed_on` None: on the day on which it is written down.

    `address` and `user_agent` are those of the browser in which it was. `no_scan_reason` says why
    there is no scan of a signature that was given outside the portal.
    """

    role: str = ""
    signed_on: date | None = None
    address: str = ""
    user_agent: str = ""
    scan: IncomingFile | None = None
    no_scan_reason: str = ""


def evidence_of(request: HttpRequest, role: str, *, signed_on: date | None = None) -> Evidence:
    """Return where a signature comes from: the browser, or the program, of this request."""
    agent = request.headers.get("User-Agent", "")
    return Evidence(
        role=role,
        signed_on=signed_on,
        address=client_address(request),
        user_agent="".join(sign for sign in agent if sign.isprintable()),
    )


def store_scan(scan: IncomingFile | None) -> StoredFile | None:
    """Keep a scan. Raises BadInput for what is neither PDF nor picture, TooLarge above the limit.

    The name of the file is never asked, and nothing that a program could be is stored.
    """
    if scan is None:
        return None
    # Not closed: an upload that was is gone, and its bytes are still to be stored.
    kind = media_type_of(scan.open().read(HEAD))
    if scan.size and kind not in SCAN_TYPES:
        raise BadInput(
            f"{safe_name(scan.name)} is neither a PDF nor a picture.",
            field="scan",
            remedy="Send the scan as PDF, JPEG or PNG.",
        )
    return store_files([scan])[0]
