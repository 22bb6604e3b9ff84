"""Addresses of equipment in the API."""

from django.urls import path

from monitoring.api.health import HealthReportsView, HealthReportView
from monitoring.api.views import (
    ChecksView,
    CheckView,
    HeartbeatsView,
    IncidentsView,
    IncidentView,
    WatchedDevicesView,
    WatchedDeviceView,
)

# Ids come as any text: what is not canonical is answered like what is absent.
urlpatterns = [
    path("monitoring/devices", WatchedDevicesView.as_view(), name="api_watched_devices"),
    path("monitoring/devices/<str:id>", WatchedDeviceView.as_view(), name="api_watched_device"),
    path("checks", ChecksView.as_view(), name="api_checks"),
    path("checks/<str:id>", CheckView.as_view(), name="api_check"),
    path("incidents", IncidentsView.as_view(), name="api_incidents"),
    path("incidents/<str:id>", IncidentView.as_view(), name="api_incident"),
    path("heartbeats", HeartbeatsView.as_view(), name="api_heartbeats"),
    path("health-reports", HealthReportsView.as_view(), name="api_health_reports"),
    path("health-reports/<str:id>", HealthReportView.as_view(), name="api_health_report"),
]
