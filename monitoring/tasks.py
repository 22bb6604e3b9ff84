"""What the workers run: thin, repeatable, a scope and one call each."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task

from monitoring.sweeps.collect_health_checks import collect_health_checks
from monitoring.sweeps.find_silent import find_silent
from monitoring.sweeps.follow_changes import follow_changes
from monitoring.sweeps.forget_results import forget_results
from monitoring.sweeps.plan_health_checks import plan_health_checks
from monitoring.sweeps.roll_up import roll_up
from monitoring.sweeps.watch_runners import watch_runners


@shared_task(name="monitoring.plan_health_checks")
def plan_health_checks_task() -> dict[str, int]:
    """Write down the health checks that are owed."""
    return asdict(plan_health_checks())


@shared_task(name="monitoring.collect_health_checks")
def collect_health_checks_task() -> dict[str, int]:
    """Make them."""
    return asdict(collect_health_checks())


@shared_task(name="monitoring.follow_changes")
def follow_changes_task() -> dict[str, int]:
    """Make incidents and tickets of what the runner saw."""
    return asdict(follow_changes())


@shared_task(name="monitoring.roll_up")
def roll_up_task() -> dict[str, int]:
    """Make rollups of results."""
    return roll_up()


@shared_task(name="monitoring.forget_results")
def forget_results_task() -> dict[str, int]:
    """Make coming partitions, and forget what is kept no longer."""
    return forget_results()


@shared_task(name="monitoring.find_silent")
def find_silent_task() -> dict[str, int]:
    """Call devices down that report nothing any more."""
    return asdict(find_silent())


@shared_task(name="monitoring.watch_runners")
def watch_runners_task() -> dict[str, int]:
    """Raise an alarm when nobody asks."""
    return {"concerned": watch_runners()}
