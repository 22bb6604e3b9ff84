"""Reading restores and rehearsals, with their steps. Staff only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Named, viewer_in
from accounts.capabilities import Capability
from calcom_portal.common.api.fields import ChoiceField, InstantField, canonical_id
from calcom_portal.common.api.views import PortalView
from contracts.api.views import described
from upkeep.access import access_restore
from upkeep.api.lists import NEWEST_ASKED, OfDeviceQuery, answer
from upkeep.models import Restore, RestoreKind, RestoreState
from upkeep.restores.steps import Outcome, Step

BACKUPS = "backups:read"
RESTORE: dict[str, Any] = {
    "id": 31,
    "kind": "system",
    "device": {"id": 9, "name": "Main phone system"},
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "backup": 812,
    "safety_backup": 815,
    "saved_nothing": False,
    "parts": [],
    "ticket": "CC-1042",
    "reason": "The disk was replaced.",
    "month": None,
    "state": "restored",
    "asked_at": "2026-06-15T21:30:00.000000Z",
    "confirmed_at": "2026-06-15T21:34:10.000000Z",
    "begun_at": "2026-06-15T21:34:12.000000Z",
    "ended_at": "2026-06-15T21:36:40.000000Z",
    "took_seconds": 96,
    "started": None,
    "problem": "",
}
STEP = {
    "number": 12,
    "step": "verify",
    "outcome": "done",
    "words": "It is as it was at the time of the backup.",
    "at": "2026-06-15T21:36:31.000000Z",
}
RESTORE_DETAIL: dict[str, Any] = {**RESTORE, "steps": [STEP]}


class RestoreQuery(OfDeviceQuery):
    """Which restores are wanted."""

    kind = ChoiceField(RestoreKind.values, required=False)
    state = ChoiceField(RestoreState.values, required=False)


class StartedShape(serializers.Serializer[Any]):
    """What an Asterisk of our own, started from the backup, had read of it."""

    version = serializers.CharField(help_text="Of that Asterisk.")
    extensions = serializers.IntegerField()
    trunks = serializers.IntegerField()
    contexts = serializers.IntegerField()
    mailboxes = serializers.IntegerField()
    entries = serializers.IntegerField(help_text="Of its own database (astdb).")


class RestoreShape(serializers.Serializer[Any]):
    """A restore of a system, or a rehearsal of one elsewhere."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(RestoreKind.values)
    device = Named()
    customer = Named()
    backup = serializers.IntegerField(source="backup_id", help_text="What is given back.")
    safety_backup = serializers.IntegerField(
        source="safety_backup_id", allow_null=True, help_text="The state before."
    )
    saved_nothing = serializers.BooleanField(
        help_text="No state before could be backed up, and it went on, as two people agreed."
    )
    parts = serializers.ListField(child=serializers.CharField(), help_text="Empty: all of them.")
    ticket = serializers.CharField(
        source="ticket.reference", default=None, allow_null=True, help_text="Its reference."
    )
    reason = serializers.CharField()
    month = serializers.DateField(
        allow_null=True, help_text="Of which month a rehearsal was owed: its first day."
    )
    state = serializers.ChoiceField(RestoreState.values)
    asked_at = InstantField()
    confirmed_at = InstantField(allow_null=True)
    begun_at = InstantField(allow_null=True)
    ended_at = InstantField(allow_null=True)
    took_seconds = serializers.IntegerField(
        allow_null=True, help_text="From the first step that changes something to the last check."
    )
    started = StartedShape(
        allow_null=True, help_text="Of a rehearsal that started a phone system from the backup."
    )
    problem = serializers.CharField(help_text="What did not work; empty when all did.")


class RestoreStepShape(serializers.Serializer[Any]):
    """One fact of a restore, in the order in which they were written."""

    number = serializers.IntegerField()
    step = serializers.ChoiceField([step.value for step in Step], source="code")
    outcome = serializers.ChoiceField([outcome.value for outcome in Outcome])
    words = serializers.CharField()
    at = InstantField()


class RestoreDetailShape(RestoreShape):
    """A restore with its steps."""

    steps = RestoreStepShape(many=True)


class RestorePage(serializers.Serializer[Any]):
    """Some restores, and where the next ones are."""

    items = RestoreShape(many=True)
    next = serializers.URLField(allow_null=True)


class RestoresView(PortalView):
    """Restores, the newest first."""

    scopes, query = {"GET": BACKUPS}, RestoreQuery

    @described("restores_list", "List restores and rehearsals", RestorePage, RESTORE, RestoreQuery)
    def get(self, request: Request) -> Response:
        """List."""
        viewer_in(request).require(Capability.RESTORE_SYSTEMS)
        rows = Restore.objects.select_related("device", "customer", "ticket")
        return answer(request, rows, RestoreShape, self.asked, NEWEST_ASKED)


class RestoreView(PortalView):
    """One restore."""

    scopes = {"GET": BACKUPS}

    @described("restores_read", "Read a restore with its steps", RestoreDetailShape, RESTORE_DETAIL)
    def get(self, request: Request, id: str) -> Response:
        """Read."""
        viewer = viewer_in(request)
        viewer.require(Capability.RESTORE_SYSTEMS)
        restore = access_restore(viewer, canonical_id(id) or 0)
        steps = RestoreStepShape(restore.steps.order_by("number"), many=True).data
        return Response({**RestoreShape(restore).data, "steps": steps})
