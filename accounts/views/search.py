"""One box for everything."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts import search as finding
from accounts.access import signed_in
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import page_or_part

# The box in the frame of every page, where results lie over the page.
INLINE = "nav-found"


@require_GET
@signed_in
def search(request: ViewerRequest) -> HttpResponse:
    """Show what was found; htmx asks for the results alone while somebody types."""
    typed = request.GET.get("q", "")[: finding.LONGEST]
    words = finding.search_words(typed)
    groups = finding.search(request.viewer, words) if words else []
    is_inline = request.headers.get("HX-Target") == INLINE
    context = {"q": typed, "words": words, "groups": groups, "is_inline": is_inline}
    return page_or_part(request, "accounts/search.html", "accounts/_found.html", context)
