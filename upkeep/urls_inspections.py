"""Addresses of inspections."""

from __future__ import annotations

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from upkeep.views import inspections, on_site

urlpatterns = [
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections/worker.js", on_site.inspection_worker, name="inspection_worker"),
    path("inspections/<id:id>/", inspections.inspection, name="inspection"),
    path("inspections/<id:id>/date/", inspections.inspection_date, name="inspection_date"),
    path("inspections/<id:id>/cancel/", inspections.inspection_cancel, name="inspection_cancel"),
    path("inspections/<id:id>/begin/", inspections.inspection_begin, name="inspection_begin"),
    path("inspections/<id:id>/on-site/", on_site.inspection_on_site, name="inspection_on_site"),
    path("inspections/<id:id>/sync/", on_site.inspection_sync, name="inspection_sync"),
    path("inspections/<id:id>/photos/", on_site.inspection_photo_add, name="inspection_photo_add"),
    path("inspections/<id:id>/pdf/", inspections.inspection_pdf, name="inspection_pdf"),
    path("inspections/photos/<id:id>/", inspections.inspection_photo, name="inspection_photo"),
    path(
        "inspections/differences/<id:id>/accept/",
        inspections.inspection_difference,
        {"word": "accept"},
        name="inspection_difference_accept",
    ),
    path(
        "inspections/differences/<id:id>/decline/",
        inspections.inspection_difference,
        {"word": "decline"},
        name="inspection_difference_decline",
    ),
    path("devices/<id:id>/inspection/", inspections.device_inspection, name="device_inspection"),
]
