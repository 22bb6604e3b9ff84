"""Reading changes of programming. A customer's people read in words what was done."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.api.fields import ChoiceField, InstantField, canonical_id
from calcom_portal.common.api.views import PortalView
from contracts.api.views import described
from monitoring.access import one
from upkeep.api.lists import NEWEST_ASKED, OfDeviceQuery, answer
from upkeep.changes.catalogue import KINDS
from upkeep.models import Change, ChangeState
from upkeep.presenters.changes import FOR_CUSTOMERS, OTHER

CHANGES = "changes:read"
SIDES = ["same", "in", "out", "gap"]
CHANGE: dict[str, Any] = {
    "id": 51,
    "kind": "add_extension",
    "words": "Extension 103 (Front desk) was added.",
    "device": {"id": 9, "name": "Main phone system"},
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "ticket": "CC-1042",
    "state": "made",
    "asked_at": "2026-06-15T18:00:00.000000Z",
    "asked_by": "Dana Okafor",
    "begun_at": "2026-06-15T18:02:00.000000Z",
    "ended_at": "2026-06-15T18:03:12.000000Z",
    "undoes": None,
    "undone_at": None,
    "before_backup": 812,
    "after_backup": 813,
}
CHANGE_DETAIL: dict[str, Any] = {
    **CHANGE,
    "problem": "",
    "files": [
        {
            "path": "/etc/asterisk/pjsip.conf",
            "diff": [
                {"side": "same", "text": "[102](phone)"},
                {"side": "in", "text": "[103](phone)"},
                {"side": "in", "text": "password=\u2022\u2022\u2022\u2022\u2022\u2022"},
            ],
        }
    ],
}


class ChangeQuery(OfDeviceQuery):
    """Which changes are wanted."""

    kind = ChoiceField([*KINDS, *OTHER], required=False)
    state = ChoiceField(ChangeState.values, required=False)


class ChangeShape(serializers.Serializer[Any]):
    """A change of the programming of a system."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField([*KINDS, *OTHER])
    words = serializers.CharField(help_text="What it does, for the customer.")
    device = Named()
    customer = Named()
    ticket = serializers.CharField(source="ticket.reference", help_text="Its reference.")
    state = serializers.ChoiceField(ChangeState.values)
    asked_at = InstantField()
    asked_by = serializers.CharField(source="asked_name")
    begun_at = InstantField(allow_null=True)
    ended_at = InstantField(allow_null=True)
    undoes = serializers.IntegerField(
        source="undoes_id", allow_null=True, help_text="The change that it takes back."
    )
    undone_at = InstantField(allow_null=True)
    before_backup = serializers.IntegerField(source="before_backup_id", allow_null=True)
    after_backup = serializers.IntegerField(source="after_backup_id", allow_null=True)


class DiffLineShape(serializers.Serializer[Any]):
    """A line of a diff: the same in both, only in the new file, only in the old one, left out."""

    side = serializers.ChoiceField(SIDES)
    text = serializers.CharField()


class ChangedFileShape(serializers.Serializer[Any]):
    """A file that it changes. Secrets are masked."""

    path = serializers.CharField()
    diff = DiffLineShape(many=True)


class ChangeDetailShape(ChangeShape):
    """A change with what it does to which file; empty for a customer's people."""

    problem = serializers.CharField()
    files = ChangedFileShape(many=True)


class ChangePage(serializers.Serializer[Any]):
    """Some changes, and where the next ones are."""

    items = ChangeShape(many=True)
    next = serializers.URLField(allow_null=True)


class ChangesView(PortalView):
    """Changes, the newest first. A customer's people see those that were begun."""

    scopes, query = {"GET": CHANGES}, ChangeQuery

    @described("changes_list", "List changes of programming", ChangePage, CHANGE, ChangeQuery)
    def get(self, request: Request) -> Response:
        """List."""
        rows = _seen_by(viewer_in(request))
        return answer(request, rows, ChangeShape, self.asked, NEWEST_ASKED)


class ChangeView(PortalView):
    """One change."""

    scopes = {"GET": CHANGES}

    @described("changes_read", "Read a change of programming", ChangeDetailShape, CHANGE_DETAIL)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer = viewer_in(request)
        change = one(_seen_by(viewer), canonical_id(id) or 0, "change", "the list")
        files = change.files.order_by("path") if viewer.is_staff else ()
        return Response(
            {
                **ChangeShape(change).data,
                "problem": change.problem if viewer.is_staff else "",
                "files": ChangedFileShape(files, many=True).data,
            }
        )


def _seen_by(viewer: Viewer) -> QuerySet[Change]:
    rows = Change.objects.select_related("device", "customer", "ticket")
    if viewer.is_customer:
        return rows.filter(state__in=FOR_CUSTOMERS)
    viewer.require(Capability.WORK_TICKETS)
    return rows
