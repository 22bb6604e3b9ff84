"""Stored bytes are not what was written: one ticket for the system, and a new backup soon."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from contracts.sla import Priority
from tickets.actions import TicketRequest, open_ticket, report_on_ticket
from tickets.models import Kind, Ticket
from tickets.states import LIVE
from upkeep.backups.damage import (
    Damage,
    Story,
    story_of_manifests,
    story_of_parts,
    tell_damage,
)
from upkeep.models import Backup, BackupPlan, BackupState, Level, StoredObject


@transaction.atomic
def note_damage(*, device: Device, found: Sequence[Damage], actor: Viewer) -> Ticket | None:
    """Write down which objects of a system are damaged, and have people look at it.

    The backups whose parts they hold count no more; one whose manifest is damaged counts on.
    Returns the ticket; None when nothing of it was new, or no backup has them.
    """
    actor.require(Capability.RUN_CLOCK)
    damaged = _note_objects(device, found)
    backups = _note_backups(damaged)
    ticket = None
    if manifests := _backups_of_manifests(damaged):
        ticket = _tell(device, manifests, story_of_manifests(device, manifests), actor)
    if backups:
        now = database_now()
        # Whoever plans backups takes one as soon as the hours of the plan allow it.
        BackupPlan.objects.filter(device_id=device.pk, due_at__gt=now).update(due_at=now)
        story = story_of_parts(device, backups, _has_good(device))
        ticket = _tell(device, backups, story, actor)
    if ticket is not None:
        many = len({one.pk for one in (*backups, *manifests)})
        record(actor, "backup.damaged", device, objects=len(damaged), backups=many)
    return ticket


def _note_objects(device: Device, found: Sequence[Damage]) -> list[StoredObject]:
    """Return those that were not known to be damaged."""
    now, problems = database_now(), {one.stored_object_id: one.problem for one in found}
    rows = StoredObject.objects.select_for_update(of=("self",)).filter(
        pk__in=problems, device_id=device.pk, damaged_at=None, gone_at=None
    )
    damaged = list(rows.order_by("pk"))
    for one in damaged:
        one.damaged_at, one.problem, one.next_read_at = now, problems[one.pk][:300], None
    StoredObject.objects.bulk_update(damaged, ["damaged_at", "problem", "next_read_at"])
    return damaged


def _note_backups(damaged: Sequence[StoredObject]) -> list[Backup]:
    """Return the backups that count no more from now on."""
    rows = Backup.objects.select_for_update(of=("self",)).filter(
        pk__in=Backup.objects.filter(parts__stored_object__in=damaged).values("pk"),
        damaged_at=None,
    )
    backups = list(rows.order_by("pk"))
    Backup.objects.filter(pk__in=[one.pk for one in backups]).update(damaged_at=database_now())
    return backups


def _backups_of_manifests(damaged: Sequence[StoredObject]) -> list[Backup]:
    # One that was let go a moment ago has lost nothing.
    rows = Backup.objects.filter(state=BackupState.STORED.value)
    manifests = [one.manifest_of_id for one in damaged if one.manifest_of_id is not None]
    return list(rows.filter(pk__in=manifests).order_by("pk"))


def _tell(device: Device, backups: Sequence[Backup], story: Story, actor: Viewer) -> Ticket:
    """Tell the desk, in a ticket that is opened, or that is open already."""
    ticket = _ticket(device, story, actor)
    tell_damage(device, ticket, backups, story)
    return ticket


def _ticket(device: Device, story: Story, actor: Viewer) -> Ticket:
    rows = Ticket.objects.filter(
        device_id=device.pk,
        subject=story.subject,
        reporter=None,
        state__in=[it.value for it in LIVE],
    )
    ticket = rows.select_related("customer").order_by("-pk").first()
    if ticket is not None:
        report_on_ticket(ticket=ticket, text=story.text, actor=actor)
        return ticket
    request = TicketRequest(
        kind=Kind.PROBLEM.value,
        subject=story.subject,
        text=story.text,
        customer_id=device.customer_id,
        reporter_id=None,
        priority=Priority.MINOR,
        priority_reason="Found when stored backups were read again.",
        site_id=device.site_id,
        device_id=device.pk,
    )
    ticket = open_ticket(request=request, actor=actor)
    ticket.customer = device.customer
    return ticket


def _has_good(device: Device) -> bool:
    rows = Backup.objects.filter(device_id=device.pk, state=BackupState.STORED.value)
    return rows.filter(damaged_at=None, level__gte=Level.OPENED.value).exists()
