"""Readers of JSON terms: one kind of value each, or a TermsError that names the field."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from contracts.sla.errors import TermsError

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_TEXT = 500
MOST_ROWS = 100


def entry(value: object, field: str, keys: tuple[str, ...]) -> Mapping[str, object]:
    """Return an object of which only `keys` are set."""
    if not isinstance(value, Mapping):
        raise TermsError("must be an object.", field=field, remedy=f"Give {', '.join(keys)}.")
    if any(key not in keys for key in value):
        raise TermsError(
            "has a part that is unknown.", field=field, remedy=f"Use {', '.join(keys)}."
        )
    return value


def rows(value: object, field: str) -> Sequence[object]:
    """Return a list of at most a hundred values."""
    if not isinstance(value, list | tuple) or len(value) > MOST_ROWS:
        raise TermsError(
            f"must be a list of at most {MOST_ROWS}.", field=field, remedy="Write [ … ]."
        )
    return value


def text(value: object, field: str) -> str:
    """Return a short text."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise TermsError(
            f"must be a text of at most {LONGEST_TEXT} characters.",
            field=field,
            remedy="Shorten it.",
        )
    return value


def whole(value: object, field: str) -> int:
    """Return a whole number; yes and no are not numbers."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TermsError("must be a whole number.", field=field, remedy="Write digits, such as 14.")
    return value


def choice(value: object, kind: type[Choice], field: str) -> Choice:
    """Return one of an enumeration's values."""
    for option in kind:
        if option.value == value:
            return option
    raise TermsError(
        "is not one of the choices.", field=field, remedy=f"Choose from {', '.join(kind)}."
    )
