"""The base of every view of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calcom_portal.common.api.parsers import StrictJSONParser
from calcom_portal.common.api.serializers import NoFields, StrictSerializer, read_query


class JsonAlways(BaseContentNegotiation):
    """Answers are JSON, whatever Accept or ?format= ask for."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Choose by Content-Type."""
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Choose the only one."""
        only = next(iter(renderers))
        return only, str(only.media_type)


class PortalView(APIView):
    """One address of the API.

    `scopes` names what a key needs by method, `query` the fields that the address may carry.
    """

    content_negotiation_class = JsonAlways
    parser_classes: Sequence[type[BaseParser]] = (StrictJSONParser,)
    http_method_names = ["get", "head", "post"]
    scopes: Mapping[str, str] = {}
    query: type[StrictSerializer] = NoFields
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse methods first: an unknown one is 405, whoever asks."""
        name = str(request.method).lower()
        if name not in self.http_method_names or not hasattr(self, name):
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        query = self.query if name != "post" else NoFields
        # Most calls carry none, and there is nothing to read then.
        is_empty = query is NoFields and not request.query_params
        self.asked = {} if is_empty else read_query(query, request)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Keep what belongs to one tenant out of shared caches."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "no-store")
        return final
