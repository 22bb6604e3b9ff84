"""Celery tasks of upkeep: each calls one sweep."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task

from upkeep.sweeps.keep_backups import keep_backups
from upkeep.sweeps.look_at_inspections import look_at_inspections
from upkeep.sweeps.make_changes import make_changes
from upkeep.sweeps.miss_backups import miss_backups
from upkeep.sweeps.note_versions import note_versions
from upkeep.sweeps.open_backups import open_backups
from upkeep.sweeps.owe_backups import owe_backups
from upkeep.sweeps.owe_rehearsals import owe_rehearsals
from upkeep.sweeps.plan_inspections import plan_inspections
from upkeep.sweeps.run_firmware import run_firmware
from upkeep.sweeps.run_restores import run_restores
from upkeep.sweeps.sweep_store import sweep_store
from upkeep.sweeps.take_backups import take_backups
from upkeep.sweeps.verify_objects import verify_objects

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


@shared_task(
    name="upkeep.verify_objects", soft_time_limit=LONGEST_BACKUP, time_limit=LONGEST_BACKUP + 60
)
def verify_objects_task() -> dict[str, int]:
    """Read stored objects again (level 1)."""
    return asdict(verify_objects())


@shared_task(
    name="upkeep.open_backups", soft_time_limit=LONGEST_BACKUP, time_limit=LONGEST_BACKUP + 60
)
def open_backups_task() -> dict[str, int]:
    """Open stored backups (level 2)."""
    return asdict(open_backups())


@shared_task(name="upkeep.keep_backups")
def keep_backups_task() -> dict[str, int]:
    """Let backups go that the rule of keeping asks for no more."""
    return asdict(keep_backups())


@shared_task(name="upkeep.sweep_store")
def sweep_store_task() -> dict[str, int]:
    """Clear the store of what nobody refers to."""
    return asdict(sweep_store())


@shared_task(name="upkeep.make_changes")
def make_changes_task() -> dict[str, int]:
    """Make changes of programming."""
    return asdict(make_changes())


@shared_task(
    name="upkeep.run_firmware", soft_time_limit=LONGEST_BACKUP, time_limit=LONGEST_BACKUP + 60
)
def run_firmware_task() -> dict[str, int]:
    """Let campaigns go on, and take updates a step further."""
    return asdict(run_firmware())


@shared_task(
    name="upkeep.run_restores", soft_time_limit=LONGEST_BACKUP, time_limit=LONGEST_BACKUP + 60
)
def run_restores_task() -> dict[str, int]:
    """Take restores and rehearsals a step further."""
    return asdict(run_restores())


@shared_task(name="upkeep.owe_rehearsals")
def owe_rehearsals_task() -> dict[str, int]:
    """Owe every backed-up system its rehearsal of the month."""
    return {"owed": owe_rehearsals()}


@shared_task(name="upkeep.plan_inspections")
def plan_inspections_task() -> dict[str, int]:
    """Write down the inspections that are owed."""
    return asdict(plan_inspections())


@shared_task(name="upkeep.look_at_inspections")
def look_at_inspections_task() -> dict[str, int]:
    """Remind people of visits, and say which are overdue."""
    return asdict(look_at_inspections())


@shared_task(name="upkeep.note_versions")
def note_versions_task() -> dict[str, int]:
    """Write down which versions equipment tells."""
    return asdict(note_versions())
