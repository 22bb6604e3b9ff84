"""The verbs of contracts."""

from contracts.actions._versions import CalendarEdit
from contracts.actions.create_calendar import create_calendar
from contracts.actions.publish_calendar import publish_calendar_version, refuse_stale
from contracts.actions.seed_catalogue import seed_catalogue

__all__ = [
    "CalendarEdit",
    "create_calendar",
    "publish_calendar_version",
    "refuse_stale",
    "seed_catalogue",
]
