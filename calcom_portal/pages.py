"""Pages that belong to no app: health, and what to show when something went wrong."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from calcom_portal.common.errors import BadInput, Missing, NotAllowed
from calcom_portal.common.problems import API, FAILED, problem_answer, problem_page


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


class StaleForm(NotAllowed):
    """The form came without the token of this sign-in."""

    code = "stale-form"
    title = "This form has grown old"

    def __init__(self) -> None:
        super().__init__(
            "You signed in or out in another tab, or the page stood open for long. "
            "Nothing was changed.",
            remedy="Go back, reload the page and send it again.",
        )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its token: mostly a page left open over a new sign-in."""
    return problem_page(request, StaleForm())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    error = BadInput(
        "Something in the address or the form was damaged on its way.",
        field="request",
        remedy="Go back, reload the page and try once more.",
    )
    return problem_page(request, error)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    error = NotAllowed(
        "Your role does not include this. Nothing was changed.",
        remedy="Ask an administrator of your company.",
    )
    return problem_page(request, error)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    error = Missing(
        "Nothing is at this address.", remedy="Check the link, or start from the first page."
    )
    return problem_page(request, error)


def server_error(request: HttpRequest, *_: Any) -> HttpResponse:
    """500: without context processors, since the database may be what failed."""
    if request.path.startswith(API):
        return problem_answer(FAILED)
    return render(None, "500.html", status=500)
