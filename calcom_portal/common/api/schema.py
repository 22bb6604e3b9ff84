"""How the API describes itself: every operation with its problems, scope and headers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from calcom_portal.common.problems import MEDIA_TYPE

# code of the problem, its title, what it says in the example
PROBLEMS: dict[int, tuple[str, str, str]] = {
    400: (
        "bad-input",
        "Something in the call needs another look",
        "These fields cannot be accepted: subject.",
    ),
    401: ("not-signed-in", "This API key is not accepted", "The API key is unknown or expired."),
    403: ("not-allowed", "You may not do this", "This API key lacks the scope tickets:write."),
    404: ("not-found", "We could not find that", "There is no such ticket."),
    409: (
        "rule-broken",
        "That is not possible now",
        "Ticket CC-1042 is closed and cannot be put on hold.",
    ),
    412: ("stale", "It has changed meanwhile", "Ticket CC-1042 has changed since you read it."),
    413: ("too-large", "That is too large", "The body is larger than 1 MB."),
    415: (
        "unsupported-media-type",
        "The body is of a type that is not read here",
        'Unsupported media type "text/plain" in request.',
    ),
    422: (
        "key-reused",
        "This was already sent",
        "This was already sent with other contents, and the first version counts.",
    ),
    429: ("too-many-calls", "Too many calls", "This API key has used up its calls for now."),
    500: ("our-fault", "Something failed on our side", "Nothing was changed."),
}
ALWAYS = (400, 401, 403, 429, 500)
ON_WRITING = (409, 412, 413, 415, 422)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="1 to 200 visible ASCII characters of your choice, such as a UUID. The same key "
    "with the same call acts once: a repeat gets the first answer and `Idempotency-Replayed: true`."
    " The same key with another body is refused with 422. Keys are known per API user and address.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag that you have seen. If the thing has changed since, 412 and no change.",
)


class FieldProblem(serializers.Serializer[Any]):
    """One field that cannot be accepted."""

    field = serializers.CharField(help_text="The name that the sender used; `body` for all of it.")
    message = serializers.CharField(help_text="What is wrong, and what to do.")


class Problem(serializers.Serializer[Any]):
    """What happened, to which thing, and what to do now (RFC 9457)."""

    type = serializers.CharField(help_text="A stable name of the kind of problem.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    remedy = serializers.CharField(required=False, help_text="What to do now.")
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


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
