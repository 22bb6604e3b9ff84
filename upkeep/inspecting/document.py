"""The report of an inspection as a document (PDF/UA): what the customer keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.letterhead import letterhead_of
from accounts.models import Provider
from calcom_portal.common.typeset import typeset
from contracts.day_words import spell_day
from tickets.models import LabourLine
from upkeep.inspecting.printing import pictures_of
from upkeep.inspecting.view import ItemRow, bounds_of, view_of
from upkeep.inspections.signature import svg_of
from upkeep.models import InspectedDevice, Inspection

TEMPLATE = "inspection.typ"


def pdf_of(inspection: Inspection) -> bytes:
    """Return the document; before the signature it says that it is a draft. Raises NotTypeset."""
    return typeset(TEMPLATE, document_of(inspection))


def name_of(inspection: Inspection) -> str:
    """Return the name of the file."""
    day = (inspection.done_at or inspection.planned_at).date()
    return f"Inspection {day:%Y-%m-%d} {inspection.device.name}.pdf"


def document_of(inspection: Inspection) -> dict[str, Any]:
    """Return the data of the template."""
    view, zone = view_of(inspection), ZoneInfo(inspection.site.zone)
    provider = Provider.objects.get(pk=inspection.provider_id)
    pictures, more = pictures_of(view, zone)
    return {
        "title": f"Inspection of {inspection.device.name}",
        "letterhead": letterhead_of(provider),
        "to": [inspection.customer.name, inspection.site.name, inspection.site.address],
        "facts": _facts(inspection, zone),
        "sentence": view.sentence,
        "summary": inspection.summary,
        "findings": [_line(row) for row in view.findings],
        "sections": [
            {"title": section.title, "rows": [_line(row) for row in section.rows]}
            for section in view.sections
        ],
        "devices": [_device(row) for row in view.devices],
        "pictures": pictures,
        "more_pictures": more,
        "labour": _labour(inspection),
        "signed": _signed(inspection, zone),
        "customer": inspection.customer_name,
        "unsigned": inspection.unsigned_why,
        "signature": svg_of(inspection.signature),
    }


def _facts(inspection: Inspection, zone: ZoneInfo) -> list[list[str]]:
    arrived, left = inspection.arrived_at, inspection.left_at
    product = " · ".join(part for part in (inspection.device.product, inspection.device.serial))
    facts = [
        ["System", product.strip(" ·")],
        ["Arrived", _moment(arrived, zone) if arrived else ""],
        ["Left", _moment(left, zone) if left else ""],
        ["Ticket", inspection.ticket.reference if inspection.ticket else ""],
    ]
    return [[key, value] for key, value in facts if value]


def _moment(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{spell_day(local.date())}, {local:%H:%M %Z}"


def _line(row: ItemRow) -> dict[str, str]:
    item = row.item
    return {
        "status": row.status.value if row.status else "",
        "label": item.get_result_display() if item.result else "Not answered",
        "title": item.title,
        "found": row.found if item.reading is not None else "",
        "bounds": bounds_of(item),
        "note": item.note,
    }


def _device(row: InspectedDevice) -> list[str]:
    name = " · ".join(part for part in (row.name, row.product, row.room) if part)
    seen = row.get_seen_display() if row.seen else "Not looked at"
    return [name, row.listed_serial, f"{seen} {row.serial}".strip(), row.note]


def _labour(inspection: Inspection) -> list[str]:
    if inspection.ticket_id is None:
        return []
    lines = LabourLine.objects.filter(entry__ticket=inspection.ticket_id).order_by("pk")
    return [
        line.reason if line.covered else f"{line.reason} {line.currency} {line.amount}"
        for line in lines
    ]


def _signed(inspection: Inspection, zone: ZoneInfo) -> list[str]:
    if inspection.done_at is None:
        return []
    return [inspection.signed_name, spell_day(inspection.done_at.astimezone(zone).date())]
