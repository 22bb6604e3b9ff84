"""Addresses of inspections."""

from __future__ import annotations

from django.urls import path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from upkeep.views import checklist, inspections, on_site

urlpatterns = [
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections/worker.js", on_site.inspection_worker, name="inspection_worker"),
    path("inspections/checklist/", checklist.checklist, name="checklist"),
    path("inspections/checklist/new/", checklist.checklist_line_new, name="checklist_line_new"),
    path(
        "inspections/checklist/<id:id>/edit/",
        checklist.checklist_line_edit,
        name="checklist_line_edit",
    ),
    path(
        "inspections/checklist/<id:id>/earlier/",
        checklist.checklist_line_move,
        {"word": "earlier"},
        name="checklist_line_earlier",
    ),
    path(
        "inspections/checklist/<id:id>/later/",
        checklist.checklist_line_move,
        {"word": "later"},
        name="checklist_line_later",
    ),
    path(
        "inspections/checklist/<id:id>/retire/",
        checklist.checklist_line_retire,
        name="checklist_line_retire",
    ),
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
