"""ETags: whoever changes a thing can make sure that it is still the one they have seen."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.http import parse_etags
from rest_framework.request import Request

from calcom_portal.common.chain import canonical
from calcom_portal.common.errors import PortalError


class Stale(PortalError):
    """The thing has changed since the caller read it."""

    status = 412
    code = "stale"
    title = "It has changed meanwhile"


def etag_of(*seen: Any) -> str:
    """Return a strong ETag of plain JSON values."""
    return f'"{hashlib.sha256(canonical(list(seen)).encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Does the caller have this state already (If-None-Match)?"""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in given or etag in [tag.removeprefix("W/") for tag in given]


def wants_match(request: Request) -> bool:
    """Does the caller insist on a state (If-Match)?"""
    return "If-Match" in request.headers


def refuse_stale(request: Request, etag: str, what: str) -> None:
    """Raise Stale unless If-Match names this state. Weak tags never match (RFC 9110)."""
    given = parse_etags(request.headers.get("If-Match", ""))
    if "*" not in given and etag not in given:
        raise Stale(
            f"{what} has changed since you read it.", remedy="Read it again and decide anew."
        )
