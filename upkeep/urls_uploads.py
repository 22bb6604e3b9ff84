"""The addresses of backups that come from outside."""

from __future__ import annotations

from django.urls import URLPattern, path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from upkeep.views import uploads

urlpatterns: list[URLPattern] = [
    path("backups/upload/<id:id>/", uploads.backup_upload, name="backup_upload"),
    path("backups/accounts/<id:id>/", uploads.drop_account, name="drop_account"),
    path("backups/accounts/<id:id>/close/", uploads.drop_account_close, name="drop_account_close"),
]
