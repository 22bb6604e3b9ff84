"""The thresholds of health checks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import page
from contracts.forms.fields import show_problem
from contracts.views.once import done_once
from monitoring.actions.set_health_thresholds import set_health_thresholds
from monitoring.forms.health import ThresholdsForm, field_of
from monitoring.health.items import ITEM
from monitoring.health_writing import bounds_of


@needs(Capability.MANAGE_MONITORING)
@require_http_methods(["GET", "POST"])
def health_thresholds(request: ViewerRequest) -> HttpResponse:
    """Show and change from which figures on a line is to be watched, or acted upon."""
    own = bounds_of(request.viewer.provider_id)
    form = ThresholdsForm(request.POST or None, own=own)

    def act() -> str:
        set_health_thresholds(bounds=form.bounds(), actor=request.viewer)
        messages.success(request, "The thresholds count from the next health check on.")
        return reverse("health_thresholds")

    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, "health_thresholds", form, act)
        except BadInput as error:
            show_problem(form, error, {error.field: field_of(error.field)})
    rows = [
        {"item": ITEM[measure.item], "measure": measure, "warn": warn, "crit": crit,
         "is_own": measure.code in own}
        for measure, warn, crit in form.rows()
    ]  # fmt: skip
    status = 422 if form.errors else 200
    context = {"form": form, "rows": rows}
    return page(request, "monitoring/health/thresholds.html", context, status=status)
