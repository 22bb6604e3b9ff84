"""How the API describes itself: every operation with its problems, scope and headers.

Loaded by whoever asks for the description first: what draws it up takes several megabytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.urls import URLPattern, URLResolver
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from calcom_portal.common.api.describing import hand_over
from calcom_portal.common.api.schema import ALWAYS, ON_WRITING, PROBLEMS, Problem
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.problems import MEDIA_TYPE


def draw_up(patterns: Sequence[URLPattern | URLResolver]) -> dict[str, Any]:
    """Return these addresses in OpenAPI 3.1."""
    PortalView.schema = PortalSchema()
    hand_over()
    generator = SchemaGenerator(patterns=patterns)  # type: ignore[no-untyped-call]
    made: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return made


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Says in the schema how a key is sent."""

    target_class = "accounts.api_auth.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key, made by an administrator under API keys. Each acts for one"
            " person, within its scopes.",
        }


class PortalSchema(AutoSchema):
    """Adds what all operations share, so that no view has to repeat it."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Return the operation with its problem responses."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation["description"] = self._with_scope(operation.get("description", ""))
            operation["responses"] |= {str(code): self._problem(code) for code in self._codes()}
        return operation

    def _with_scope(self, words: str) -> str:
        scope = getattr(self.view, "scopes", {}).get(self.method)
        return f"{words}\n\nNeeds the scope `{scope}`.".strip() if scope else words

    def _codes(self) -> list[int]:
        codes = set(ALWAYS)
        if "{" in self.path:
            codes.add(404)
        if self.method == "POST":
            codes |= set(ON_WRITING)
            if "{" not in self.path:
                codes.discard(412)
        return sorted(codes)

    def _problem(self, code: int) -> dict[str, Any]:
        kind, title, detail = PROBLEMS[code]
        example: dict[str, Any] = {
            "type": f"urn:portal:problem:{kind}",
            "title": title,
            "status": code,
            "detail": detail,
        }
        if code == HTTPStatus.BAD_REQUEST:
            message = "This field is missing: add it."
            example["errors"] = [{"field": "subject", "message": message}]
        answer: dict[str, Any] = {
            "description": title,
            "content": {
                MEDIA_TYPE: {
                    "schema": self.resolve_serializer(Problem(), "response").ref,
                    "example": example,
                }
            },
        }
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            seconds = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
            answer["headers"] = {"Retry-After": seconds}
        return answer
