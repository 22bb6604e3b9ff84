"""The addresses of restores and rehearsals."""

from __future__ import annotations

from django.urls import URLPattern, path

from calcom_portal.common import converters  # noqa: F401 - registers <ref:…> and <id:…>
from upkeep.views import restores

urlpatterns: list[URLPattern] = [
    path("restores/", restores.restores, name="restores"),
    path("restores/<id:id>/", restores.restore, name="restore"),
    path("restores/<id:id>/live/", restores.restore_live, name="restore_live"),
    path("restores/<id:id>/confirm/", restores.restore_confirm, name="restore_confirm"),
    path("restores/<id:id>/recheck/", restores.restore_recheck, name="restore_recheck"),
    path("restores/<id:id>/cancel/", restores.restore_cancel, name="restore_cancel"),
    path("restores/<id:id>/resume/", restores.restore_resume, name="restore_resume"),
    path("backups/<id:id>/restore/", restores.backup_restore, name="backup_restore"),
    path("devices/<id:id>/rehearse/", restores.device_rehearse, name="device_rehearse"),
]
