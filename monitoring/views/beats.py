"""The address that devices call to say that all is well. No session, no scope, no page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from monitoring.heartbeats import hear
from monitoring.reports import LARGEST_BODY, read_report

PLAIN = "text/plain; charset=utf-8"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def beat(request: HttpRequest, token: str, word: str = "") -> HttpResponse:
    """Take a report of the device that has this token."""
    report = read_report(word, _body(request))
    if report is None or not hear(token, report):
        return HttpResponse("There is no such address.\n", content_type=PLAIN, status=404)
    return HttpResponse("OK\n", content_type=PLAIN)


def _body(request: HttpRequest) -> bytes:
    """Return the first 10 kB of what was sent along; the rest is left where it is."""
    if request.method != "POST":
        return b""
    try:
        return request.read(LARGEST_BODY)
    except UnreadablePostError:
        # Half a body is a report all the same.
        return b""
