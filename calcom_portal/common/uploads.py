"""How large an upload may be, told before its body is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from calcom_portal.common.errors import TooLarge
from calcom_portal.common.sizes import has_and_may

MEGABYTE: Final = 1024 * 1024
# What a form holds beside its file.
FIELDS: Final = MEGABYTE

Limit = Callable[[], int]
_limits: dict[str, Limit] = {}


def limit_uploads(prefix: str, limit: Limit) -> None:
    """Let forms below a path carry `limit()` bytes of files, all in all."""
    _limits[prefix] = limit


def check_length(request: HttpRequest) -> None:
    """Raise TooLarge for a form with files that announces too much, without reading it.

    A body that is longer than it announces is cut by the server, so its form cannot be read.
    """
    if request.content_type != "multipart/form-data":
        return
    length, limit = int(request.META.get("CONTENT_LENGTH") or 0), _limit_of(request.path)
    if length > limit + FIELDS:
        raise TooLarge(
            f"{has_and_may('What you sent', length, limit)} here.",
            remedy="Make it smaller, or send it in parts.",
        )


def _limit_of(path: str) -> int:
    found = [prefix for prefix in _limits if path.startswith(prefix)]
    if found:
        return _limits[max(found, key=len)]()
    return int(settings.ATTACHMENTS_PER_MESSAGE * settings.ATTACHMENT_LIMIT_BYTES)
