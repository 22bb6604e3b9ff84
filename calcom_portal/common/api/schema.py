"""What operations of the API share: their problems, and headers that callers may send."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

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
