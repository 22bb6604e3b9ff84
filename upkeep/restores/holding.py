"""Holding a restore while a worker works on it: a lease that is renewed, facts, the next look."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, connection

from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.models import Restore, RestoreState
from upkeep.restores.facts import add_fact
from upkeep.restores.steps import Outcome, Step

REASON = "restore backups"
# A worker that is not heard of for so long is dead; it tells of itself more often than that.
LEASE = timedelta(seconds=60)
BEAT = timedelta(seconds=15)
WORKABLE = (RestoreState.PREPARED, RestoreState.RUNNING)


class LeaseLost(Exception):
    """Another worker has it now: what this one did since does not count."""


@dataclass(frozen=True, slots=True)
class Held:
    """A restore that is ours for now."""

    restore_id: int
    token: str


def due_restores(limit: int) -> list[int]:
    """Return the restores that a worker has to look at, the oldest first."""
    with system_scope(REASON):
        rows = Restore.objects.filter(look_at__lte=database_now(), state__in=WORKABLE)
        rows = rows.filter(provider__suspended_at=None).order_by("look_at", "pk")
        return list(rows.values_list("pk", flat=True)[:limit])


def take(restore_id: int) -> Held | None:
    """Take a restore that is due; None when another worker was quicker."""
    with system_scope(REASON) as scope:
        rows = Restore.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.filter(look_at__lte=scope.now, state__in=WORKABLE)
        restore = rows.filter(pk=restore_id).first()
        if restore is None:
            return None
        restore.token, restore.look_at = uuid4().hex, scope.now + LEASE
        restore.attempts = min(restore.attempts + 1, 32_000)
        restore.save(update_fields=["token", "look_at", "attempts"])
        return Held(restore_id, restore.token)


@contextmanager
def mine(held: Held) -> Iterator[Restore]:
    """Open a transaction with the restore locked. Raises LeaseLost."""
    with system_scope(REASON):
        rows = Restore.objects.select_for_update(of=("self",)).select_related(
            "device__site", "customer", "backup", "safety_backup", "ticket"
        )
        restore = rows.filter(pk=held.restore_id, token=held.token).first()
        if restore is None:
            raise LeaseLost
        yield restore


def tell(
    held: Held,
    step: Step,
    outcome: Outcome,
    words: str = "",
    facts: dict[str, Any] | None = None,
    *,
    look_in: timedelta | None = None,
) -> None:
    """Write a fact down; with `look_in` let go of the restore until then. Raises LeaseLost."""
    with mine(held) as restore:
        add_fact(restore, step, outcome, words, facts)
        if look_in is None:
            return
        restore.look_at, restore.token = database_now() + look_in, ""
        restore.save(update_fields=["look_at", "token"])


def let_go(held: Held, look_in: timedelta | None) -> None:
    """Let go of the restore without a fact; None: nobody looks at it again by itself."""
    with mine(held) as restore:
        restore.look_at = None if look_in is None else database_now() + look_in
        restore.token = ""
        restore.save(update_fields=["look_at", "token"])


@contextmanager
def kept_alive(held: Held) -> Iterator[None]:
    """Renew the lease again and again until the block ends."""
    over = threading.Event()
    beat = threading.Thread(target=_renew, args=(held, over), daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()


def _renew(held: Held, over: threading.Event) -> None:
    try:
        while not over.wait(BEAT.total_seconds()):
            try:
                with system_scope(REASON) as scope:
                    rows = Restore.objects.filter(pk=held.restore_id, token=held.token)
                    rows.update(look_at=scope.now + LEASE)
            except DatabaseError:
                # It may be back at the next beat.
                connection.close()
    finally:
        connection.close()
