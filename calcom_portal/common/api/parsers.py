"""Reading a body strictly: what two readers could understand in two ways is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser, MultiPartParser

from calcom_portal.common.errors import BadInput, TooLarge

LONGEST_NAME = 80
BODY = "body"
PLAIN = "Send one JSON object in UTF-8 (RFC 8259)."


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 without byte order mark, each name once, finite numbers, storable text."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value. Raises BadInput or TooLarge."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise too_large(limit)
        return _value(raw)


class BoundedMultiPartParser(MultiPartParser):
    """Forms with files, up to what all files of a message may weigh together."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return fields and files. Raises TooLarge before the first byte is read."""
        files = settings.ATTACHMENTS_PER_MESSAGE * settings.ATTACHMENT_LIMIT_BYTES
        limit = files + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise too_large(limit)
        return super().parse(stream, media_type, parser_context)


def json_part(raw: bytes, name: str) -> Any:
    """Return the value of one part of a form, read as strictly as a whole body.

    Raises BadInput that names the part, or the field in it.
    """
    if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    try:
        return _value(raw)
    except BadInput as error:
        field = name if error.field == BODY else error.field
        raise BadInput(error.message, field=field, remedy=error.remedy) from error


def too_large(limit: int) -> TooLarge:
    """Return the refusal of a body over `limit` bytes."""
    return TooLarge(
        f"The body is larger than {limit // (1024 * 1024)} MB.", remedy="Send less at a time."
    )


def _value(raw: bytes) -> Any:
    value = _loaded(_text(raw))
    _check_texts(value)
    return value


def _text(raw: bytes) -> str:
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _unreadable("This begins with a byte order mark.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(f"This is not UTF-8 at byte {error.start}.") from error


def _loaded(text: str) -> Any:
    try:
        return json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_each_name_once,
        )
    except RecursionError as error:
        raise _unreadable("This is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise _unreadable(
            f"This is not JSON: line {error.lineno}, column {error.colno}."
        ) from error
    except ValueError as error:
        raise _unreadable("A number has too many digits.") from error


def _refuse_constant(name: str) -> Any:
    raise _unreadable(f"{name} is not a number in JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _unreadable("A number is too large.")
    return number


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise BadInput(
            "This field is given twice.", field=_short(name), remedy="Decide for one of them."
        )
    return found


def _check_texts(value: Any) -> None:
    for path, text in _texts(value):
        if "\x00" in text or not _is_storable(text):
            raise BadInput(
                "This text holds a character that cannot be stored.",
                field=path or BODY,
                remedy="Remove NUL and lone surrogates, and send it again.",
            )


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """Give every text with its path. Without recursion: the depth is the sender's choice."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, dict):
            for name, inner in item.items():
                yield path, name
                waiting.append((_short(f"{path}.{name}" if path else name), inner))
        elif isinstance(item, list):
            waiting.extend((path, inner) for inner in item)


def _short(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:LONGEST_NAME]


def _unreadable(message: str) -> BadInput:
    return BadInput(message, field=BODY, remedy=PLAIN)
