"""Searching from one box: a registry of finders that the apps fill in `ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.api_scopes import ApiScope
from accounts.capabilities import Capability, Role
from accounts.models import Customer, Membership
from accounts.viewer import Viewer
from calcom_portal.common.text import one_form

SHORTEST, LONGEST = 2, 100
MOST_HITS = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. `url` may be empty: the viewer sees that it is there, no more.

    `key` is what the API calls it: a reference, or an id.
    """

    title: str
    url: str
    detail: str = ""
    note: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one sort, best first. `is_partial`: older ones were not all looked at."""

    name: str
    icon: str
    hits: Sequence[Hit]
    more_url: str = ""
    is_partial: bool = False


One = TypeVar("One", bound=Model)
Finder = Callable[[Viewer, str], Group | None]

_finders: dict[int, tuple[Finder, ApiScope | None]] = {}


def register_finder(place: int, finder: Finder, scope: ApiScope | None = None) -> None:
    """Show what `finder(viewer, words)` finds at this place of the page; None shows nothing.

    Finders run in the viewer's scope, and look only at what the viewer may see. `scope` is what an
    API key needs to find the same; None: no key finds it.
    """
    _finders[place] = finder, scope


def search_words(text: str) -> str:
    """Return what to search for, "" when that is too little."""
    words = one_form(" ".join(text.split()))[:LONGEST]
    return words if len(words) >= SHORTEST else ""


def search(viewer: Viewer, words: str) -> list[Group]:
    """Return the groups in which something was found."""
    asked = (_finders[place] for place in sorted(_finders))
    found = (finder(viewer, words) for finder, scope in asked if _may(viewer, scope))
    return [group for group in found if group is not None and group.hits]


def find_customers(viewer: Viewer, words: str) -> Group | None:
    """Find customers by name or number."""
    if not viewer.can(Capability.SEE_ALL_CUSTOMERS):
        return None
    rows = Customer.objects.named_like(words).order_by("-is_active", Lower("name"))
    hits = [
        Hit(
            row.name,
            reverse("customer", args=[row.pk]),
            row.number,
            _closed(row.is_active),
            str(row.pk),
        )
        for row in rows[:MOST_HITS]
    ]
    return Group("Customers", "building-2", hits)


def find_people(viewer: Viewer, words: str) -> Group | None:
    """Find people by name or address: staff everybody, customers' administrators colleagues."""
    if viewer.is_customer and not viewer.can(Capability.MANAGE_COLLEAGUES):
        return None
    rows = Membership.objects.select_related("customer").named_like(words)
    if viewer.is_customer:
        rows = rows.filter(customer_id=viewer.own_customer_id)
    may_open = viewer.can(Capability.MANAGE_COLLEAGUES)
    hits = [
        Hit(
            row.name,
            reverse("person", args=[row.pk]) if may_open else f"mailto:{row.email}",
            f"{row.customer or viewer.provider_name}, {Role(row.role).label.lower()}",
            _closed(row.is_active),
            str(row.pk),
        )
        for row in rows.order_by("-is_active", Lower("name"))[:MOST_HITS]
    ]
    return Group("People", "users", hits)


def in_order(rows: QuerySet[One], ids: Iterable[int]) -> list[One]:
    """Return the rows in the order of `ids`; those that may not be seen are not there."""
    known = rows.in_bulk(list(ids))
    return [known[pk] for pk in ids if pk in known]


def _may(viewer: Viewer, scope: ApiScope | None) -> bool:
    """Whoever comes with a browser has no scopes: all is theirs that the finder shows."""
    return viewer.scopes is None or (scope is not None and scope.value in viewer.scopes)


def _closed(is_active: bool) -> str:
    return "" if is_active else "Closed"
