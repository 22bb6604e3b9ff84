"""A fresh second step: what shows secrets asks for it again, however long somebody is signed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from calcom_portal.common.pages import is_htmx, page

View = Callable[..., HttpResponse]

FRESH = timedelta(minutes=5)


def needs_fresh_second_step(view: View) -> View:
    """Let people through who gave their second step in the last five minutes; ask the others.

    Goes inside `needs`: whoever may not do it at all is told so first. The page that asks leads
    back here with GET, so what was posted has to be posted again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ages = _ages(request)
        if not ages:
            # Here the scope hides whether they have one at all; the page leads on either way.
            back = urlencode({"next": request.path})
            return page(request, "accounts/second_step.html", {"back": back}, status=403)
        if min(ages) > FRESH.total_seconds():
            return _ask_again(request)
        return view(request, *args, **kwargs)

    return guarded


def _ages(request: HttpRequest) -> list[float]:
    """Return how many seconds ago each second step of this session was given."""
    now = time.time()
    records = get_authentication_records(request, request.user)
    return [now - float(record["at"]) for record in records if record.get("method") == "mfa"]


def _ask_again(request: HttpRequest) -> HttpResponse:
    url = f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}"
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
