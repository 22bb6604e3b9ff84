"""When somebody would like the work to be done: what can be wished for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from calcom_portal.common.errors import BadInput
from contracts.sla import ServiceCalendar, hours
from tickets.models import Kind

WITH_TIME = frozenset(
    {Kind.PROGRAMMING, Kind.FIRMWARE, Kind.INSPECTION, Kind.TRAINING, Kind.INSTALLATION}
)
# How the answers of a ticket name it.
WISH = ("wanted_from", "wanted_to")
FURTHEST = timedelta(days=365)


def refuse_odd_wish(
    kind: str,
    start: datetime | None,
    end: datetime | None,
    calendar: ServiceCalendar,
    now: datetime,
) -> None:
    """Raise BadInput for a wished time that cannot be, naming `wanted_from` or `wanted_to`.

    Work of the kinds in WITH_TIME is done within the hours of `calendar` only (clause PROGRAM).
    """
    if start and start <= now:
        raise _refused("This has passed.", "Choose a time that is still to come.")
    if start is None and end is None:
        return
    if start is None or end is None:
        field = "wanted_from" if start is None else "wanted_to"
        words = "The wished time needs its start and its end."
        raise _refused(words, "Give both, or neither.", field)
    if end <= start:
        raise _refused("The end must be later than the start.", "Choose a later end.", "wanted_to")
    if start - now > FURTHEST:
        raise _refused("That is far ahead.", "Choose a day within the next twelve months.")
    if not (_exists(start) and _exists(end)):
        raise _refused(
            "The clocks go forward that night and skip this time.", "Choose another time."
        )
    if kind in WITH_TIME and not is_in_hours(calendar, start, end):
        words = f"This work is done in business hours, {hours(calendar)}."
        raise _refused(words, "Choose a time inside.")


def is_in_hours(calendar: ServiceCalendar, start: datetime, end: datetime) -> bool:
    """Is all of this time within the opening hours?"""
    # Counted in UTC: a wall clock loses or gains an hour on the days when the clocks change.
    return calendar.between(start, end) == end.astimezone(UTC) - start.astimezone(UTC)


def _refused(message: str, remedy: str, field: str = "wanted_from") -> BadInput:
    return BadInput(message, field=field, remedy=remedy)


def _exists(wall: datetime) -> bool:
    return wall.astimezone(UTC).astimezone(wall.tzinfo) == wall
