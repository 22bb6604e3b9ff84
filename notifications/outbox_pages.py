"""What the outbox shows: its tabs, and one page of a tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from notifications.models import Notice, NoticeState, OperatorAlarm

PAGE = 50

TABS: dict[str, tuple[str, tuple[NoticeState, ...]]] = {
    "waiting": ("Waiting", (NoticeState.READY, NoticeState.LEASED)),
    "sent": ("Sent", (NoticeState.SENT,)),
    "dead": ("Not delivered", (NoticeState.DEAD,)),
    "muted": ("Turned off", (NoticeState.MUTED,)),
}
# Counting all that was ever sent would take longer than the page is worth.
COUNTED = (NoticeState.READY, NoticeState.LEASED, NoticeState.DEAD)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `count` is None where it is not counted."""

    name: str
    title: str
    count: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a list, newest first, and the ids at which its neighbours start (0: none)."""

    rows: Sequence[Notice]
    newer_than: int
    older_than: int


def tabs(current: str) -> list[Tab]:
    """Return the tabs with the numbers that matter."""
    counts = dict(
        Notice.objects.filter(state__in=COUNTED)
        .values_list("state")
        .annotate(number=Count("id"))
        .order_by()
    )
    return [
        Tab(
            name,
            title,
            sum(counts.get(state, 0) for state in states) if states[0] in COUNTED else None,
            name == current,
        )
        for name, (title, states) in TABS.items()
    ]


def slice_of(tab: str, *, before: int = 0, after: int = 0) -> Slice:
    """Return the page of notices older than `before`, or newer than `after`; else the newest."""
    states = TABS[tab][1]
    rows = Notice.objects.filter(state__in=states).select_related("recipient", "customer")
    if after:
        found = list(rows.filter(pk__gt=after).order_by("id")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE][::-1]
        return Slice(found, found[0].pk if more else 0, found[-1].pk if found else 0)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return Slice(found, found[0].pk if before and found else 0, found[-1].pk if more else 0)


def open_alarms() -> list[OperatorAlarm]:
    """Return what needs a person, newest first."""
    return list(OperatorAlarm.objects.filter(cleared_at__isnull=True).order_by("-id")[:20])
