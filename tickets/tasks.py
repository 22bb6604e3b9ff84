"""What the workers run: thin, repeatable, a scope and one call each."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task

from tickets.sweeps.deadlines import sweep_deadlines
from tickets.sweeps.recheck import recheck_clocks
from tickets.sweeps.waking import wake_tickets


@shared_task(name="tickets.sweep_deadlines")
def sweep_deadlines_task() -> dict[str, int]:
    """Decide the deadlines that have passed."""
    return asdict(sweep_deadlines())


@shared_task(name="tickets.wake_tickets")
def wake_tickets_task() -> dict[str, int]:
    """End holds whose date has come; close what was resolved."""
    return asdict(wake_tickets())


@shared_task(name="tickets.recheck_clocks")
def recheck_clocks_task() -> dict[str, int]:
    """Compare stored deadlines with the facts."""
    return asdict(recheck_clocks())
