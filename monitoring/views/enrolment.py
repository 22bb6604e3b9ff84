"""Where agents come in with their code. Nobody is signed in here, and no page is shown."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, JsonResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.signin import client_address
from calcom_portal.common.errors import BadInput, PortalError, RuleBroken
from calcom_portal.common.tenancy import system_scope
from monitoring.actions.enrol_agent import enrol_agent
from monitoring.agent_keys import hub_public_keys

LARGEST_BODY = 4096
TRIES_AN_HOUR = 20
ASKED = ("code", "public_key", "version")


class TooManyTries(RuleBroken):
    """Somebody tries codes."""

    status = 429
    code = "too-many-tries"
    title = "That was too often"

    def __init__(self) -> None:
        super().__init__(
            "Too many codes came from your network within an hour.", remedy="Try again in an hour."
        )


# There is no session whose rights a form of somebody else could use.
@csrf_exempt
@require_POST
def agent_enrol(request: HttpRequest) -> JsonResponse:
    """Take a code and a public key; answer with the hubs, their keys and the agent's number."""
    try:
        _count(request)
        told = _told(request)
        with system_scope("let an agent in by its code"):
            agent = enrol_agent(**told)
    except PortalError as error:
        problem = {"title": error.title, "detail": f"{error.message} {error.remedy}".strip()}
        if isinstance(error, BadInput) and error.field:
            problem["field"] = error.field
        return JsonResponse(problem, status=error.status)
    answer = {"agent": agent.pk, "hubs": settings.AGENT_HUBS, "hub_keys": hub_public_keys()}
    return JsonResponse(answer, status=201)


def _count(request: HttpRequest) -> None:
    counter = f"enrolments:{client_address(request)}"
    tries: int = caches["default"].count_up(counter, 3600)  # type: ignore[attr-defined]
    if tries > TRIES_AN_HOUR:
        raise TooManyTries


def _told(request: HttpRequest) -> dict[str, str]:
    try:
        if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
            raise ValueError("too long")
        told: Any = json.loads(request.body)
        parts = {name: told.get(name, "") for name in ASKED}
    except (ValueError, AttributeError, RecursionError, RawPostDataException) as error:
        raise BadInput("This is no JSON object with code and public_key.", field="body") from error
    for name, part in parts.items():
        if not isinstance(part, str) or "\0" in part:
            raise BadInput("This has to be a text.", field=name)
    return parts
