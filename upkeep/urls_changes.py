"""The addresses of changes of programming."""

from __future__ import annotations

from django.urls import URLPattern, path

from calcom_portal.common import converters  # noqa: F401 - registers <ref:…> and <id:…>
from upkeep.views import changes

urlpatterns: list[URLPattern] = [
    path("changes/new/<ref:ref>/", changes.change_new, name="change_new"),
    path(
        "changes/new/<ref:ref>/<id:device_id>/<slug:kind>/", changes.change_ask, name="change_ask"
    ),
    path("changes/by-hand/<ref:ref>/", changes.change_by_hand, name="change_by_hand"),
    path("changes/<id:id>/", changes.change, name="change"),
    path("changes/<id:id>/live/", changes.change_live, name="change_live"),
    path(
        "changes/<id:id>/files/<id:file_id>/<slug:moment>/", changes.change_file, name="change_file"
    ),
    path("changes/<id:id>/make/", changes.change_make, name="change_make"),
    path("changes/<id:id>/undo/", changes.change_undo, name="change_undo"),
    path("changes/<id:id>/cancel/", changes.change_cancel, name="change_cancel"),
]
