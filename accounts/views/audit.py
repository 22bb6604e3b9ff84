"""The audit trail."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Lower
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.audit import verify_audit
from accounts.audit_export import FORMS
from accounts.audit_list import AuditFilter, lines_of, offered_acts
from accounts.capabilities import Capability
from accounts.jobs import start_job
from accounts.middleware import ViewerRequest
from accounts.models import Customer
from accounts.paging import keyset_page
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page

MOST_CUSTOMERS = 500


@require_GET
@needs(Capability.SEE_AUDIT)
def trail(request: ViewerRequest) -> HttpResponse:
    """Show the trail, newest first, and whether its chain holds when asked."""
    wanted = AuditFilter.of(request.GET)
    rows = wanted.entries(request.viewer.zone)
    listed = keyset_page(request, rows, key="number", newest_first=True)
    context: dict[str, Any] = {"lines": lines_of(listed.rows)}
    context |= {"pager": listed.pager, "chosen": wanted.values, "is_filtered": wanted.is_narrow}
    context |= {"acts": offered_acts(), "customers": _customers()}
    if "verify" in request.GET:
        context |= {"verified": True, "broken": verify_audit(request.viewer.provider_id)}
    return page(request, "accounts/audit.html", context)


@require_POST
@needs(Capability.SEE_AUDIT)
def export(request: ViewerRequest) -> HttpResponse:
    """Write the view into a file, as a job."""
    wanted, form = AuditFilter.of(request.POST), request.POST.get("form", "")
    if form not in FORMS:
        raise BadInput("Choose CSV or JSON lines.", field="form", remedy="Use one of the buttons.")
    job = start_job(
        kind="audit.export",
        title="Audit trail",
        arguments=wanted.values | {"form": form},
        actor=request.viewer,
    )
    return go(request, reverse("job", args=[job.pk]))


def _customers() -> list[tuple[str, str]]:
    rows = Customer.objects.order_by(Lower("name")).values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows[:MOST_CUSTOMERS]]
