"""How backups look in the API, and what the documentation shows of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api import Named
from calcom_portal.common.api.fields import InstantField
from upkeep.models import Backup, BackupState, Level, Trigger


class BackupShape(serializers.Serializer[Any]):
    """A backup of a system. `level`: 0 stored, 1 read again, 2 checked, 3 restored."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="A ULID.")
    device = Named()
    customer = Named()
    trigger = serializers.ChoiceField(Trigger.values)
    ticket = serializers.SerializerMethodField()
    state = serializers.ChoiceField(BackupState.values)
    level = serializers.ChoiceField(Level.values)
    is_damaged = serializers.SerializerMethodField()
    asked_at = InstantField()
    begun_at = InstantField(allow_null=True, help_text="The instant whose state it holds.")
    stored_at = InstantField(allow_null=True)
    proven_at = InstantField(allow_null=True, help_text="When a rehearsal restored it last.")
    stored_bytes = serializers.IntegerField()

    def get_ticket(self, backup: Backup) -> str | None:
        """Return the reference of the ticket that it was taken for."""
        return backup.ticket.reference if backup.ticket else None

    def get_is_damaged(self, backup: Backup) -> bool:
        """Return whether its bytes are not what was written."""
        return backup.damaged_at is not None


class BackupPage(serializers.Serializer[Any]):
    """A page of backups."""

    items = BackupShape(many=True)
    next = serializers.CharField(allow_null=True)


BACKUP: dict[str, Any] = {
    "id": 812,
    "name": "01JZ5V2E4N0QK6C4T1W8S3M7RB",
    "device": {"id": 9, "name": "Main phone system"},
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "trigger": "service",
    "ticket": "CC-1042",
    "state": "stored",
    "level": 2,
    "is_damaged": False,
    "asked_at": "2026-06-15T21:38:30.000000Z",
    "begun_at": "2026-06-15T21:38:32.000000Z",
    "stored_at": "2026-06-15T21:39:12.000000Z",
    "proven_at": None,
    "stored_bytes": 12582912,
}
