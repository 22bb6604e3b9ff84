"""The addresses of backups."""

from __future__ import annotations

from django.urls import URLPattern, path

from calcom_portal.common import converters  # noqa: F401 - registers <ref:…> and <id:…>
from upkeep.views import backups, service

urlpatterns: list[URLPattern] = [
    path("backups/", backups.backups, name="backups"),
    path("backups/<id:id>/", backups.backup, name="backup"),
    path("backups/<id:id>/live/", backups.backup_live, name="backup_live"),
    path("backups/<id:id>/hold/", backups.backup_hold, name="backup_hold"),
    path("backups/<id:id>/release/", backups.backup_release, name="backup_release"),
    path("backups/<id:id>/manifest/", backups.backup_manifest, name="backup_manifest"),
    path("devices/<id:id>/backups/", backups.device_backups_page, name="device_backups"),
    path("tickets/<ref:ref>/backups/<id:device_id>/", service.ticket_backup, name="ticket_backup"),
]
