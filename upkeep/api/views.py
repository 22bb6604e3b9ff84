"""Reading backups."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.api.fields import ChoiceField, QueryIdField, canonical_id
from calcom_portal.common.api.keysets import Ordering, PageQuery, page_of
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.errors import Missing
from contracts.api.views import described
from upkeep.api.shapes import BACKUP, BackupPage, BackupShape
from upkeep.models import Backup, BackupState

BACKUPS = "backups:read"
NEWEST_FIRST = Ordering("newest", "asked_at", is_descending=True, is_instant=True)


class BackupQuery(PageQuery):
    """Which backups are wanted."""

    customer = QueryIdField(required=False)
    device = QueryIdField(required=False)
    state = ChoiceField(BackupState.values, required=False)


class BackupsView(PortalView):
    """Backups, the newest first. A customer's people see their own that are stored."""

    scopes, query = {"GET": BACKUPS}, BackupQuery

    @described("backups_list", "List backups, the newest first", BackupPage, BACKUP, BackupQuery)
    def get(self, request: Request) -> Response:
        """List."""
        rows = _seen_by(viewer_in(request))
        for name in ("customer", "device"):
            if name in self.asked:
                rows = rows.filter(**{f"{name}_id": self.asked[name]})
        if "state" in self.asked:
            rows = rows.filter(state=self.asked["state"])
        items, following = page_of(request, rows, NEWEST_FIRST, self.asked)
        return Response({"items": BackupShape(items, many=True).data, "next": following})


class BackupView(PortalView):
    """One backup."""

    scopes = {"GET": BACKUPS}

    @described("backups_read", "Read a backup", BackupShape, BACKUP)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        rows = _seen_by(viewer_in(request))
        backup = rows.filter(pk=canonical_id(id) or 0).first()
        if backup is None:
            raise Missing("There is no such backup.", remedy="Take one from the list.")
        return Response(BackupShape(backup).data)


def _seen_by(viewer: Viewer) -> QuerySet[Backup]:
    viewer.require(Capability.SEE_CONTRACTS if viewer.is_customer else Capability.TAKE_BACKUPS)
    rows = Backup.objects.select_related("device", "customer", "ticket")
    if viewer.is_customer:
        rows = rows.filter(state=BackupState.STORED.value, damaged_at=None)
    return rows
