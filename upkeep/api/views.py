"""Backups: reading them, and asking for one."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.api_once import answered_once
from accounts.capabilities import Capability
from accounts.submissions import Answer
from accounts.viewer import Viewer
from calcom_portal.common.api.describing import extend_schema
from calcom_portal.common.api.fields import ChoiceField, canonical_id
from calcom_portal.common.api.schema import IDEMPOTENCY_KEY
from calcom_portal.common.api.views import PortalView
from calcom_portal.common.errors import Missing
from contracts.api.views import described
from upkeep.api.asking import BackupInput, asked_backup
from upkeep.api.lists import NEWEST_ASKED, OfDeviceQuery, answer
from upkeep.api.shapes import BACKUP, BackupPage, BackupShape
from upkeep.models import Backup, BackupState

BACKUPS, ASK = "backups:read", "backups:write"
WAITING = BACKUP | {
    "state": "waiting",
    "level": 0,
    "begun_at": None,
    "stored_at": None,
    "stored_bytes": 0,
}


class BackupQuery(OfDeviceQuery):
    """Which backups are wanted."""

    state = ChoiceField(BackupState.values, required=False)


class BackupsView(PortalView):
    """Backups, the newest first. A customer's people see their own that are stored."""

    scopes, query = {"GET": BACKUPS, "POST": ASK}, BackupQuery

    @described("backups_list", "List backups, the newest first", BackupPage, BACKUP, BackupQuery)
    def get(self, request: Request) -> Response:
        """List."""
        rows = _seen_by(viewer_in(request))
        return answer(request, rows, BackupShape, self.asked, NEWEST_ASKED)

    @extend_schema(
        operation_id="backups_ask",
        summary="Ask for a backup now",
        description="It is taken within seconds: read it until its state is `stored` or `failed`. "
        "Only of a system whose data the portal fetches. One that waits already is given again.",
        tags=["backups"],
        parameters=[IDEMPOTENCY_KEY],
        request=BackupInput,
        responses={202: OpenApiResponse(BackupShape, "It is taken.")},
        examples=[
            OpenApiExample("For a ticket", {"device": 9, "ticket": "CC-1042"}, request_only=True),
            OpenApiExample("Waiting", WAITING, response_only=True, status_codes=["202"]),
        ],
    )
    def post(self, request: Request) -> Response:
        """Ask."""

        def act() -> Answer:
            asked = asked_backup(request)
            return Answer(202, BackupShape(_with_names().get(pk=asked.pk)).data)

        return answered_once(request, act)


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
    rows = _with_names()
    if viewer.is_customer:
        rows = rows.filter(state=BackupState.STORED.value, damaged_at=None)
    return rows


def _with_names() -> QuerySet[Backup]:
    rows: QuerySet[Backup] = Backup.objects.select_related("device", "customer", "ticket")
    return rows
