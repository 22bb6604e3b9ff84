"""Addresses of upkeep in the API."""

from django.urls import path

from upkeep.api.views import BackupsView, BackupView

# Ids come as any text: what is not canonical is answered like what is absent.
urlpatterns = [
    path("backups", BackupsView.as_view(), name="api_backups"),
    path("backups/<str:id>", BackupView.as_view(), name="api_backup"),
]
