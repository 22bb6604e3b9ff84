"""The addresses of backups."""

from __future__ import annotations

from django.urls import URLPattern, path

from calcom_portal.common import converters  # noqa: F401 - registers <ref:…> and <id:…>
from upkeep.views import service

urlpatterns: list[URLPattern] = [
    path("tickets/<ref:ref>/backups/<id:device_id>/", service.ticket_backup, name="ticket_backup"),
]
