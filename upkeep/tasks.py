"""Celery tasks of upkeep: each calls one sweep."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task

from upkeep.sweeps.miss_backups import miss_backups
from upkeep.sweeps.owe_backups import owe_backups
from upkeep.sweeps.take_backups import take_backups

# A large system over a slow line takes hours, and a hung one must not hold a keeper for ever.
LONGEST_BACKUP = 6 * 60 * 60


@shared_task(name="upkeep.owe_backups")
def owe_backups_task() -> dict[str, int]:
    """Write down the backups that are owed."""
    return asdict(owe_backups())


@shared_task(
    name="upkeep.take_backups", soft_time_limit=LONGEST_BACKUP, time_limit=LONGEST_BACKUP + 60
)
def take_backups_task() -> dict[str, int]:
    """Take those that wait."""
    return asdict(take_backups())


@shared_task(name="upkeep.miss_backups")
def miss_backups_task() -> dict[str, int]:
    """Raise an alarm for systems without a good backup."""
    return {"missed": miss_backups()}
