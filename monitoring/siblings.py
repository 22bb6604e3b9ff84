"""The checks of one device: what fails on it is one outage, until all of it is well."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from monitoring.following import Stage
from monitoring.models import Check, Incident, Opens
from monitoring.states import State

# An agent that is gone or a password that is wrong proves nothing, and may last for ever.
FAILS = (State.SUSPECT, State.DOWN, State.RECOVERING, State.UNREACHABLE)


def outages_beside(check: Check) -> list[Incident]:
    """Return the open outages of the other checks of a device, those that still go on first."""
    rows = Incident.objects.open().of_their_own().filter(of_check__device=check.device_id)
    rows = rows.exclude(of_check=check).select_related(
        "device__site", "customer", "of_check", "ticket__customer"
    )
    return list(rows.order_by(F("recovered_at").desc(nulls_first=True), "pk"))


def stage_of(incident: Incident | None) -> Stage:
    """Return how an incident stands."""
    if incident is None:
        return Stage.NONE
    if incident.parent_id is not None:
        return Stage.CHILD
    return Stage.OUT if incident.recovered_at is None else Stage.BACK


def is_carried(outage: Incident) -> bool:
    """Is all done about an outage that has to be: a live ticket, or none for want of cover?"""
    return not outage.is_covered or (outage.ticket is not None and outage.ticket.is_live)


def wants_ticket(check: Check) -> bool:
    """Does an outage of this check open a ticket at all?"""
    return check.opens != Opens.NOTHING.value


def checks_in(outage: Incident) -> list[int]:
    """Return the checks of the same device that have failed in an outage."""
    rows = Incident.objects.filter(parent=outage, of_check__device=outage.of_check.device_id)
    joined = rows.order_by("of_check").values_list("of_check", flat=True).distinct()
    return [outage.of_check_id, *joined]


def ends_in(outage: Incident) -> list[datetime]:
    """Return when the other checks that failed in an outage were well again."""
    rows = Incident.objects.closed().filter(parent=outage, of_check__in=checks_in(outage))
    ends = rows.values_list("recovered_at", flat=True)
    return [at for at in ends if at is not None]


def goes_on_beside(outage: Incident) -> bool:
    """Does another check of the device still fail, although the first one is well?"""
    return (
        Incident.objects.open()
        .filter(
            parent=outage,
            recovered_at=None,
            of_check__device=outage.of_check.device_id,
            of_check__paused_at=None,
            of_check__state__in=[state.value for state in FAILS],
        )
        .exists()
    )
