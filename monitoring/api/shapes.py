"""How devices' states, checks, outages and heartbeats look in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api import Named
from calcom_portal.common.api.fields import InstantField
from contracts.models import DeviceKind
from monitoring.models import IncidentKind
from monitoring.standing import Shown
from monitoring.states import State

STATES = [shown.name.lower() for shown in Shown]
OUTCOMES = ["alive", "degraded", "dead", "unknown", ""]


class DayShape(serializers.Serializer[Any]):
    """One day (UTC). Unknown time and planned work count neither for nor against."""

    day = serializers.DateField()
    up_seconds = serializers.IntegerField()
    down_seconds = serializers.IntegerField()
    unknown_seconds = serializers.IntegerField()
    planned_seconds = serializers.IntegerField()
    percent = serializers.CharField(
        allow_null=True, help_text="Answered share of the known time; null: nothing is known."
    )


class DeviceStateShape(serializers.Serializer[Any]):
    """How a watched device stands: as the worst of its checks."""

    device = Named()
    site = Named()
    customer = Named()
    kind = serializers.ChoiceField(DeviceKind.values)
    state = serializers.ChoiceField(STATES)
    asked_at = InstantField(allow_null=True, help_text="When any of its checks ran last.")


class DeviceDetailShape(DeviceStateShape):
    """A watched device with its last 30 days, each that of its worst check."""

    percent_30_days = serializers.CharField(allow_null=True)
    days = DayShape(many=True)


class CheckShape(serializers.Serializer[Any]):
    """One question that is put to a device again and again. Secrets are no part of it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in State])
    since = InstantField()
    every_seconds = serializers.IntegerField()
    is_paused = serializers.SerializerMethodField()
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent_id", allow_null=True, help_text="The check before it."
    )
    last_at = InstantField(allow_null=True)
    last_outcome = serializers.ChoiceField(OUTCOMES)
    last_words = serializers.CharField()
    last_took_us = serializers.IntegerField(allow_null=True, help_text="Microseconds.")
    facts = serializers.DictField(source="last_facts", help_text="What the last answer brought.")
    device = Named()
    customer = Named()

    def get_is_paused(self, check: Any) -> bool:
        """Tell whether nobody asks."""
        return check.paused_at is not None


class CheckDetailShape(CheckShape):
    """A check with its last 30 days."""

    percent_30_days = serializers.CharField(allow_null=True)
    days = DayShape(many=True)


class IncidentShape(serializers.Serializer[Any]):
    """One outage of one check. Open until `closed_at` is there."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(IncidentKind.values)
    cause = serializers.CharField()
    is_covered = serializers.BooleanField(help_text="Was clause MONITOR in force?")
    opened_at = InstantField(help_text="The first failure.")
    confirmed_at = InstantField()
    recovered_at = InstantField(allow_null=True)
    closed_at = InstantField(allow_null=True)
    ticket = serializers.CharField(
        source="ticket.reference", default=None, allow_null=True, help_text="Its reference."
    )
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent_id", allow_null=True, help_text="The outage that it hangs on."
    )
    device = Named()
    site = Named(source="device.site")
    customer = Named()


class HeartbeatShape(serializers.Serializer[Any]):
    """A device that reports by itself, and when its silence becomes an outage."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in State])
    since = InstantField()
    every_seconds = serializers.IntegerField()
    is_paused = serializers.SerializerMethodField()
    last_at = InstantField(allow_null=True, help_text="The last report.")
    last_words = serializers.CharField()
    silent_from = InstantField(allow_null=True)
    device = Named()
    customer = Named()

    def get_is_paused(self, check: Any) -> bool:
        """Tell whether nobody waits for it."""
        return check.paused_at is not None


class DeviceStatePage(serializers.Serializer[Any]):
    """Some devices, and where the next ones are."""

    items = DeviceStateShape(many=True)
    next = serializers.URLField(allow_null=True)


class CheckPage(serializers.Serializer[Any]):
    """Some checks, and where the next ones are."""

    items = CheckShape(many=True)
    next = serializers.URLField(allow_null=True)


class IncidentPage(serializers.Serializer[Any]):
    """Some outages, and where the next ones are."""

    items = IncidentShape(many=True)
    next = serializers.URLField(allow_null=True)


class HeartbeatPage(serializers.Serializer[Any]):
    """Some heartbeats, and where the next ones are."""

    items = HeartbeatShape(many=True)
    next = serializers.URLField(allow_null=True)
