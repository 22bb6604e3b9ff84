"""What the lists of contracts share: search, and narrowing to one customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import QuerySet

from accounts.access import access_customer
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from calcom_portal.common.errors import Missing

LONGEST_SEARCH = 200
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list was asked for: a search text, and one customer or all."""

    q: str
    customer: Customer | None

    @classmethod
    def of(cls, request: ViewerRequest) -> Self:
        """Read `?q=` and `?customer=`. Raises Missing for a customer that is not there."""
        asked = request.GET.get("customer", "")
        customer = access_customer(request.viewer, _id(asked)) if asked else None
        return cls(request.GET.get("q", "")[:LONGEST_SEARCH], customer)

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the customer."""
        return rows.filter(customer=self.customer) if self.customer else rows

    @property
    def context(self) -> dict[str, Any]:
        """Return what the templates of lists read."""
        return {"q": self.q, "customer": self.customer}


def _id(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID and text[0] != "0":
        return int(text)
    raise Missing("There is no such customer.", remedy="Look for it in the list of customers.")
