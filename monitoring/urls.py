"""Addresses of the `monitoring` app."""

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from monitoring.urls_setup import urlpatterns as setup
from monitoring.views import beats, board, checks, enrolment, health, incidents
from monitoring.views.health_thresholds import health_thresholds

urlpatterns = [
    *setup,
    path("agent/enrol/", enrolment.agent_enrol, name="agent_enrol"),
    path("monitoring/", board.monitoring, name="monitoring"),
    path("monitoring/live/", board.monitoring_live, name="monitoring_live"),
    path("monitoring/sites/<id:id>/", board.monitoring_site, name="monitoring_site"),
    path("checks/<id:id>/", checks.check, name="check"),
    path("beat/<str:token>", beats.beat, name="beat"),
    path("beat/<str:token>/<str:word>", beats.beat, name="beat_said"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<id:id>/", incidents.incident, name="incident"),
    path("incidents/<id:id>/close/", incidents.incident_close, name="incident_close"),
    path("health-checks/", health.health_checks, name="health_checks"),
    path("health-checks/thresholds/", health_thresholds, name="health_thresholds"),
    path("health-checks/<id:id>/", health.health_report, name="health_report"),
    path("health-checks/<id:id>/live/", health.health_report_live, name="health_report_live"),
    path("health-checks/<id:id>/sign/", health.health_report_sign, name="health_report_sign"),
    path("health-checks/<id:id>/pdf/", health.health_report_pdf, name="health_report_pdf"),
    path("health-checks/lines/<id:id>/", health.health_item, name="health_item"),
    path(
        "health-checks/lines/<id:id>/ticket/", health.health_item_ticket, name="health_item_ticket"
    ),
    path("devices/<id:id>/health-check/", health.device_health_check, name="device_health_check"),
]
