"""Fields that take a value as it is or refuse it in words: nothing is converted silently."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from calcom_portal.common.fields import read_day
from calcom_portal.common.text import has_control, has_line_break, is_blank

CANONICAL_ID = re.compile(r"[1-9][0-9]{0,17}")
# RFC 3339, with the offset that makes it an instant; no leap second, which nothing here can keep.
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
LARGEST_ID = 10**18 - 1
FIRST_YEAR, LAST_YEAR = 1970, 2199

MISSING: dict[str, Any] = {
    "required": "This field is missing: add it.",
    "null": "null is not possible here: give a value, or leave the field out.",
}


class LineField(serializers.CharField):
    """One line of text. The space around it is trimmed, nothing else is changed."""

    default_error_messages = MISSING | {
        "invalid": "Write a text, in quotes.",
        "blank": "Nothing can be seen in this text: write a few words.",
        "max_length": "This is longer than {max_length} characters: shorten it.",
        "line_break": "Write this on one line.",
        "control": "This holds invisible control characters: remove them.",
    }

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, trim_whitespace=False, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuse what is not a text before it could become one."""
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        """Return the line."""
        line: str = data.strip(" \t")
        if has_line_break(line):
            self.fail("line_break")
        return self._visible(line, allowed="")

    def _visible(self, text: str, *, allowed: str) -> str:
        if is_blank(text) and not self.allow_blank:
            self.fail("blank")
        if has_control(text, allowed=allowed):
            self.fail("control")
        return text


class TextField(LineField):
    """Text of several lines, kept exactly."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text."""
        return self._visible(data, allowed="\r\n\t\x85")


class IdField(serializers.IntegerField):
    """The id of a thing: a JSON number without fraction."""

    default_error_messages = MISSING | {
        "invalid": "Write the id as a whole number from 1 on, without quotes."
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)

    def to_internal_value(self, data: Any) -> int:
        """Return the id. True is no number here, and 1.0 no id."""
        if type(data) is not int or not 1 <= data <= LARGEST_ID:
            self.fail("invalid")
        return int(data)


class WholeField(serializers.IntegerField):
    """A whole number between two bounds, both included."""

    default_error_messages = MISSING | {
        "invalid": "Write a whole number from {min_value} to {max_value}, without quotes."
    }

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, **options)

    def to_internal_value(self, data: Any) -> int:
        """Return the number. True is no number here, and 1.0 not whole."""
        least, most = self.min_value or 0, self.max_value or 0
        if type(data) is not int or not least <= data <= most:
            self.fail("invalid", min_value=least, max_value=most)
        return int(data)


class ChoiceField(serializers.ChoiceField):
    """One of the words offered."""

    default_error_messages = MISSING | {"invalid_choice": "Choose one of: {offered}."}

    def __init__(self, choices: Iterable[Any], **options: Any) -> None:
        super().__init__(choices=list(choices), **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the word."""
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", offered=", ".join(map(str, self.choices)))
        return data


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field[datetime, str, str, Any]):
    """An instant in RFC 3339 with its offset. Answers are in UTC, to the microsecond."""

    default_error_messages = MISSING | {
        "invalid": "Write an instant with its offset, such as 2026-06-15T10:00:00-07:00"
        " (in an address, write + as %2B).",
        "range": f"Write an instant of the years {FIRST_YEAR} to {LAST_YEAR}.",
    }

    def to_internal_value(self, data: Any) -> datetime:
        """Return the instant in UTC."""
        if not isinstance(data, str) or not INSTANT.fullmatch(data):
            self.fail("invalid")
        try:
            moment = datetime.fromisoformat(data.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.fail("range")
        return moment

    def to_representation(self, value: datetime) -> str:
        """Return the one form that we write."""
        return instant(value)


@extend_schema_field(OpenApiTypes.DATE)
class DayField(serializers.Field[date, str, str, Any]):
    """A day of the calendar, in the years 1990 to 2199."""

    default_error_messages = MISSING | {
        "invalid": "Write a day of the calendar as 2026-06-30, from 1990 to 2199."
    }

    def to_internal_value(self, data: Any) -> date:
        """Return the day."""
        try:
            return read_day(data if isinstance(data, str) else "")
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: date) -> str:
        """Return the one form that we write."""
        return value.isoformat()


class FlagField(serializers.BooleanField):
    """true or false, and nothing that could stand for them."""

    default_error_messages = MISSING | {"invalid": "Write true or false, without quotes."}

    def to_internal_value(self, data: Any) -> bool:
        """Return the answer."""
        if type(data) is not bool:
            self.fail("invalid")
        return bool(data)


class QueryIdField(IdField):
    """An id in an address: canonical digits only."""

    def to_internal_value(self, data: Any) -> int:
        """Return the id."""
        return canonical_id(data) or self.fail("invalid")


class FormIdField(QueryIdField):
    """An id in a form, where all values are texts."""

    def to_internal_value(self, data: Any) -> int:
        """Return the id."""
        return super().to_internal_value(data) if isinstance(data, str) else self.fail("invalid")


@extend_schema_field(OpenApiTypes.BOOL)
class QueryFlagField(serializers.Field[bool, str, bool, Any]):
    """true or false in an address."""

    default_error_messages = MISSING | {"invalid": "Write true or false."}
    words = {"true": True, "false": False}

    def to_internal_value(self, data: Any) -> bool:
        """Return the answer."""
        return self.words[data] if data in self.words else self.fail("invalid")


class ZoneField(serializers.CharField):
    """The IANA name of a time zone."""

    default_error_messages = MISSING | {
        "invalid": "Name a time zone of the IANA database, such as America/Los_Angeles."
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the name."""
        try:
            ZoneInfo(str(data))
        except (ValueError, OSError, LookupError):
            self.fail("invalid")
        return str(data)


def canonical_id(text: str) -> int | None:
    """Return the id that `text` writes in its one canonical form, else None."""
    return int(text) if CANONICAL_ID.fullmatch(text) else None


def instant(moment: datetime) -> str:
    """Return an instant as the API writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
