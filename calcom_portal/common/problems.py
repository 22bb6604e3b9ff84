"""From an error of the business to an answer: a page, a part, or problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import exceptions as rest
from rest_framework.response import Response

from calcom_portal.common.errors import BadInput, PortalError
from calcom_portal.common.pages import is_htmx


def problem_page(request: HttpRequest, error: PortalError) -> HttpResponse:
    """Tell a person what happened and what to do now, on a page or in a part."""
    template = "_shared/_problem.html" if is_htmx(request) else "problem.html"
    return render(request, template, {"problem": error}, status=error.status)


def api_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return problem+json for anything that may be told to a caller of the API."""
    transaction.set_rollback(True) if transaction.get_connection().in_atomic_block else None
    body = _body(error)
    if body is None:
        return None
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return Response(
        body, status=body["status"], headers=headers, content_type="application/problem+json"
    )


def _body(error: Exception) -> dict[str, Any] | None:
    match error:
        case PortalError():
            body = problem(error.status, error.code, error.title, error.message, error.remedy)
            if isinstance(error, BadInput):
                body["errors"] = [{"field": error.field, "message": error.message}]
            return body
        case rest.ValidationError():
            body = problem(
                400, "bad-input", BadInput.title, "One or more fields cannot be accepted."
            )
            body["errors"] = list(_field_errors(error.detail))
            return body
        case rest.APIException():
            return problem(
                error.status_code, error.default_code, str(error.default_detail), str(error.detail)
            )
        case Http404():
            return problem(
                404, "not-found", "We could not find that", "Nothing is at this address."
            )
        case PermissionDenied():
            return problem(403, "not-allowed", "You may not do this", "This is not yours to do.")
    return None


def problem(status: int, code: str, title: str, detail: str, remedy: str = "") -> dict[str, Any]:
    """Return the members of RFC 9457, and what to do now."""
    body = {
        "type": f"urn:portal:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    return body | {"remedy": remedy} if remedy else body


def _field_errors(detail: Any, path: str = "") -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _field_errors(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _field_errors(inner, path)
    else:
        yield {"field": path or "body", "message": str(detail)}
