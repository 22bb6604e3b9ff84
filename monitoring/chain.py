"""The equipment before and behind a check: what has to work for it, and what needs it."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitoring.models import Check, Incident
from monitoring.states import State

# More than any real network: it only bounds a ring of parents.
DEEPEST = 12
MOST_BEHIND = 10_000
# In case an answer is on its way.
ON_THE_WAY = timedelta(seconds=30)


def before(check: Check) -> list[Check]:
    """Return the checks without whose equipment this one cannot be reached, the nearest first."""
    found: list[Check] = []
    parent_id = check.parent_id
    while parent_id is not None and len(found) < DEEPEST:
        parent = Check.objects.select_related("device").get(pk=parent_id)
        if parent.pk == check.pk or parent in found:
            break
        found.append(parent)
        parent_id = parent.parent_id
    return found


def behind(check: Check) -> list[Check]:
    """Return the checks that cannot be reached without this one, the nearest first."""
    found: dict[int, Check] = {}
    level = [check.pk]
    while level and len(found) < MOST_BEHIND:
        rows = Check.objects.running().filter(parent_id__in=level, device__retired_on=None)
        new = [
            row
            for row in rows.select_related("device").order_by("pk")
            if row.pk not in found and row.pk != check.pk
        ]
        found |= {row.pk: row for row in new}
        level = [row.pk for row in new]
    return list(found.values())


def proof_of(check: Check) -> timedelta:
    """Return how long it takes at most to prove that a check's equipment is down."""
    retries = check.failures * (check.retry_seconds + check.timeout_ms / 1000)
    return timedelta(seconds=check.every_seconds + retries) + ON_THE_WAY


def is_proven_alive(check: Check, *, since: datetime) -> bool:
    """Has a check's equipment answered since an instant? One that nobody asks is not doubted."""
    if check.paused_at is not None or check.state == State.UNKNOWN:
        return True
    answered = check.last_at is not None and check.last_at >= since
    return check.state == State.UP and answered


def unproven_until(checks: list[Check], began: datetime, confirmed: datetime) -> datetime | None:
    """Return by when the last of `checks` is proven to be down or up; None: all of them work."""
    doubted = [it for it in checks if not is_proven_alive(it, since=began)]
    return max((confirmed + proof_of(it) for it in doubted), default=None)


def open_outage_of(check: Check) -> Incident | None:
    """Return the open incident of a check, with what a follower reads of it."""
    rows = Incident.objects.open().filter(of_check=check)
    found = rows.select_related(
        "device__site", "ticket__customer", "parent__device", "parent__ticket"
    ).first()
    if found is not None:
        # The follower's own rows: what it reads of them is as it is now.
        found.of_check, found.customer = check, check.customer
    return found


def is_over(root: Incident | None) -> bool:
    """Is the outage that another hung on over, or was there none?"""
    return root is None or root.recovered_at is not None or root.closed_at is not None


def outage_before(checks: list[Check]) -> Incident | None:
    """Return the outage of the equipment before, at the top of it: of the nearest that has one."""
    rows = Incident.objects.open().filter(of_check__in=checks, recovered_at=None)
    found = {row.of_check_id: row for row in rows.select_related("parent")}
    for check in checks:
        incident = found.get(check.pk)
        if incident is not None:
            return _top(incident)
    return None


def _top(incident: Incident) -> Incident | None:
    if incident.parent is None:
        return incident
    # The one above is over already: nothing is known yet about what is between.
    return None if incident.parent.recovered_at or incident.parent.closed_at else incident.parent
