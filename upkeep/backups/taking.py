"""Runs the driver of a backup, and keeps its lease meanwhile."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from django.db import InterfaceError, OperationalError, connections

from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import system_scope
from upkeep.backups.plan_settings import checked_plan_settings
from upkeep.backups.sizes import size_warning
from upkeep.backups.writing import BackupSink, NotOurs
from upkeep.drivers.base import SETTINGS, Driver, Reach, Settings, Taken
from upkeep.drivers.table import DRIVERS
from upkeep.models import Backup, BackupPlan, BackupState, Level
from upkeep.reach import reach_of

log = logging.getLogger(__name__)

REASON = "reach a system to back it up"
# People watch it, and a lease is many times as long.
TOLD_EVERY = 3.0
COMPARED_WITH = 5


class Lost(Exception):
    """Somebody else has the backup now: stop, and leave everything to them."""


def take_with_driver(backup: Backup, sink: BackupSink) -> Taken:
    """Have a system's driver write every part into `sink`. Outside any scope.

    Raises DriverFailed or a PortalError in words for people, and Lost.
    """
    with system_scope(REASON):
        plan, reach = _way_to(backup)
        settings = checked_plan_settings(plan.driver, plan.settings)
        former = _former_sizes(backup)
    driver = DRIVERS[plan.driver]
    taken = asyncio.run(_taken(driver, reach, settings, sink))
    warning = size_warning(sink.done_bytes, former)
    # Where its parts belong is known by the settings that they were taken with.
    baseline = {**taken.baseline, SETTINGS: settings}
    return Taken(taken.firmware, baseline, (*taken.warnings, *filter(None, [warning])))


async def _taken(driver: Driver, reach: Reach, settings: Settings, sink: BackupSink) -> Taken:
    taking = asyncio.create_task(driver.take(reach, settings, sink))
    keeping = asyncio.create_task(_keep_on(sink))
    try:
        await asyncio.wait({taking, keeping}, return_when=asyncio.FIRST_COMPLETED)
        if taking.done():
            return taking.result()
        raise Lost(sink.backup.name)
    finally:
        for task in (taking, keeping):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task


async def _keep_on(sink: BackupSink) -> None:
    """Tell how far it is, for as long as the backup is ours; return when it is not any more."""
    while True:
        await asyncio.sleep(TOLD_EVERY)
        try:
            await asyncio.to_thread(_keep, sink)
        except NotOurs:
            return
        except (OperationalError, InterfaceError) as error:
            # The next beat tries again; if the lease runs out meanwhile, somebody takes over.
            log.warning("backup.silent name=%s error=%s", sink.backup.name, type(error).__name__)


def _keep(sink: BackupSink) -> None:
    try:
        sink.keep()
    finally:
        # A thread has a connection of its own, and nobody else would close it.
        connections.close_all()


def _way_to(backup: Backup) -> tuple[BackupPlan, Reach]:
    rows = BackupPlan.objects.select_related("connection__credential")
    plan = rows.filter(backups=backup).first()
    if plan is None or plan.connection is None:
        raise RuleBroken(
            "It is not known any more how this system is reached.",
            remedy="Choose a connection in the plan of its backups.",
        )
    return plan, reach_of(plan.connection)


def _former_sizes(backup: Backup) -> list[int]:
    rows = Backup.objects.filter(
        device=backup.device_id,
        state=BackupState.STORED.value,
        level__gte=Level.OPENED.value,
        plan=backup.plan_id,
    )
    sizes = rows.order_by("-stored_at").values_list("plain_bytes", flat=True)
    return list(sizes[:COMPARED_WITH])
