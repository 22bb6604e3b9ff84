"""The addresses of upkeep: each noun has its own module."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from upkeep.urls_backups import urlpatterns as backups
from upkeep.urls_campaigns import urlpatterns as campaigns
from upkeep.urls_changes import urlpatterns as changes
from upkeep.urls_firmware import urlpatterns as firmware
from upkeep.urls_inspections import urlpatterns as inspections
from upkeep.urls_restores import urlpatterns as restores
from upkeep.urls_uploads import urlpatterns as uploads

urlpatterns: list[URLPattern | URLResolver] = [
    *backups,
    *inspections,
    *uploads,
    *changes,
    *firmware,
    *campaigns,
    *restores,
]
