"""What every page's frame shows: who is here, where one can go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return viewer, nav, account menu and shell for the templates."""
    return {"viewer": getattr(request, "viewer", None)}
