"""The API's addresses, its description, and its own documentation page."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from calcom_portal.common.problems import NOWHERE, problem_answer

SCHEMA_TYPE = "application/vnd.oai.openapi+json"


@cache
def description() -> dict[str, Any]:
    """Return the API in OpenAPI 3.1. The code cannot change while it runs, so it is made once."""
    from calcom_portal.openapi import draw_up  # noqa: PLC0415 - see there

    return draw_up(documented)


@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    """Give the description to programs."""
    return JsonResponse(
        description(), content_type=SCHEMA_TYPE, headers={"Cache-Control": "public, max-age=300"}
    )


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Give it to people. Everything comes from here: no CDN, no inline style or script."""
    return render(request, "api/docs.html")


@csrf_exempt
def nowhere(request: HttpRequest) -> JsonResponse:
    """Say that nothing is here, whatever the method."""
    return problem_answer(NOWHERE)


v1 = [
    # The busiest first: addresses are tried one by one.
    path("", include("tickets.api.routes")),
    path("", include("accounts.api")),
    path("", include("accounts.api_people_writing")),
    path("", include("accounts.api_invitations")),
    path("", include("accounts.api_offboarding")),
    path("", include("accounts.api_jobs")),
    path("", include("accounts.api_search")),
    path("", include("contracts.api.routes")),
    path("", include("monitoring.api.routes")),
    path("", include("upkeep.api.routes")),
]
documented = [path("api/v1/", include(v1))]

urlpatterns = [
    path("v1/schema", schema, name="api_schema"),
    path("v1/docs", docs, name="api_docs"),
    path("v1/", include(v1)),
    re_path(r"", nowhere, name="api_nowhere"),
]
