"""What monitoring says about an outage: in its ticket, in notices and on pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from calcom_portal.common.timewords import spell_dated, spell_span
from monitoring.models import Check, Closing, Incident, IncidentKind

NAMED = 5

WHAT = {
    IncidentKind.OUTAGE: "does not answer",
    IncidentKind.SILENT: "reports nothing any more",
    IncidentKind.FLAPPING: "comes and goes",
}
WHAT_WAS = {
    IncidentKind.OUTAGE.value: "Did not answer",
    IncidentKind.SILENT.value: "Reported nothing",
    IncidentKind.FLAPPING.value: "Came and went",
}
SINCE = {
    IncidentKind.OUTAGE: "has not answered since",
    IncidentKind.SILENT: "has reported nothing since",
    IncidentKind.FLAPPING: "has come and gone since",
}
AUTOMATIC = "This was written by our monitoring. It is no response: one of us answers here."


def title_of(incident: Incident) -> str:
    """Return "Main phone system does not answer"."""
    return f"{incident.device.name} {WHAT[IncidentKind(incident.kind)]}"


def subject_of(incident: Incident) -> str:
    """Return the subject of the ticket: the title, and which check noticed it."""
    return f"{title_of(incident)[:110]} ({incident.of_check.name[:80]})"


def opening_text(
    incident: Incident, behind: Sequence[Check], *, now: datetime, zone: tzinfo
) -> str:
    """Return the first words of the ticket, for both sides. Markdown."""
    since = spell_dated(incident.opened_at, now=now, zone=zone)
    place = plain(f"{incident.device.name} at {incident.device.site.name}")
    lines = [f"{place} {SINCE[own_kind(incident.of_check)]} {since}."]
    if incident.cause:
        lines.append(f"Last seen: {plain(incident.cause)}")
    if names := names_of(behind):
        lines.append(f"Not to be reached without it: {plain(names)}.")
    return "\n\n".join([*lines, AUTOMATIC])


def again_text(incident: Incident, at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return what is said when the equipment fails again while its ticket is open."""
    since = spell_dated(at, now=now, zone=zone)
    return f"{plain(incident.device.name)} stopped answering again on {since}.\n\n{AUTOMATIC}"


def beside_text(incident: Incident, *, now: datetime, zone: tzinfo) -> str:
    """Return what is said when another check of equipment that is down already fails too."""
    since = spell_dated(incident.opened_at, now=now, zone=zone)
    lines = [f"{plain(incident.of_check.name)} fails as well since {since}."]
    if incident.cause:
        lines.append(f"Last seen: {plain(incident.cause)}")
    return "\n\n".join([*lines, AUTOMATIC])


def back_text(incident: Incident, at: datetime, plan: str, *, now: datetime, zone: tzinfo) -> str:
    """Return what is said when the equipment answers again."""
    since = spell_dated(at, now=now, zone=zone)
    away = spell_span(at - incident.opened_at)
    words = f"{plain(incident.device.name)} answers again since {since}, after {away}."
    return f"{words} {plan}".strip()


def flapping_text(incident: Incident) -> str:
    """Return what is said once about equipment that comes and goes."""
    return (
        f"{plain(incident.device.name)} comes and goes: it stopped answering and came back several"
        " times within half an hour. We write again when it has been stable for half an hour."
        f"\n\n{AUTOMATIC}"
    )


def closed_text(incident: Incident) -> str:
    """Return what is said when the ticket is closed because the equipment kept working."""
    return (
        f"{plain(incident.device.name)} has kept working, so our monitoring closes this ticket."
        " Reopen it if something is still wrong."
    )


PLANS = {
    Closing.HAND: "",
    Closing.UNTOUCHED: (
        "If that lasts, this ticket closes by itself, unless one of us has taken it up."
    ),
    Closing.ALWAYS: "If that lasts, this ticket closes by itself.",
}


def names_of(checks: Sequence[Check]) -> str:
    """Return the devices of checks: the first few by name, and how many more there are."""
    names = list(dict.fromkeys(check.device.name for check in checks))
    shown, more = names[:NAMED], len(names) - NAMED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def own_kind(check: Check) -> IncidentKind:
    """Return the kind of incident that an outage of a check begins as."""
    return IncidentKind.SILENT if check.kind == "heartbeat" else IncidentKind.OUTAGE


def plain(text: str) -> str:
    """Return text from outside so that markdown shows it as it is."""
    for sign in "\\`*_[]<>#|!~":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
