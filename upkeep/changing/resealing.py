"""Sealing anew what changes hold sealed, when the portal has a new key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.audit import record
from accounts.resealing import Resealed
from accounts.sealing import SealBroken, present_key_id, reseal
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import system_scope
from upkeep.changing.sheets import sealed_places
from upkeep.models import ChangeFile, ChangeSheet

REASON = "seal what changes hold with the present key"
WORKER = "key rotation"
BATCH = 100
MODELS: tuple[type[ChangeSheet] | type[ChangeFile], ...] = (ChangeSheet, ChangeFile)


def reseal_changes(provider_id: int) -> Resealed:
    """Seal the answers and files of a provider's changes with the present key.

    Each batch is a transaction of its own: one that is broken off goes on at the next run.
    """
    done = [_reseal(model, provider_id) for model in MODELS]
    return Resealed(
        sum(one.moved for one in done), tuple(row for one in done for row in one.broken)
    )


def _reseal(model: type[ChangeSheet] | type[ChangeFile], provider_id: int) -> Resealed:
    moved, after = 0, 0
    broken: list[str] = []
    while True:
        with system_scope(REASON):
            rows = model.objects.select_for_update(of=("self",)).select_related("change")
            batch = list(rows.filter(provider=provider_id, pk__gt=after).order_by("pk")[:BATCH])
            if not batch:
                return Resealed(moved, tuple(broken))
            done = _reseal_batch(batch)
            if done.moved:
                actor = Viewer.system(WORKER, provider_id=provider_id)
                record(actor, "change.resealed", f"{done.moved} sealed texts", key=present_key_id())
        moved, after = moved + done.moved, batch[-1].pk
        broken += done.broken


def _reseal_batch(batch: Iterable[Any]) -> Resealed:
    moved, broken = 0, []
    for row in batch:
        fresh: dict[str, str] = {}
        try:
            for name, place in sealed_places(row).items():
                sealed = reseal(getattr(row, name), place)
                if sealed != getattr(row, name):
                    fresh[name] = sealed
        except SealBroken:
            broken.append(f"{row._meta.verbose_name} {row.pk}")
            continue
        for name, sealed in fresh.items():
            setattr(row, name, sealed)
        if fresh:
            row.save(update_fields=list(fresh))
            moved += len(fresh)
    return Resealed(moved, tuple(broken))
