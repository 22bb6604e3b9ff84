"""Reading the fields of a call: all of them known, each once, every refusal named."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.request import Request

MOST_NAMED = 10
NO_OBJECT = "Send a JSON object with the fields that the documentation lists."


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know, instead of ignoring them."""

    default_error_messages = {"invalid": NO_OBJECT, "null": NO_OBJECT}

    def to_internal_value(self, data: Any) -> Any:
        """Return the values. Raises ValidationError naming every field that is wrong."""
        errors: dict[str, Any] = {}
        values: Any = None
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(data, Mapping):
                raise
            errors = dict(error.detail) if isinstance(error.detail, dict) else {}
        errors |= self._unknown(data)
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        strangers = [name for name in data if name not in self.fields]
        if not strangers:
            return {}
        known = ", ".join(self.fields) or "none"
        message = f"There is no such field: remove it. Fields that exist: {known}."
        return {name: [message] for name in strangers[:MOST_NAMED]}


class NoFields(StrictSerializer):
    """Nothing is asked."""


def read(serializer: type[StrictSerializer], data: Any) -> dict[str, Any]:
    """Return the values of a body. Raises ValidationError."""
    values: dict[str, Any] = _built(serializer).run_validation(data)
    return values


def shown(shape: type[serializers.Serializer[Any]], thing: Any) -> dict[str, Any]:
    """Return a thing in a shape: what `shape(thing).data` is."""
    answer: dict[str, Any] = _built(shape).to_representation(thing)
    return answer


@cache
def _built(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    # Reading and showing leave no trace in it, and each new one would copy all its fields.
    return serializer()


def read_query(serializer: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """Return the values of the address. Raises ValidationError, also for one given twice."""
    return read(serializer, once_each(request.query_params))


def once_each(values: QueryDict) -> dict[str, str]:
    """Return fields by name. Raises ValidationError for one given twice."""
    twice = [name for name, several in values.lists() if len(several) > 1]
    if twice:
        raise serializers.ValidationError(
            {name: ["This is given more than once: decide for one."] for name in twice[:MOST_NAMED]}
        )
    return {str(name): str(value) for name, value in values.items()}
