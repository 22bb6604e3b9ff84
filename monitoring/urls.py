"""Addresses of the `monitoring` app."""

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from monitoring.urls_setup import urlpatterns as setup
from monitoring.views import board, checks, incidents

urlpatterns = [
    *setup,
    path("monitoring/", board.monitoring, name="monitoring"),
    path("monitoring/live/", board.monitoring_live, name="monitoring_live"),
    path("monitoring/sites/<id:id>/", board.monitoring_site, name="monitoring_site"),
    path("checks/<id:id>/", checks.check, name="check"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<id:id>/", incidents.incident, name="incident"),
]
