"""What the actions on changes share."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing, RuleBroken
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.wakeup import wake
from contracts.models import Device
from contracts.promised import service_calendar
from contracts.sla import hours
from monitoring.actions.plan_maintenance import WorkPlan, plan_maintenance
from tickets.approval import refuse_unapproved
from tickets.models import Kind, Ticket
from tickets.text import checked_line
from upkeep.models import Change, ChangeState

WORKER_TASK = "upkeep.make_changes"
# Long enough for two backups; an outage behind it is one again.
WORK_MINUTES = 30
LONGEST_REASON = 300


def refuse_foreign(ticket: Ticket) -> None:
    """Raise RuleBroken for a ticket that asks for no change, or is over."""
    if ticket.kind != Kind.PROGRAMMING:
        raise RuleBroken(
            f"Ticket {ticket.reference} asks for no programming change.",
            remedy="Open a ticket of that kind: the customer sees there what was changed.",
        )
    if not ticket.is_live:
        raise RuleBroken(
            f"Ticket {ticket.reference} is closed.", remedy="Reopen it, or open a new one."
        )


def device_of(ticket: Ticket, device_id: int) -> Device:
    """Return a system of the ticket's customer that is installed. Raises Missing."""
    rows = Device.objects.filter(customer=ticket.customer_id, retired_on=None)
    device: Device | None = rows.filter(pk=device_id).first()
    if device is None:
        raise Missing("There is no such system.", remedy="Choose one from the list.")
    return device


def lock_change(change: Change, *states: ChangeState) -> Change:
    """Return the change as it is now, locked. Raises RuleBroken in any other state."""
    rows = Change.objects.select_for_update(no_key=True, of=("self",))
    found: Change = rows.select_related("ticket__customer", "device__site").get(pk=change.pk)
    if found.state not in states:
        raise RuleBroken(
            f"This change is past that: {found.get_state_display().lower()}.",
            remedy="Look at its page to see how it stands.",
        )
    return found


def refuse_now(change: Change, allowed_reason: str, actor: Viewer) -> str:
    """Raise unless the system may be changed at this instant; return why it may out of hours.

    Within business hours (clause PROGRAM); outside of them by a dispatcher, with a reason.
    """
    refuse_unapproved(change.ticket)
    calendar = service_calendar(change.ticket.calendar_version_id)
    if calendar.is_open(database_now()):
        return ""
    when = f"Changes are made in business hours: {hours(calendar)}."
    if not actor.can(Capability.DISPATCH):
        raise RuleBroken(when, remedy="Make it then, or let a dispatcher allow it now.")
    if not allowed_reason.strip():
        raise BadInput(f"{when} Say why it has to be now.", field="allowed_reason")
    return checked_line(
        allowed_reason, field="allowed_reason", what="The reason", limit=LONGEST_REASON
    )


def announce(change: Change) -> None:
    """Plan the work, so that what the change silences for a moment is no outage."""
    site, now = change.device.site, database_now()
    zone = ZoneInfo(site.zone)
    begins = now.astimezone(zone) - timedelta(minutes=1)
    plan = WorkPlan(
        customer_id=change.customer_id,
        title=f"Programming change ({change.ticket.reference})",
        starts_on=begins.date(),
        starts_at=begins.time().replace(second=0, microsecond=0, fold=0),
        zone=site.zone,
        minutes=WORK_MINUTES,
        site_id=site.pk,
        device_id=change.device_id,
    )
    # Whoever may change a system may let it be silent meanwhile.
    plan_maintenance(plan=plan, actor=Viewer.system("changes", provider_id=change.provider_id))


def hurry() -> None:
    """Ask the worker to look sooner."""
    wake(WORKER_TASK)
