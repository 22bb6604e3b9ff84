"""Addresses of the `contracts` app."""

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from contracts.views import calendars

urlpatterns = [
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new/", calendars.calendar_new, name="calendar_new"),
    path("calendars/<id:id>/", calendars.calendar, name="calendar"),
    path("calendars/<id:id>/edit/", calendars.calendar_edit, name="calendar_edit"),
]
