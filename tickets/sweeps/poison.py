"""Rows that cannot be decided: set aside with a growing delay, and never in silence."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from calcom_portal.common.tenancy import database_now
from notifications.alarms import raise_alarm
from tickets.models import Clock, Ticket

KIND = "clock_undecided"
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))


def set_aside(clock_id: int, error: Exception) -> None:
    """Look at a clock again later, and raise an alarm of the provider's operators, once.

    Its rungs keep their true instants: they fire with them when it can be decided again.
    """
    clock = Clock.objects.select_related("ticket").get(pk=clock_id)
    delay = BACK_OFF[min(clock.failures, len(BACK_OFF) - 1)]
    Clock.objects.filter(pk=clock_id).update(
        failures=F("failures") + 1, next_at=database_now() + delay
    )
    alarm_about(clock.ticket, f"The {clock.metric} clock could not be decided", error)


def alarm_about(ticket: Ticket, what: str, error: Exception) -> None:
    """Raise the alarm that something of a ticket cannot be worked on by itself."""
    raise_alarm(
        ticket.provider_id,
        kind=KIND,
        subject=ticket.reference,
        detail=f"{what}: {type(error).__name__}. It is tried again; nobody is warned meanwhile.",
    )
