"""Bring every sealed credential of a provider to the present key."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.sealing import SealBroken, key_id_of, present_key_id, reseal
from accounts.viewer import Viewer
from monitoring.credentials import place_of
from monitoring.models import Credential

BATCH = 200


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many credentials were sealed anew, and the ids of those that cannot be opened."""

    moved: int = 0
    broken: tuple[int, ...] = ()


def rotate_credentials(*, after: int, actor: Viewer) -> tuple[Rotated, int | None]:
    """Seal one batch anew, from the id `after` on; return what was done and where to go on.

    None: that was the last batch. Each batch is a transaction of its own, so an end in the middle
    loses nothing: the next run goes on with what still has a former key.
    """
    actor.require(Capability.MANAGE_MONITORING)
    rows = Credential.objects.select_for_update().filter(pk__gt=after).order_by("pk")
    moved, broken, last = 0, [], None
    for credential in rows[:BATCH]:
        last = credential.pk
        try:
            sealed = reseal(credential.sealed, place_of(credential))
        except SealBroken:
            broken.append(credential.pk)
            continue
        if sealed != credential.sealed:
            credential.sealed, credential.key_id = sealed, key_id_of(sealed)
            credential.save(update_fields=["sealed", "key_id"])
            moved += 1
    if moved:
        record(actor, "credential.rotated", f"{moved} credentials", key=present_key_id())
    return Rotated(moved, tuple(broken)), last
