"""Calls that bring files: what comes as multipart/form-data (RFC 7578)."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from calcom_portal.common.api.parsers import json_part
from calcom_portal.common.api.serializers import MOST_NAMED
from calcom_portal.common.files import FIELD as FILES
from calcom_portal.common.files import IncomingFile
from tickets.api.inputs import TicketInput

TICKET = "ticket"


class TicketWithFiles(serializers.Serializer[Any]):
    """A new ticket in JSON, and up to ten files."""

    ticket = TicketInput()
    files = serializers.ListField(child=serializers.FileField(), required=False)


def ticket_of(request: Request) -> Any:
    """Return what was sent about a new ticket: the JSON body, or the part `ticket` of a form.

    Raises ValidationError or BadInput, which name the part or the field in it.
    """
    if not isinstance(request.data, QueryDict):
        return request.data
    # A part with a file name (a Blob of a browser, `curl -F ticket=@…`) is a file to Django.
    sent = [*request.POST.getlist(TICKET), *request.FILES.getlist(TICKET)]
    if len(sent) != 1:
        missing = "This part is missing: add it, as one JSON object."
        raise ValidationError({TICKET: ["Send this part once." if sent else missing]})
    _refuse_other_parts(request)
    part = sent[0]
    return json_part(part.encode() if isinstance(part, str) else part.read(), TICKET)


def files_of(request: Request, *others: str) -> tuple[IncomingFile, ...]:
    """Return the files of a form; `others` are parts that may come as files too.

    Raises ValidationError for a file under any other name.
    """
    strangers = [name for name in request.FILES if name not in (FILES, *others)]
    if strangers:
        raise ValidationError({strangers[0]: ["Send files under the name `files`."]})
    return tuple(IncomingFile.of(upload) for upload in request.FILES.getlist(FILES))


def _refuse_other_parts(request: Request) -> None:
    strangers = [name for name in request.POST if name != TICKET]
    if strangers:
        message = "There is no such part: put fields into `ticket`, and files under `files`."
        raise ValidationError({name: [message] for name in strangers[:MOST_NAMED]})
