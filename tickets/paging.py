"""Keyset pages: a page begins after the last row of the one before, however far down that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from django.db.models import Q

from calcom_portal.common.errors import BadInput
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CURSOR = re.compile(r"(none|[1-9][0-9]{0,16})\.([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page in dispatch order: its deadline (None: it has none) and its id."""

    deadline: datetime | None
    id: int

    @property
    def text(self) -> str:
        """Return the form for an address."""
        moment = "none" if self.deadline is None else (self.deadline - EPOCH) // MICROSECOND
        return f"{moment}.{self.id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the form of an address. Raises BadInput."""
        match = CURSOR.fullmatch(text)
        if match is None:
            raise BadInput(
                "The address names a page that does not exist.",
                field="after",
                remedy="Start from the first page.",
            )
        moment = match[1]
        deadline = None if moment == "none" else EPOCH + int(moment) * MICROSECOND
        return cls(deadline, int(match[2]))

    def cut(self, rows: TicketQuerySet[Ticket]) -> TicketQuerySet[Ticket]:
        """Keep what comes after this row."""
        if self.deadline is None:
            return rows.filter(next_deadline_at__isnull=True, id__gt=self.id)
        # The range first, then the ties: an index can be entered at a range, not at an "or".
        dated = Q(next_deadline_at__gte=self.deadline) & ~Q(
            next_deadline_at=self.deadline, id__lte=self.id
        )
        return rows.filter(dated | Q(next_deadline_at__isnull=True))
