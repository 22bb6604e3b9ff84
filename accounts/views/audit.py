"""The audit trail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import needs
from accounts.audit import verify_audit
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.models import AuditEntry
from accounts.paging import keyset_page
from calcom_portal.common.pages import page

FILTERS = {"actor": "actor_name__icontains", "action": "action__startswith"}
FILTERS |= {"subject": "subject__icontains"}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the trail, for people. `pk` is the anchor of the pages."""

    number: int
    at: datetime
    actor: str
    via: str
    action: str
    subject: str
    details: list[tuple[str, str]]


@require_GET
@needs(Capability.SEE_AUDIT)
def trail(request: ViewerRequest) -> HttpResponse:
    """Show the trail, newest first, and whether its chain holds when asked."""
    chosen = {name: request.GET.get(name, "").strip()[:120] for name in FILTERS}
    rows = AuditEntry.objects.all()
    for name, value in chosen.items():
        rows = rows.filter(**{FILTERS[name]: value}) if value else rows
    listed = keyset_page(request, rows, key="number", newest_first=True)
    context: dict[str, Any] = {"lines": [line_of(entry) for entry in listed.rows]}
    context |= {"pager": listed.pager, "chosen": chosen, "is_filtered": any(chosen.values())}
    if "verify" in request.GET:
        context |= {"verified": True, "broken": verify_audit(request.viewer.provider_id)}
    return page(request, "accounts/audit.html", context)


def line_of(entry: AuditEntry) -> Line:
    """Return an entry in words. Details come from the body that the hash covers."""
    body = json.loads(entry.body)
    details = [
        (name.replace("_", " "), told(value))
        for name, value in body["details"].items()
        if value not in (None, "")
    ]
    via = body["actor"]["via"]
    return Line(
        number=entry.number,
        at=entry.at,
        actor=entry.actor_name,
        via="" if via == "browser" else via,
        action=entry.action,
        subject=entry.subject,
        details=details,
    )


def told(value: Any) -> str:
    """Return a value of the body as people would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        pairs = ((name, told(inner)) for name, inner in value.items())
        return ", ".join(f"{name.replace('_', ' ')} {words}" for name, words in pairs if words)
    if isinstance(value, list):
        return ("; " if any(isinstance(one, dict) for one in value) else ", ").join(
            map(told, value)
        )
    return "" if value is None else str(value)
