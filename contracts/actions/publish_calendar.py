"""Put a new version of a calendar into effect."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.actions._versions import CalendarEdit, add_version, read_hours
from contracts.impact import follow_up
from contracts.models import Calendar, CalendarVersion


def publish_calendar_version(
    *, calendar: Calendar, edit: CalendarEdit, base_number: int, actor: Viewer
) -> CalendarVersion:
    """Append a version, and have every open ticket of the calendar counted by it.

    `base_number` is the version that the editor looked at. The same hours again make no new
    version: the newest one is returned. Raises NotAllowed, BadInput naming the field, and
    RuleBroken when somebody else published meanwhile.
    """
    actor.require(Capability.MANAGE_CALENDARS)
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    newest = calendar.newest()
    if read_hours(edit.spec).fingerprint() == newest.fingerprint:
        return newest
    refuse_stale(newest, base_number)
    version = add_version(calendar, edit, number=newest.number + 1, actor=actor)
    follow_up(calendar.pk, version.pk, actor)
    record(
        actor,
        "calendar.published",
        calendar,
        version=version.number,
        before=newest.fingerprint,
        after=version.fingerprint,
    )
    return version


def refuse_stale(newest: CalendarVersion, base_number: int) -> None:
    """Raise RuleBroken when the editor began from another version than the one in effect."""
    if newest.number != base_number:
        raise RuleBroken(
            f"{newest.calendar.name} has changed since you opened it: version {newest.number} is"
            f" in effect, and you began from version {base_number}.",
            remedy="Open the calendar again and make your change there.",
        )
