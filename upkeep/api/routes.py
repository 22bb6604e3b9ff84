"""Addresses of upkeep in the API."""

from django.urls import path

from upkeep.api.campaigns import CampaignsView, UpdatesView
from upkeep.api.changes import ChangesView, ChangeView
from upkeep.api.firmware import AdvisoriesView, FirmwareDevicesView, ReleasesView
from upkeep.api.inspections import InspectionsView, InspectionView
from upkeep.api.plans import PlansView, PlanView
from upkeep.api.restores import RestoresView, RestoreView
from upkeep.api.views import BackupsView, BackupView

# Ids come as any text: what is not canonical is answered like what is absent.
urlpatterns = [
    path("backups", BackupsView.as_view(), name="api_backups"),
    path("backups/<str:id>", BackupView.as_view(), name="api_backup"),
    path("backup-plans", PlansView.as_view(), name="api_backup_plans"),
    path("backup-plans/<str:id>", PlanView.as_view(), name="api_backup_plan"),
    path("restores", RestoresView.as_view(), name="api_restores"),
    path("restores/<str:id>", RestoreView.as_view(), name="api_restore"),
    path("changes", ChangesView.as_view(), name="api_changes"),
    path("changes/<str:id>", ChangeView.as_view(), name="api_change"),
    path("inspections", InspectionsView.as_view(), name="api_inspections"),
    path("inspections/<str:id>", InspectionView.as_view(), name="api_inspection"),
    path("firmware/releases", ReleasesView.as_view(), name="api_firmware_releases"),
    path("firmware/advisories", AdvisoriesView.as_view(), name="api_firmware_advisories"),
    path("firmware/devices", FirmwareDevicesView.as_view(), name="api_firmware_devices"),
    path("firmware/campaigns", CampaignsView.as_view(), name="api_firmware_campaigns"),
    path("firmware/updates", UpdatesView.as_view(), name="api_firmware_updates"),
]
