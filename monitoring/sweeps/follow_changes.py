"""Follows what the runner wrote down: from a change of state to incidents, tickets and notices.

By rows: twice, late, killed half-way or side by side makes one incident and one ticket of one
outage. One check is followed in one transaction that holds its customer, so that what stands before
and behind it keeps still meanwhile; a check that cannot be followed is set aside with an alarm.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, system_scope
from monitoring.models import Check, Incident, StateChange
from monitoring.states import State
from monitoring.sweeps.following import Follower
from notifications.alarms import raise_alarm

log = logging.getLogger(__name__)

REASON = "make incidents of what the runner saw"
WORKER = "Monitoring"
BATCH = 500
MOST_PASSED_OVER = 5000
PROOFS = (State.DOWN.value, State.UNREACHABLE.value)
KIND = "outage_not_followed"
TRY_AGAIN_IN = timedelta(minutes=1)


class Done(StrEnum):
    """What became of one check."""

    FOLLOWED = "followed"
    BUSY = "busy"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class FollowCount:
    """What a sweep did: checks followed, such as somebody else holds, and set aside."""

    followed: int = 0
    busy: int = 0
    stuck: int = 0


def follow_changes(limit: int = BATCH) -> FollowCount:
    """Follow every check with news, what stands before first; up to `limit` changes."""
    with system_scope(REASON):
        _pass_over()
        ids = _with_news(limit)
    done = Counter(_follow(pk) for pk in ids)
    return FollowCount(done[Done.FOLLOWED], done[Done.BUSY], done[Done.STUCK])


def _pass_over() -> None:
    """Handle in one go what concerns no incident: doubt, and what cleared it.

    What comes after a proof that was not followed yet stays in its place.
    """
    of_check = Q(of_check=OuterRef("of_check"))
    proofs = StateChange.objects.filter(
        of_check, handled_at=None, became__in=PROOFS, at__lt=OuterRef("at")
    )
    harmless = StateChange.objects.filter(
        ~Exists(Incident.objects.open().filter(of_check)), ~Exists(proofs), handled_at=None
    ).exclude(became__in=PROOFS)
    rows = harmless.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    ids = list(rows.values_list("pk", flat=True)[:MOST_PASSED_OVER])
    StateChange.objects.filter(pk__in=ids).update(handled_at=database_now())


def _with_news(limit: int) -> list[int]:
    now = database_now()
    changes = StateChange.objects.filter(
        Q(not_before=None) | Q(not_before__lte=now),
        handled_at=None,
        provider__suspended_at=None,
    )
    looks = Incident.objects.open().filter(
        Q(look_at__lte=now)
        | Q(of_check__paused_at__isnull=False)
        | Q(of_check__device__retired_on__isnull=False),
        provider__suspended_at=None,
    )
    found = [
        *changes.order_by("pk").values_list("of_check", flat=True)[:limit],
        *looks.order_by("look_at", "pk").values_list("of_check", flat=True)[:limit],
    ]
    return _parents_first(list(dict.fromkeys(found)))


def _parents_first(ids: Sequence[int]) -> list[int]:
    """Return the checks in an order in which the nearest one before comes before its own."""
    parents = dict(Check.objects.filter(pk__in=ids).values_list("pk", "parent"))
    ordered: dict[int, None] = {}

    def add(pk: int, seen: frozenset[int]) -> None:
        parent = parents.get(pk)
        if parent in parents and parent not in seen:
            add(parent, seen | {pk})
        ordered.setdefault(pk)

    for pk in ids:
        add(pk, frozenset({pk}))
    return list(ordered)


def _follow(check_id: int) -> Done:
    with system_scope(REASON):
        check = _held(check_id)
        if check is None:
            return Done.BUSY
        changes = list(StateChange.objects.filter(of_check=check, handled_at=None).order_by("at"))
        try:
            with transaction.atomic():
                actor = Viewer.system(WORKER, provider_id=check.provider_id)
                Follower(check, actor).follow(changes)
        except Exception as error:
            log.exception("outage.not_followed check=%s", check_id)
            _set_aside(check, changes, error)
            return Done.STUCK
    return Done.FOLLOWED


def _held(check_id: int) -> Check | None:
    """Return a check with its customer held until the end of the transaction; None: others do."""
    of = Customer.objects.filter(pk__in=Check.objects.filter(pk=check_id).values("customer"))
    if of.select_for_update(skip_locked=True, no_key=True).first() is None:
        return None
    rows = Check.objects.select_related("device__site", "customer")
    return rows.filter(pk=check_id).first()


def _set_aside(check: Check, changes: Iterable[StateChange], error: Exception) -> None:
    again = database_now() + TRY_AGAIN_IN
    ids = [change.pk for change in changes]
    StateChange.objects.filter(pk__in=ids).update(not_before=again)
    Incident.objects.open().filter(of_check=check, look_at__isnull=False).update(look_at=again)
    detail = f"It could not be followed: {type(error).__name__}. It is tried again."
    raise_alarm(check.provider_id, KIND, f"{check.device.name}: {check.name}", detail)
