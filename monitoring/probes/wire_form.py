"""Questions and answers as JSON: how the portal and the agent at a site speak of them.

The form follows the dataclasses: an object by field name, a set or a tuple as a list, a length of
time in seconds, and where one of several classes may stand its name as `is`. Fields that have
their usual value are left out, so that an older side understands a newer one that uses nothing new.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

CLASS: Final = "is"


class NotUnderstood(ValueError):
    """The other side said something that this side does not know."""


def to_wire(value: Any) -> Any:
    """Return the JSON of a question, an answer, or a part of one."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value):
        told = {one.name: getattr(value, one.name) for one in fields(value)}
        told = {one.name: told[one.name] for one in fields(value) if told[one.name] != _usual(one)}
        return {CLASS: type(value).__name__} | {name: to_wire(part) for name, part in told.items()}
    if isinstance(value, Mapping):
        return {str(name): to_wire(part) for name, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_wire(part) for part in value)
    if isinstance(value, list | tuple):
        return [to_wire(part) for part in value]
    return value


def from_wire(kind: type[T], told: object) -> T:
    """Return what `to_wire` told. Raises NotUnderstood."""
    try:
        read: T = _read(kind, told)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise NotUnderstood(f"This is no {kind.__name__}: {error}") from error
    return read


def _read(kind: Any, told: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), told)
    if reader := COLLECTIONS.get(origin):
        return reader(get_args(kind), told)
    if kind in PLAIN:
        return _plain(kind, told)
    if kind is timedelta:
        return timedelta(seconds=_plain(float, told))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(told)
    if is_dataclass(kind):
        return _dataclass(kind, told)
    raise NotUnderstood(f"Nothing is known of {kind}")


def _dataclass(kind: Any, told: Any) -> Any:
    if told.get(CLASS) != kind.__name__:
        raise NotUnderstood(f"{told.get(CLASS)} is no {kind.__name__}")
    hints = _hints(kind)
    given = {name: part for name, part in told.items() if name != CLASS}
    return kind(**{name: _read(hints[name], part) for name, part in given.items()})


def _one_of(kinds: tuple[Any, ...], told: Any) -> Any:
    if told is None and types.NoneType in kinds:
        return None
    for kind in kinds:
        if is_dataclass(kind) and isinstance(told, dict) and told.get(CLASS) == kind.__name__:  # type: ignore[union-attr]
            return _read(kind, told)
        if kind in PLAIN and type(told) is kind:
            return told
    if float in kinds and type(told) is int:
        return float(told)
    raise NotUnderstood(f"{type(told).__name__} is none of {kinds}")


def _plain(kind: type[T], told: object) -> T:
    if kind is float and type(told) is int:
        return kind(told)  # type: ignore[call-arg]
    if type(told) is not kind:
        raise NotUnderstood(f"{type(told).__name__} instead of {kind.__name__}")
    return told


PLAIN = (str, int, float, bool)
COLLECTIONS: dict[Any, Callable[[tuple[Any, ...], Any], Any]] = {
    frozenset: lambda parts, told: frozenset(_read(parts[0], one) for one in _list(told)),
    tuple: lambda parts, told: tuple(_read(parts[0], one) for one in _list(told)),
    dict: lambda parts, told: {key: _read(parts[1], one) for key, one in told.items()},
    Mapping: lambda parts, told: {key: _read(parts[1], one) for key, one in told.items()},
}


def _list(told: Any) -> list[Any]:
    if not isinstance(told, list):
        raise NotUnderstood(f"{type(told).__name__} instead of a list")
    return told


def _usual(one: Field[Any]) -> Any:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return one.default


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
