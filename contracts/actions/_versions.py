"""What making and changing a calendar share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from contracts.models import Calendar, CalendarVersion
from contracts.sla import CalendarError, ServiceCalendar
from contracts.sla.spec import DAY

LEAST_A_WEEK = DAY // 24


@dataclass(frozen=True, slots=True)
class CalendarEdit:
    """What an editor wants a calendar to be.

    `spec` is the neutral form; `country` and `subdivision` say whose public holidays were proposed.
    """

    spec: Mapping[str, object]
    country: str = ""
    subdivision: str = ""
    note: str = ""


def read_hours(spec: Mapping[str, object]) -> ServiceCalendar:
    """Return the calendar of a neutral form. Raises BadInput naming the field."""
    try:
        hours = ServiceCalendar.from_dict(spec)
    except CalendarError as error:
        raise BadInput(error.message, field=error.field, remedy=error.remedy) from error
    refuse_empty_week(hours)
    return hours


def refuse_empty_week(hours: ServiceCalendar) -> None:
    """Raise BadInput unless the weekdays alone hold an open hour.

    Single dates run out: after the last one no deadline could be counted, and no ticket opened.
    """
    windows = (window for day in hours.spec.weekly for window in day)
    if sum(closes - opens for opens, closes in windows) < LEAST_A_WEEK:
        raise BadInput(
            "The weekdays hold less than one open hour in all.",
            field="weekly",
            remedy="Write hours for at least one weekday, such as 08:00–17:00.",
        )


def add_version(
    calendar: Calendar, edit: CalendarEdit, *, number: int, actor: Viewer
) -> CalendarVersion:
    """Append a version. Raises BadInput naming the field of the neutral form."""
    hours = read_hours(edit.spec)
    version: CalendarVersion = CalendarVersion.objects.create(
        provider_id=calendar.provider_id,
        calendar=calendar,
        number=number,
        spec=hours.to_dict(),
        fingerprint=hours.fingerprint(),
        country=edit.country,
        subdivision=edit.subdivision,
        note=edit.note,
        created_at=database_now(),
        created_by_id=actor.membership_id,
    )
    return version
