"""How a provider wants outages handled."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import page
from contracts.views.once import done_once
from monitoring.actions.set_monitoring_rules import set_monitoring_rules
from monitoring.forms.outages import RulesForm
from monitoring.models import Closing
from monitoring.rules import rules_of


@needs(Capability.MANAGE_MONITORING)
@require_http_methods(["GET", "POST"])
def monitoring_rules(request: ViewerRequest) -> HttpResponse:
    """Show and change when outages are over, and whose are emergencies."""
    rules = rules_of(request.viewer.provider_id)
    known = {
        "closing": rules.closing.value,
        "calm_minutes": rules.calm // timedelta(minutes=1),
        "emergencies": sorted(rules.emergencies),
    }
    form = RulesForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        return done_once(request, "monitoring_rules", form, lambda: _set(request, form))
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/rules.html", {"form": form}, status=status)


def _set(request: ViewerRequest, form: RulesForm) -> str:
    data = form.cleaned_data
    set_monitoring_rules(
        closing=Closing(data["closing"]),
        calm_minutes=data["calm_minutes"],
        emergencies=data["emergencies"],
        actor=request.viewer,
    )
    messages.success(request, "The rules count for every outage from now on.")
    return reverse("monitoring_rules")
