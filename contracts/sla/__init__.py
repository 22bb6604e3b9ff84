"""The clock: calendars, targets and the timeline. Pure: standard library only, never reads the present time."""

from contracts.sla.calendar import ServiceCalendar
from contracts.sla.errors import CalendarError, CalendarNeverCloses, CalendarNeverOpens

__all__ = ["CalendarError", "CalendarNeverCloses", "CalendarNeverOpens", "ServiceCalendar"]
