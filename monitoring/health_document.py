"""A health report as a document (PDF/UA): what the customer keeps."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from accounts.letterhead import letterhead_of
from accounts.models import Provider
from calcom_portal.common.typeset import typeset
from contracts.day_words import spell_day
from monitoring.health.status import Status
from monitoring.health_view import Line, ReportView, System, evidence_of, view_of
from monitoring.models import HealthReport

TEMPLATE = "health.typ"


def pdf_of(report: HealthReport) -> bytes:
    """Return the document of a report; before the signature it says that it is a draft.

    Raises NotTypeset.
    """
    return typeset(TEMPLATE, document_of(report))


def name_of(report: HealthReport) -> str:
    """Return the name of the file."""
    day = report.month or report.made_at.date()
    return f"Health report {day:%Y-%m}{'' if report.month else f'-{day:%d}'} {report.site.name}.pdf"


def document_of(report: HealthReport) -> dict[str, Any]:
    """Return the data of the template."""
    view, zone = view_of(report), ZoneInfo(report.site.zone)
    provider = Provider.objects.get(pk=report.provider_id)
    return {
        "title": f"Health report, {report.title}",
        "letterhead": letterhead_of(provider),
        "to": [report.customer.name, report.site.name, report.site.address],
        "facts": _facts(view, zone),
        "overall": view.status.value,
        "summary": view.sentence,
        "comment": report.comment,
        "systems": [_system(system, zone) for system in view.systems if system.is_ready],
        "signed": _signed(report, zone),
    }


def _facts(view: ReportView, zone: ZoneInfo) -> list[list[str]]:
    report = view.report
    facts = [["Site", report.site.name], ["Measured", view.span], ["In all", view.status.label]]
    if report.signed_at is not None:
        day = spell_day(report.signed_at.astimezone(zone).date())
        facts.append(["Signed", f"{report.signed_name}, {day}"])
    return [[key, value] for key, value in facts if value]


def _signed(report: HealthReport, zone: ZoneInfo) -> list[str]:
    if report.signed_at is None:
        return []
    return [report.signed_name, spell_day(report.signed_at.astimezone(zone).date())]


def _system(system: System, zone: ZoneInfo) -> dict[str, Any]:
    device = system.check.device
    return {
        "name": device.name,
        "product": " · ".join(part for part in (device.product, device.serial) if part),
        "status": system.status.value,
        "label": system.status.label,
        "changes": list(system.check.changes),
        "findings": [_finding(line) for line in system.findings],
        "lines": [_line(line) for line in system.quiet],
        "missing": [[line.item.title, line.item.value, line.item.note] for line in system.missing],
        "evidence": evidence_of(system.measured, zone),
    }


def _finding(line: Line) -> dict[str, str]:
    item = line.item
    return {
        "status": line.status.value,
        "label": line.status.label,
        "title": item.title,
        "value": item.value,
        "before": _before(line),
        "advice": item.advice,
        "note": item.note,
        "ticket": item.ticket.reference if item.ticket else "",
    }


def _before(line: Line) -> str:
    if not line.before:
        return ""
    return f"{line.before} last month{', ' if line.trend else ''}{line.trend}"


def _line(line: Line) -> dict[str, str]:
    informs = line.status is Status.OK and not line.judged
    return {
        "status": "" if informs else line.status.value,
        "label": "" if informs else line.status.label,
        "title": line.item.title,
        "value": line.item.value,
        "before": line.before,
        "note": line.item.note,
    }
