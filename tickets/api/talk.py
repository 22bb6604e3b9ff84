"""The conversation of a ticket: messages, replies, internal notes, calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.api_once import answered_once
from accounts.submissions import Answer
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.keysets import BY_ID, PageQuery, page_of
from calcom_portal.common.api.parsers import BoundedMultiPartParser, StrictJSONParser
from calcom_portal.common.api.schema import IDEMPOTENCY_KEY, IF_MATCH
from calcom_portal.common.api.serializers import once_each, read
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.files import IncomingFile
from tickets.actions import add_note, log_call, reply_to_ticket
from tickets.api.forms import files_of
from tickets.api.inputs import TextInput
from tickets.api.once import seen_ticket
from tickets.api.shapes import MESSAGE, MessageShape, shown_ticket
from tickets.api.tickets import READ, WRITE
from tickets.models import Attachment, Message


class TextWithFiles(serializers.Serializer[Any]):
    """A text in markdown, and up to ten files."""

    text = serializers.CharField()
    files = serializers.ListField(child=serializers.FileField(), required=False)


class MessagePage(serializers.Serializer[Any]):
    """Some messages, and where the next ones are."""

    items = MessageShape(many=True)
    next = serializers.URLField(allow_null=True)


def write(
    name: str, summary: str, description: str, files: bool = False
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Describe an operation that writes a message."""
    forms: dict[str, Any] = {"application/json": TextInput}
    described: Callable[[Callable[..., Response]], Callable[..., Response]] = extend_schema(
        operation_id=name,
        summary=summary,
        description=description,
        tags=["conversation"],
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=forms | ({"multipart/form-data": TextWithFiles} if files else {}),
        responses={201: OpenApiResponse(MessageShape, "Written.")},
        examples=[
            OpenApiExample("A text", {"text": "I am looking into it."}, request_only=True),
            OpenApiExample("Written", MESSAGE, response_only=True, status_codes=["201"]),
        ],
    )
    return described


class MessagesView(PortalView):
    """What was said."""

    scopes = {"GET": READ}
    query = PageQuery

    @extend_schema(
        operation_id="messages_list",
        summary="List the messages of a ticket",
        description="Oldest first. A customer's people do not see internal notes.",
        tags=["conversation"],
        parameters=[PageQuery],
        responses=MessagePage,
        examples=[OpenApiExample("A page", {"items": [MESSAGE], "next": None}, response_only=True)],
    )
    def get(self, request: Request, reference: str) -> Response:
        """List."""
        ticket = shown_ticket(viewer_in(request), reference)
        files = Prefetch("attachments", Attachment.objects.order_by("pk"))
        rows = Message.objects.filter(ticket_id=ticket.pk).prefetch_related(files)
        items, following = page_of(request, rows, BY_ID, self.asked)
        return Response({"items": MessageShape(items, many=True).data, "next": following})


class RepliesView(PortalView):
    """Public replies."""

    scopes = {"POST": WRITE}
    parser_classes = (StrictJSONParser, BoundedMultiPartParser)

    @write(
        "replies_add",
        "Reply publicly",
        "Staff's reply is a response: it stops the response clock. A customer's reply ends a hold. "
        "Files go along as multipart/form-data under `files`.",
        files=True,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Reply."""
        text, files = _text_and_files(request)

        def act() -> Answer:
            ticket = seen_ticket(request, reference)
            actor = viewer_in(request)
            return _written(reply_to_ticket(ticket=ticket, text=text, files=files, actor=actor))

        return answered_once(request, act)


class NotesView(PortalView):
    """Internal notes."""

    scopes = {"POST": WRITE}
    parser_classes = (StrictJSONParser, BoundedMultiPartParser)

    @write(
        "notes_add",
        "Write an internal note",
        "For the provider's staff only, and never a response. Files as with replies.",
        files=True,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Write."""
        text, files = _text_and_files(request)

        def act() -> Answer:
            ticket = seen_ticket(request, reference)
            note = add_note(ticket=ticket, text=text, files=files, actor=viewer_in(request))
            return _written(note)

        return answered_once(request, act)


class CallsView(PortalView):
    """Telephone calls."""

    scopes = {"POST": WRITE}

    @write(
        "calls_log",
        "Log a telephone call",
        "A call with the customer that took place now. It is a response; the customer sees the "
        "summary.",
    )
    def post(self, request: Request, reference: str) -> Response:
        """Log."""
        text = read(TextInput, request.data)["text"]

        def act() -> Answer:
            ticket = seen_ticket(request, reference)
            return _written(log_call(ticket=ticket, text=text, actor=viewer_in(request)))

        return answered_once(request, act)


def _text_and_files(request: Request) -> tuple[str, tuple[IncomingFile, ...]]:
    """Return what was sent, as JSON or as a form. Raises ValidationError."""
    if not isinstance(request.data, QueryDict):
        return str(read(TextInput, request.data)["text"]), ()
    text = str(read(TextInput, once_each(request.POST))["text"])
    return text, files_of(request)


def _written(message: Message) -> Answer:
    return Answer(201, MessageShape(message).data)
