"""What no view should have to think about: hostile bytes, and errors in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from calcom_portal.common.errors import BadInput, Missing, NotAllowed, PortalError, TooLarge
from calcom_portal.common.problems import problem_page
from calcom_portal.common.uploads import check_length

# Calls of programs, which have their own readers.
NO_FORMS = ("/api/", "/beat/")

REMEDY = "Remove the invisible characters and send it again."


class InputMiddleware:
    """Refuses text that PostgreSQL cannot keep, and turns a PortalError into a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the input first, then answer."""
        try:
            check_input(request)
        except PortalError as error:
            request.viewer = None  # type: ignore[attr-defined]
            return problem_page(request, error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer in words."""
        error = in_words(exception)
        return (
            None
            if error is None or request.path.startswith("/api/")
            else problem_page(request, error)
        )


def check_input(request: HttpRequest) -> None:
    """Raise BadInput or TooLarge for what no form could accept."""
    _check_bytes("address", unquote_to_bytes(request.META.get("RAW_URI", request.get_full_path())))
    if request.method != "POST" or request.path.startswith(NO_FORMS):
        return
    _check_charset(request)
    check_length(request)
    try:
        fields = request.POST
    except RequestDataTooBig as error:
        raise TooLarge(
            "The form is larger than 1 MB.", remedy="Shorten the text, or attach it as a file."
        ) from error
    except (
        TooManyFieldsSent,
        TooManyFilesSent,
        MultiPartParserError,
        UnreadablePostError,
    ) as error:
        raise BadInput(
            "The form could not be read.", field="form", remedy="Load the page again."
        ) from error
    _check_texts((name, value) for name, values in fields.lists() for value in values)
    _check_letters(request)


def in_words(exception: Exception) -> PortalError | None:
    """Return the error to tell a person, or None where it is a fault of ours."""
    match exception:
        case PortalError():
            return exception
        case Http404():
            return Missing(
                "Nothing is at this address.",
                remedy="Check the link, or start from the first page.",
            )
        case PermissionDenied():
            return NotAllowed(
                "This is not yours to do.", remedy="Ask an administrator of your company."
            )
    return None


def _check_texts(fields: Iterable[tuple[str, str]]) -> None:
    for name, value in fields:
        if "\x00" in value or "\x00" in name or "\ufffd" in name or _has_surrogate(value):
            raise BadInput(
                f"{name} holds a character that cannot be stored.", field=name, remedy=REMEDY
            )


def _check_charset(request: HttpRequest) -> None:
    """Raise BadInput for another charset than that of our pages: Python knows odd ones."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise BadInput(
            "The form could not be read.", field="form", remedy="Send it in the charset UTF-8."
        )


def _check_letters(request: HttpRequest) -> None:
    """Raise BadInput for bytes that are no UTF-8: Django would put U+FFFD in their place."""
    if request.content_type == "multipart/form-data":
        # The bytes are gone by now, so the sign itself, typed or put in, has to be refused.
        damaged = (name for name, values in request.POST.lists() if "\ufffd" in "".join(values))
    else:
        is_form = request.content_type == "application/x-www-form-urlencoded"
        pairs = (pair.partition(b"=") for pair in (request.body.split(b"&") if is_form else ()))
        damaged = (
            unquote_to_bytes(name).decode(errors="replace")
            for name, _, value in pairs
            if not _is_text(unquote_to_bytes(name)) or not _is_text(unquote_to_bytes(value))
        )
    if name := next(damaged, ""):
        raise BadInput(
            f"A letter of {name} was damaged on its way.",
            field=name,
            remedy="Look for \ufffd, type that letter again and send it again.",
        )


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


def _check_bytes(name: str, raw: bytes) -> None:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise BadInput(
            f"The {name} is not valid text.", field=name, remedy="Check the link."
        ) from error
    if "\x00" in text:
        raise BadInput(
            f"The {name} holds a character that cannot be stored.", field=name, remedy=REMEDY
        )
