"""The addresses of backups."""

from __future__ import annotations

from django.urls import URLPattern, path

from calcom_portal.common import converters  # noqa: F401 - registers <ref:…> and <id:…>
from upkeep.views import backups, our_backups, plans, service

urlpatterns: list[URLPattern] = [
    path("backups/", backups.backups, name="backups"),
    path("backups/<id:id>/", backups.backup, name="backup"),
    path("backups/<id:id>/live/", backups.backup_live, name="backup_live"),
    path("backups/<id:id>/hold/", backups.backup_hold, name="backup_hold"),
    path("backups/<id:id>/release/", backups.backup_release, name="backup_release"),
    path("backups/<id:id>/let-go/", backups.backup_let_go, name="backup_let_go"),
    path("backups/<id:id>/manifest/", backups.backup_manifest, name="backup_manifest"),
    path("our-backups/", our_backups.our_backups, name="our_backups"),
    path("backups/<id:id>/parts/<id:part_id>/", backups.backup_part, name="backup_part"),
    path("devices/<id:id>/backups/", backups.device_backups_page, name="device_backups"),
    path("devices/<id:id>/backups/ask/", plans.device_backup_ask, name="device_backup_ask"),
    path("devices/<id:id>/backups/plan/", plans.backup_plan, name="backup_plan"),
    path("devices/<id:id>/backups/plan/pause/", plans.backup_plan_pause, name="backup_plan_pause"),
    path(
        "devices/<id:id>/backups/plan/resume/", plans.backup_plan_resume, name="backup_plan_resume"
    ),
    path("tickets/<ref:ref>/backups/<id:device_id>/", service.ticket_backup, name="ticket_backup"),
]
