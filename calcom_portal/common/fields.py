"""Form fields that refuse what a later reader could not bear. All forms of the portal use them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django import forms

from calcom_portal.common.text import has_control, has_line_break, is_blank, one_form

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
PHONE_MARKS = re.compile(r"[\s().\-/\u2010-\u2013]")
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
ROW = re.compile(r"[1-9][0-9]{0,17}")
Named = TypeVar("Named", bound=forms.Field)


def needed_at_times(field: Named) -> Named:
    """Return a field that may be empty and is not called optional.

    Its help says when it is needed, and the form checks it.
    """
    field.required = field.widget.is_required = False
    vars(field)["needed_at_times"] = True
    return field


class LineField(forms.CharField):
    """One line of text in NFC: no line break of any kind, no control character, a named limit.

    Blanks around it are trimmed. Text of which nothing can be seen counts as empty. One that is
    `needed_at_times` is not called optional: its help says when it is needed, the form checks it.
    """

    def __init__(
        self, *, max_length: int = 120, needed_at_times: bool = False, **options: Any
    ) -> None:
        options |= {"required": False} if needed_at_times else {}
        super().__init__(max_length=max_length, **options)
        self.needed_at_times = needed_at_times
        self.error_messages["max_length"] = (
            f"This is longer than {max_length} characters: shorten it."
        )

    def to_python(self, value: Any) -> str:
        """Return the text, "" where nothing can be seen. Raises ValidationError in words."""
        raw = str(value or "")
        if has_line_break(raw.strip(" \t\r\n")):
            raise forms.ValidationError("Write this on one line.", code="line_break")
        line = one_form(super().to_python(raw) or "")
        if has_control(line):
            raise forms.ValidationError(
                "This holds invisible control characters: type it again.", code="control"
            )
        return "" if is_blank(line) else line


class TextField(forms.CharField):
    """Text of several lines, kept as it was written; line ends become LF. The limit is named."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = 20_000, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self.error_messages["max_length"] = (
            f"This is longer than {max_length:,} characters: shorten it, or attach it as a file."
        )

    def to_python(self, value: Any) -> str:
        """Return the text, "" where nothing can be seen. Raises ValidationError in words."""
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if has_control(text, allowed="\n\t\x85"):
            raise forms.ValidationError(
                "This holds invisible control characters: type it again.", code="control"
            )
        return "" if is_blank(text) else text


class WholeNumberField(forms.Field):
    """A whole number in the digits 0 to 9: no other scripts, no underscores, no exponent."""

    widget = forms.NumberInput

    def __init__(self, *, minimum: int = 0, maximum: int = 1_000_000, **options: Any) -> None:
        super().__init__(**options)
        self.minimum, self.maximum = minimum, maximum
        self.widget.attrs |= {"min": minimum, "max": maximum, "step": 1, "inputmode": "numeric"}

    def to_python(self, value: Any) -> int | None:
        """Return the number, None for an empty field. Raises ValidationError in words."""
        text = "" if value is None else str(value).strip(" ")
        if not text:
            return None
        if not WHOLE_NUMBER.fullmatch(text):
            raise forms.ValidationError("Write a whole number with the digits 0 to 9.", code="form")
        number = int(text)
        if not self.minimum <= number <= self.maximum:
            raise forms.ValidationError(
                f"Write a number from {self.minimum:,} to {self.maximum:,}.", code="range"
            )
        return number


class DayField(forms.Field):
    """A day, written as 2026-06-30, in the years 1990 to 2199."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {
        "invalid": "Write a day of the calendar as 2026-06-30, from 1990 to 2199."
    }

    def to_python(self, value: Any) -> date | None:
        """Return the day, None for an empty field. Raises ValidationError in words."""
        if isinstance(value, date):
            return value
        text = str(value or "").strip(" ")
        if not text:
            return None
        try:
            return read_day(text)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class PhoneField(LineField):
    """A telephone number, kept in E.164 (ITU-T): +16195550100.

    A number without country code is taken as North American when it has ten digits.
    """

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=32, **options)

    def to_python(self, value: Any) -> str:
        """Return the number in E.164. Raises ValidationError in words."""
        line = super().to_python(value)
        digits = PHONE_MARKS.sub("", line)
        if re.fullmatch(r"1?[2-9][0-9]{9}", digits):
            digits = f"+1{digits[-10:]}"
        if line and not E164.fullmatch(digits):
            raise forms.ValidationError(
                "Write the number with its country code, as in +1 619 555 0100, without extension.",
                code="phone",
            )
        return digits


class SubmissionField(forms.UUIDField):
    """The hidden key that makes a form count once, however often it is sent; see `once`."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(initial=uuid.uuid4, **options)


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of a list, by its id as the list writes it: int() would take other digits too."""

    def to_python(self, value: Any) -> Any:
        """Return the row. Raises ValidationError for what the list does not offer."""
        _refuse_odd_ids(self, [value])
        return super().to_python(value)


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows of a list, by their ids as the list writes them."""

    def clean(self, value: Any) -> Any:
        """Return the rows. Raises ValidationError for what the list does not offer."""
        _refuse_odd_ids(self, value if isinstance(value, list | tuple) else ())
        return super().clean(value)


def read_day(text: str) -> date:
    """Return the day that `text` writes as 2026-06-30. Raises ValueError."""
    # fromisoformat alone would take "20260630" and weeks.
    day = date.fromisoformat(text if DAY.fullmatch(text) else "")
    if not EARLIEST <= day <= LATEST:
        raise ValueError(text)
    return day


def _refuse_odd_ids(field: forms.Field, values: Iterable[Any]) -> None:
    for value in values:
        if isinstance(value, str) and value not in field.empty_values and not ROW.fullmatch(value):
            words = field.error_messages["invalid_choice"]
            # Both kinds of list name the value, under different names.
            raise forms.ValidationError(
                words, code="invalid_choice", params={"value": value, "pk": value}
            )
