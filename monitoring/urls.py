"""Addresses of the `monitoring` app."""

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from monitoring.views import board

urlpatterns = [
    path("monitoring/", board.monitoring, name="monitoring"),
]
