"""What actions wrote into the audit trail."""

from __future__ import annotations

import json
from typing import Any

from accounts.models import AuditEntry
from calcom_portal.common.tenancy import provider_scope
from tests.cast import Cast


def trail(cast: Cast, action: str) -> list[tuple[str, dict[str, Any]]]:
    """Return who did it in CalCom, and the details that were written down, in order."""
    with provider_scope(provider_id=cast.calcom.pk):
        rows = AuditEntry.objects.filter(action=action).order_by("number")
        told = list(rows.values_list("actor_name", "body"))
    return [(name, json.loads(body)["details"]) for name, body in told]
