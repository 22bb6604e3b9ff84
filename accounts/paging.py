"""Lists in pages by key, not by number: a page stays where it is while rows come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from calcom_portal.common.errors import Missing
from calcom_portal.common.parts import Pager

PAGE_SIZE = 50
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and where the list goes on."""

    rows: list[Any]
    pager: Pager


def keyset_page(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    key: str,
    newest_first: bool = False,
    size: int = PAGE_SIZE,
) -> Page:
    """Return the page that `?after=<id>` or `?before=<id>` asks for, ordered by `key` and id.

    Raises Missing for an anchor that is not a row of the list's table.
    """
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    backwards = bool(before) and not after
    descending = newest_first != backwards
    if anchor := after or before:
        rows = rows.filter(_beyond(rows, anchor, key, descending))
    sign = "-" if descending else ""
    found = list(rows.order_by(f"{sign}{key}", f"{sign}pk")[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = has_more if not backwards else True
    has_previous = has_more if backwards else bool(after)
    pager = Pager(
        previous_url=_url(request, "before", found) if has_previous else "",
        next_url=_url(request, "after", found) if has_next else "",
        label=f"{len(found)} shown",
    )
    return Page(found, pager)


def _beyond(rows: QuerySet[Any], anchor: str, key: str, descending: bool) -> Q:
    if not (anchor.isascii() and anchor.isdigit() and len(anchor) <= LONGEST_ID):
        raise Missing("This page of the list does not exist.", remedy="Start from the first page.")
    value = rows.filter(pk=int(anchor)).values_list(key, flat=True).first()
    if value is None:
        raise Missing("This page of the list is gone.", remedy="Start from the first page.")
    side = "lt" if descending else "gt"
    return Q(**{f"{key}__{side}": value}) | Q(**{key: value, f"pk__{side}": int(anchor)})


def _url(request: HttpRequest, direction: str, rows: list[Any]) -> str:
    if not rows:
        return request.path
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query[direction] = str(rows[-1 if direction == "after" else 0].pk)
    return f"{request.path}?{query.urlencode()}"
