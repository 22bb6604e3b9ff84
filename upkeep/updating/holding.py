"""Holding an update while a worker works on it: a lease that is renewed for as long as it takes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection

from calcom_portal.common.tenancy import database_now, system_scope
from upkeep.models import FirmwareUpdate, UpdateState

REASON = "update firmware that is due"
# A worker that is not heard of for so long is dead; it tells of itself more often than that.
LEASE, BEAT = timedelta(seconds=60), timedelta(seconds=15)


def due_updates(limit: int) -> list[int]:
    """Return the updates that a worker has to look at, the longest due first."""
    with system_scope(REASON):
        rows = FirmwareUpdate.objects.filter(
            look_at__lte=database_now(), state=UpdateState.RUNNING.value
        )
        rows = rows.filter(provider__suspended_at=None).order_by("look_at", "pk")
        return list(rows.values_list("pk", flat=True)[:limit])


def lease(update_id: int) -> FirmwareUpdate | None:
    """Take an update that is due, locked; None when another worker was quicker."""
    rows = FirmwareUpdate.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    rows = rows.select_related("campaign__release", "device__site", "ticket", "customer")
    now = database_now()
    found: FirmwareUpdate | None = rows.filter(
        pk=update_id, look_at__lte=now, state=UpdateState.RUNNING.value
    ).first()
    if found is None:
        return None
    found.token, found.look_at = secrets.token_hex(16), now + LEASE
    found.attempts += 1
    found.save(update_fields=["token", "look_at", "attempts"])
    return found


def mine(update_id: int, token: str) -> FirmwareUpdate | None:
    """Return an update, locked, if the lease is still the caller's."""
    rows = FirmwareUpdate.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related(
        *("campaign__release", "device__site", "ticket__customer", "customer"),
        *("before_backup", "after_backup"),
    )
    return rows.filter(pk=update_id, token=token).first()


@contextmanager
def kept_alive(update_id: int, token: str) -> Iterator[None]:
    """Renew the lease again and again until the block ends."""
    over = threading.Event()
    beat = threading.Thread(target=_renew, args=(update_id, token, over), daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()


def _renew(update_id: int, token: str, over: threading.Event) -> None:
    try:
        while not over.wait(BEAT.total_seconds()):
            try:
                with system_scope(REASON) as scope:
                    rows = FirmwareUpdate.objects.filter(pk=update_id, token=token)
                    rows.update(look_at=scope.now + LEASE)
            except DatabaseError:
                # It may be back at the next beat.
                connection.close()
    finally:
        connection.close()
