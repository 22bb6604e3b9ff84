"""How a view answers: a page, a part of one, or "go there"."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a whole page."""
    return render(request, template, context, status=status)


def part(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render one part, for htmx to swap in. Errors in a form come with 422."""
    return render(request, template, context, status=status)


def page_or_part(
    request: HttpRequest,
    page_template: str,
    part_template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render the part for htmx, else the page with it: without JavaScript all still works."""
    return render(
        request, part_template if is_htmx(request) else page_template, context, status=status
    )


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to `url` after something was done."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


def is_htmx(request: HttpRequest) -> bool:
    """Did htmx ask?"""
    return bool(getattr(request, "htmx", False))
