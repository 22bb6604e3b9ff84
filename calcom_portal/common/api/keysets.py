"""Keyset pages: the next page begins after the last row of this one, however far down that is."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Model, Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request

from calcom_portal.common.api.fields import LARGEST_ID, MISSING
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.errors import BadInput

Row = TypeVar("Row", bound=Model)
MOST, USUAL = 200, 50


class LimitField(serializers.IntegerField):
    """How many rows a page may hold."""

    default_error_messages = MISSING | {"invalid": f"Write a whole number from 1 to {MOST}."}

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=MOST, default=USUAL, **options)

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        text = str(data)
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST):
            self.fail("invalid")
        return int(text)


class PageQuery(StrictSerializer):
    """What every list takes."""

    limit = LimitField(help_text="Rows a page.")
    cursor = serializers.CharField(
        required=False, max_length=400, help_text="Where the page begins: from `next`, as it is."
    )


@dataclass(frozen=True, slots=True)
class Ordering:
    """One order of a list: a column with ties broken by id. Rows without a value come last."""

    name: str
    column: str
    is_descending: bool = False
    is_instant: bool = False
    may_be_empty: bool = False

    def sorted(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Sort."""
        column = F(self.column)
        empty_last = True if self.may_be_empty else None
        first = (
            column.desc(nulls_last=empty_last)
            if self.is_descending
            else column.asc(nulls_last=empty_last)
        )
        return rows.order_by(first, "-pk" if self.is_descending else "pk")

    def after(self, rows: QuerySet[Row], value: Any, last_id: int) -> QuerySet[Row]:
        """Keep what comes after the row with this value and id."""
        beyond = Q(pk__lt=last_id) if self.is_descending else Q(pk__gt=last_id)
        if value is None:
            return rows.filter(beyond, **{f"{self.column}__isnull": True})
        # The range first, then the ties: an index can be entered at a range, not at an "or".
        side = "lte" if self.is_descending else "gte"
        kept = Q(**{f"{self.column}__{side}": value}) & (~Q(**{self.column: value}) | beyond)
        if self.may_be_empty:
            kept |= Q(**{f"{self.column}__isnull": True})
        return rows.filter(kept)

    def cursor(self, row: Model) -> str:
        """Return the text that says where the next page begins."""
        value = row
        for part in self.column.split("__"):
            value = getattr(value, part)
        shown = value.isoformat() if isinstance(value, datetime) else value
        plain = json.dumps([self.name, shown, row.pk], separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    def read(self, text: str) -> tuple[Any, int]:
        """Return value and id of a cursor. Raises BadInput."""
        try:
            padded = text + "=" * (-len(text) % 4)
            name, value, last_id = json.loads(base64.b64decode(padded, b"-_", validate=True))
            if name != self.name or type(last_id) is not int or not 1 <= last_id <= LARGEST_ID:
                raise ValueError(text)
            return self._value(value), last_id
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise BadInput(
                "This is not a cursor of this list and ordering.",
                field="cursor",
                remedy="Take it from `next`, or leave it out to begin at the first page.",
            ) from error

    def _value(self, value: Any) -> Any:
        if value is None and self.may_be_empty:
            return None
        if self.is_instant:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError(value)
            return moment
        if type(value) is not int or abs(value) > LARGEST_ID:
            raise ValueError(value)
        return value


def page_of(
    request: Request, rows: QuerySet[Row], ordering: Ordering, asked: Mapping[str, Any]
) -> tuple[Sequence[Row], str | None]:
    """Return the rows of a page, and the address of the next page (None: this is the last)."""
    rows = ordering.sorted(rows)
    if cursor := asked.get("cursor"):
        rows = ordering.after(rows, *ordering.read(cursor))
    limit: int = asked["limit"]
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return found, None
    query = request.query_params.copy()
    query["cursor"] = ordering.cursor(found[limit - 1])
    return found[:limit], request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


BY_ID = Ordering("id", "pk")
NEWEST = Ordering("newest", "pk", is_descending=True)
