"""What the pages of devices and tickets say of firmware, to each side what is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.prepared import prepared
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from contracts.device_parts import DevicePart
from contracts.models import Device
from tickets.models import Kind, Ticket
from tickets.page_parts import TicketPart, is_marked
from upkeep.firmware.standing import Verdict
from upkeep.fleet import books_of
from upkeep.models import FirmwareSeen, FirmwareUpdate, UpdateState

SHOWN = 3


@dataclass(frozen=True, slots=True)
class FirmwareOfDevice:
    """Everything that the part shows. Customers see no judgement, and no update left out."""

    device: Device
    seen: FirmwareSeen | None
    verdict: Verdict | None
    updates: Sequence[FirmwareUpdate]
    is_staff: bool
    can_record: bool


@dataclass(frozen=True, slots=True)
class UpdatesOfTicket:
    """The updates that a ticket announced."""

    updates: Sequence[FirmwareUpdate]
    is_staff: bool


def firmware_of_device(viewer: Viewer, device: Device) -> DevicePart | None:
    """Return the part; None where nothing is known and nothing can be written down."""
    if not viewer.can(Capability.SEE_CONTRACTS):
        return None
    seen = FirmwareSeen.objects.filter(device=device, until=None).first()
    updates = FirmwareUpdate.objects.filter(device=device).exclude(
        state__in=(UpdateState.DRAFT.value, UpdateState.LEFT_OUT.value)
    )
    shown = list(updates.order_by("-pk")[:SHOWN])
    can_record = viewer.can(Capability.WORK_TICKETS) and device.retired_on is None
    if seen is None and not shown and not (can_record and device.product_model_id):
        return None
    verdict = _verdict(device, seen) if viewer.is_staff else None
    part = FirmwareOfDevice(device, seen, verdict, shown, viewer.is_staff, can_record)
    return DevicePart("upkeep/firmware/_of_device.html", part)


def _verdict(device: Device, seen: FirmwareSeen | None) -> Verdict | None:
    if device.product_model is None:
        return None
    today = today_of_provider(device.provider_id, database_now())
    book = books_of([device.product_model])[device.product_model.pk]
    return book.verdict_on(seen.version if seen else "", today)


def updates_of(viewer: Viewer, ticket: Ticket) -> TicketPart | None:
    """Return the part of a ticket that announced updates. One query if there is any."""
    if ticket.kind != Kind.FIRMWARE or not is_marked(ticket, "has_updates"):
        return None
    found = list(_updates(ticket.pk))
    if not found:
        return None
    return TicketPart("upkeep/firmware/_of_ticket.html", UpdatesOfTicket(found, viewer.is_staff))


def has_updates() -> Exists:
    """Return the condition of a ticket that announced updates."""
    return Exists(FirmwareUpdate.objects.filter(ticket_id=OuterRef("pk")))


MARKS = {"has_updates": has_updates}


@prepared
def _updates(ticket_id: int) -> QuerySet[FirmwareUpdate]:
    rows = FirmwareUpdate.objects.filter(ticket_id=ticket_id).select_related("device__site")
    return rows.order_by("pk")
