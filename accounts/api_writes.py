"""Calls that write, as rows of tables: what each needs, takes, does and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
)
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.api_once import answered_once
from accounts.api_scopes import ApiScope
from accounts.capabilities import Capability
from accounts.submissions import Answer
from accounts.viewer import Viewer
from calcom_portal.common.api.describing import extend_post
from calcom_portal.common.api.fields import canonical_id
from calcom_portal.common.api.parsers import BoundedMultiPartParser, StrictJSONParser
from calcom_portal.common.api.schema import IDEMPOTENCY_KEY
from calcom_portal.common.api.serializers import NoFields, StrictSerializer, once_each, read, shown
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.files import IncomingFile

Values = dict[str, Any]
JSON, FORM = "application/json", "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that came in: who sends what, about the things that the address names."""

    request: Request
    viewer: Viewer
    values: Values
    names: Mapping[str, str]

    def id(self, name: str = "id") -> int:
        """Return an id of the address; 0, which nothing has, for one that is not canonical."""
        return canonical_id(self.names[name]) or 0

    def file(self, name: str) -> IncomingFile | None:
        """Return the file of a form. Raises ValidationError for others, and for several."""
        strangers = [other for other in self.request.FILES if other != name]
        if strangers:
            raise ValidationError({strangers[0]: [f"Send the file under the name `{name}`."]})
        files = self.request.FILES.getlist(name)
        if len(files) > 1:
            raise ValidationError({name: ["Send one file."]})
        return IncomingFile.of(files[0]) if files else None


@dataclass(frozen=True, slots=True)
class Write:
    """One call that writes: `act` gives the thing that `shape` shows then.

    `needs` is asked before the body is read; None: the action alone knows. `ids` are the names of
    numbers in the address. With `form`, a form with a file may be sent instead of JSON. `place` is
    the name of the address at which a new thing is read.
    """

    name: str
    summary: str
    words: str
    scope: ApiScope
    needs: Capability | None
    act: Callable[[Call], Any]
    shape: type[serializers.Serializer[Any]]
    answer: Values
    takes: type[StrictSerializer] = NoFields
    example: Values = field(default_factory=dict)
    status: int = 200
    ids: tuple[str, ...] = ("id",)
    form: type[serializers.Serializer[Any]] | None = None
    place: str = ""


class WriteView(PortalView):
    """Does one of them, once."""

    write: Write

    def post(self, request: Request, **names: str) -> Response:
        """Act, and answer with the thing as it is then."""
        row, viewer = self.write, viewer_in(request)
        if row.needs is not None:
            viewer.require(row.needs)
        call = Call(request, viewer, read(row.takes, _sent(request)), names)
        response = answered_once(
            request, lambda: Answer(row.status, shown(row.shape, row.act(call)))
        )
        if row.place:
            response["Location"] = reverse(row.place, kwargs={"id": response.data["id"]})
        return response


def view_of(write: Write, reading: type[PortalView] = PortalView) -> type[PortalView]:
    """Return the view of a row; at the address of a list or thing, together with `reading`."""
    name = f"{write.name.title().replace('_', '')}View"
    parsers: tuple[type[BaseParser], ...] = (StrictJSONParser, BoundedMultiPartParser)
    parts = {
        "write": write,
        "scopes": {**reading.scopes, "POST": write.scope.value},
        "parser_classes": parsers if write.form else parsers[:1],
        "__doc__": write.summary,
    }
    view = type(name, (WriteView, reading), parts)
    return extend_post(**_described(write))(view)


def _described(write: Write) -> dict[str, Any]:
    ids = [OpenApiParameter(name, int, OpenApiParameter.PATH) for name in write.ids]
    bodies: dict[str, Any] = {JSON: write.takes} | ({FORM: write.form} if write.form else {})
    asked = [OpenApiExample(write.summary, write.example, request_only=True, media_type=JSON)]
    return {
        "operation_id": write.name,
        "summary": write.summary,
        "description": write.words,
        "tags": [write.name.split("_")[0]],
        "parameters": [*ids, IDEMPOTENCY_KEY],
        "request": bodies if write.takes is not NoFields or write.form else None,
        "responses": {write.status: OpenApiResponse(write.shape, "As it is then.")},
        "examples": [
            *(asked if write.example else []),
            OpenApiExample(
                "Afterwards", write.answer, response_only=True, status_codes=[str(write.status)]
            ),
        ],
    }


def _sent(request: Request) -> Any:
    return once_each(request.POST) if isinstance(request.data, QueryDict) else request.data
