"""From an error of the business to an answer: a page, a part, or problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions as rest
from rest_framework.response import Response

from calcom_portal.common.errors import (
    BadInput,
    Missing,
    NotAllowed,
    PortalError,
    RuleBroken,
    TooLarge,
)
from calcom_portal.common.pages import is_htmx
from calcom_portal.common.tenancy import in_scope

log = logging.getLogger(__name__)

API = "/api/"
MEDIA_TYPE = "application/problem+json"
MOST_FIELDS_NAMED = 20
LONGEST_NAME = 80

NOWHERE = Missing("Nothing is at this address.", remedy="Check the address against /api/v1/docs.")
CORRECT = "Correct the fields named under errors and send it again."


class OurFault(PortalError):
    """Something failed on our side; the log has it."""

    status = 500
    code = "our-fault"
    title = "Something failed on our side"


FAILED = OurFault("Nothing was changed.", remedy="Try again later, with the same Idempotency-Key.")


class MethodRefused(PortalError):
    """The address exists, the method does not."""

    status = 405
    code = "method-not-allowed"
    title = "That method is not possible here"


class FormatRefused(PortalError):
    """The body is of a type that nobody reads here."""

    status = 415
    code = "unsupported-media-type"
    title = "The body is of a type that is not read here"


class TooManyCalls(PortalError):
    """The key has called too often within its window."""

    status = 429
    code = "too-many-calls"
    title = "Too many calls"


def problem_page(request: HttpRequest, error: PortalError) -> HttpResponse:
    """Tell a person what happened and what to do now, on a page or in a part.

    Callers of the API get the same as problem+json.
    """
    if request.path.startswith(API):
        return problem_answer(error)
    template = "_shared/_problem.html" if is_htmx(request) else "problem.html"
    return render(request, template, {"problem": error}, status=error.status)


def problem_answer(error: PortalError) -> JsonResponse:
    """Return an error as problem+json, for places outside the views of the API."""
    return JsonResponse(body_of(error), status=error.status, content_type=MEDIA_TYPE)


def api_problem(error: Exception, context: dict[str, Any]) -> Response:
    """Return problem+json for whatever a view of the API raised; nothing is left half written."""
    if in_scope():
        transaction.set_rollback(True)
    body = _validation_body(error) if isinstance(error, rest.ValidationError) else None
    body = body or body_of(in_words(error))
    return Response(body, status=body["status"], headers=_headers(error), content_type=MEDIA_TYPE)


def in_words(error: Exception) -> PortalError:
    """Return the error to tell a caller; what nobody foresaw is logged and is a fault of ours."""
    match error:
        case PortalError():
            return error
        case rest.APIException():
            return _rest_in_words(error)
        case Http404():
            return NOWHERE
        case PermissionDenied():
            return NotAllowed(
                "This is not yours to do.", remedy="Ask an administrator of your company."
            )
        case RequestDataTooBig():
            return TooLarge("The body is larger than 1 MB.", remedy="Send less at a time.")
        case SuspiciousOperation():
            return BadInput(
                "The call could not be read.", field="body", remedy="Send fewer fields and files."
            )
    log.error("api.failed error=%s", type(error).__name__, exc_info=error)
    return FAILED


def body_of(error: PortalError) -> dict[str, Any]:
    """Return the members of RFC 9457, what to do now, and the field where there is one."""
    body: dict[str, Any] = {
        "type": f"urn:portal:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.message,
    }
    if error.remedy:
        body["remedy"] = error.remedy
    if isinstance(error, BadInput):
        body["title"] = "Something in the call needs another look"
    if isinstance(error, (BadInput, RuleBroken)) and error.field:
        body["errors"] = [{"field": error.field, "message": _sentences(error)}]
    return body


def _sentences(error: PortalError) -> str:
    return f"{error.message} {error.remedy}".strip()


def _rest_in_words(error: rest.APIException) -> PortalError:
    match error:
        case rest.MethodNotAllowed():
            return MethodRefused(
                str(error.detail), remedy="The Allow header names the methods that are possible."
            )
        case rest.UnsupportedMediaType():
            return FormatRefused(
                str(error.detail), remedy="Send JSON with Content-Type: application/json."
            )
        case rest.Throttled():
            return TooManyCalls(
                "This API key has used up its calls for now.",
                remedy=f"Wait {_seconds(error)} seconds.",
            )
    return BadInput(str(error.detail), field="body", remedy="Look at /api/v1/docs.")


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if isinstance(error, rest.Throttled):
        headers["Retry-After"] = str(_seconds(error))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return headers


def _seconds(error: rest.Throttled) -> int:
    return max(1, math.ceil(getattr(error, "wait", None) or 1))


def _validation_body(error: rest.ValidationError) -> dict[str, Any]:
    found = []
    for field in _field_errors(error.detail):
        found.append(field)
        if len(found) == MOST_FIELDS_NAMED:
            break
    names = ", ".join(dict.fromkeys(item["field"] for item in found))
    body = body_of(BadInput(f"These fields cannot be accepted: {names}.", field="", remedy=CORRECT))
    return body | {"errors": found}


def _field_errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)[:LONGEST_NAME]
            yield from _field_errors(inner, ".".join(part for part in (path, own) if part))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _field_errors(inner, path)
    else:
        yield {"field": path or "body", "message": str(detail)}
