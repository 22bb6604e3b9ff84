"""What pages show of a credential: who looked at it, and its parts when it is revealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import AuditEntry
from monitoring.actions.reveal_credential import REVEALED
from monitoring.credentials import FIELDS
from monitoring.models import Credential

LOOKED_THROUGH = 200
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Sighting:
    """That somebody saw a secret, and what for."""

    at: datetime
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part of an opened secret. Never printed by accident: `repr` leaves the text out."""

    title: str
    text: str
    is_long: bool

    def __repr__(self) -> str:
        return f"ShownPart({self.title})"


def sightings_of(credential: Credential) -> list[Sighting]:
    """Return who saw a secret lately, the newest first."""
    rows = AuditEntry.objects.filter(customer_id=credential.customer_id, action=REVEALED)
    found = []
    for entry in rows.order_by("-number")[:LOOKED_THROUGH]:
        details = json.loads(entry.body)["details"]
        if details["id"] == credential.pk:
            found.append(Sighting(entry.at, entry.actor_name, details["reason"]))
    return found[:SHOWN]


def shown_parts(kind: str, opened: Mapping[str, str]) -> list[ShownPart]:
    """Return the parts of an opened secret in the order in which they are typed."""
    return [
        ShownPart(part.title, opened[part.name], part.is_long)
        for part in FIELDS[kind]
        if part.name in opened
    ]
