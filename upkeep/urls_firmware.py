"""Addresses of firmware."""

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from upkeep.views import firmware

urlpatterns = [
    path("firmware/", firmware.firmware, name="firmware"),
    path("firmware/models/<id:id>/", firmware.firmware_model, name="firmware_model"),
    path("firmware/models/<id:id>/release/", firmware.release_new, name="release_new"),
    path("firmware/models/<id:id>/advisory/", firmware.advisory_new, name="advisory_new"),
    path("firmware/releases/<id:id>/", firmware.release_edit, name="release_edit"),
    path(
        "firmware/advisories/<id:id>/withdraw/",
        firmware.advisory_withdraw,
        name="advisory_withdraw",
    ),
    path("firmware/devices/<id:id>/version/", firmware.version_record, name="version_record"),
]
