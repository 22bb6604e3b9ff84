"""How a contract looks after it was written, and what a step would do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import prefetch_related_objects
from rest_framework import serializers

from accounts.api_scopes import ApiScope
from accounts.api_writes import Call
from accounts.capabilities import Capability
from calcom_portal.common.api.conditions import Stale
from calcom_portal.common.api.fields import (
    InstantField,
)
from contracts.access import access_contract
from contracts.actions import (
    Changed,
)
from contracts.api.examples import CONTRACT
from contracts.api.papers import REQUEST, RequestShape
from contracts.api.shapes import ContractShape
from contracts.api.views import agreed
from contracts.consequences import (
    ChangedMeanwhile,
    Consequences,
    carry_out,
)
from contracts.models import Contract
from contracts.papers import waiting_request

WRITE = ApiScope.CONTRACTS_WRITE
CHANGE = Capability.MANAGE_CONTRACTS

DRAFT = {
    "tier": "TIER2",
    "calendar": 1,
    "options": [],
    "prices": {},
    "rates": None,
    "rounding": None,
    "targets": [
        {
            "priority": "emergency",
            "metric": "respond",
            "amount_seconds": 28800,
            "unit": "business_hours",
        }
    ],
}
IN_FORCE = CONTRACT | {"draft": None, "waiting": None}
DRAFTED = CONTRACT | {
    "state": "draft",
    "signed_at": None,
    "signed_name": "",
    "terms": [],
    "events": [],
    "draft": DRAFT,
    "waiting": None,
}
WAITS = CONTRACT | {"draft": None, "waiting": REQUEST | {"state": "waiting"}}
FOUND = {
    "changes": ["The last day is 31 Dec 2027 (before: 31 Dec 2026)."],
    "begins": [],
    "ends": ["The whole company: covered until 31 Dec 2027 (before: 31 Dec 2026)."],
    "gained": [],
    "lost": [],
    "prices": [],
    "moved": [
        {
            "reference": "CC-1042",
            "subject": "No dial tone at front desk",
            "customer": "Bayview Dental Group",
            "metric": "respond",
            "old_due": "2026-06-15T17:00:00.000000Z",
            "new_due": "2026-06-15T13:00:00.000000Z",
        }
    ],
    "base_version": 1,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


class WrittenContract(ContractShape):
    """A contract after it was written, with what it says as a draft and what waits."""

    draft = serializers.DictField(allow_null=True, help_text="What is to be promised; else null.")
    waiting = RequestShape(allow_null=True, help_text="What the customer was sent to be signed.")

    def to_representation(self, instance: Contract) -> dict[str, Any]:
        """Return the contract as it is now."""
        contract = Contract.objects.select_related("customer").get(pk=instance.pk)
        contract.waiting = waiting_request(contract)  # type: ignore[attr-defined]
        prefetch_related_objects([contract], *agreed())
        shape: dict[str, Any] = super().to_representation(contract)
        return shape


class MovedShape(serializers.Serializer[Any]):
    """An open deadline that moves; null: no deadline."""

    reference = serializers.CharField()
    subject = serializers.CharField()
    customer = serializers.CharField()
    metric = serializers.CharField()
    old_due = InstantField(allow_null=True)
    new_due = InstantField(allow_null=True)


class ConsequencesShape(serializers.Serializer[Consequences]):
    """What would happen, in sentences. Nothing of it has."""

    changes = serializers.ListField(child=serializers.CharField())
    begins = serializers.ListField(child=serializers.CharField(), help_text="Cover that begins.")
    ends = serializers.ListField(child=serializers.CharField(), help_text="Cover that ends.")
    gained = serializers.ListField(child=serializers.CharField())
    lost = serializers.ListField(child=serializers.CharField())
    prices = serializers.ListField(child=serializers.CharField())
    moved = MovedShape(many=True, help_text="Deadlines of open tickets that move.")
    base_version = serializers.IntegerField(source="base", help_text="The newest terms now.")
    digest = serializers.CharField(help_text="Send it as `seen` to carry out just this.")


def taken(contract: Contract, act: Callable[[], Changed], seen: str | None) -> None:
    """Do `act`, with `seen` only if it does what was seen. Raises Stale."""
    if seen is None:
        act()
        return
    try:
        carry_out(contract, act, seen)
    except ChangedMeanwhile as error:
        raise stale(contract) from error


def contract_of(call: Call) -> Contract:
    """Return the contract that the address names. Raises Missing."""
    return access_contract(call.viewer, call.id())


def stale(contract: Contract) -> Stale:
    """Return the refusal of a step whose consequences were not seen."""
    return Stale(
        f"Something else would happen to contract {contract.number} now than what you saw.",
        remedy="Look at the preview again and decide anew.",
    )
