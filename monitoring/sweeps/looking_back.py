"""What the runner wrote about a check before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from monitoring import flapping
from monitoring.flapping import Change, turns
from monitoring.following import began_at
from monitoring.models import StateChange
from monitoring.states import State

# How many changes back the doubt before an outage is looked for.
LOOKED_BACK = 20


def first_failure(check_id: int, confirmed_at: datetime) -> datetime:
    """Return the first failure that led to an outage proven at `confirmed_at`."""
    rows = StateChange.objects.filter(of_check=check_id, at__lt=confirmed_at)
    newest = rows.order_by("-at").values_list("at", "became")[:LOOKED_BACK]
    changes = [Change(at, State(became)) for at, became in newest]
    return began_at(changes[::-1], confirmed_at)


def turns_of(check_ids: Collection[int], at: datetime) -> list[datetime]:
    """Return when the checks turned lately, each by itself."""
    rows = StateChange.objects.filter(
        of_check__in=check_ids, at__gt=at - 2 * flapping.WITHIN, at__lte=at
    )
    seen: dict[int, list[Change]] = {}
    for check_id, when, became in rows.order_by("at").values_list("of_check", "at", "became"):
        seen.setdefault(check_id, []).append(Change(when, State(became)))
    return sorted(turn for changes in seen.values() for turn in turns(changes))
