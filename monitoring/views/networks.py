"""The private networks that a provider's probes may reach without an agent."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from contracts.forms.fields import show_problem
from contracts.views.once import done_once
from monitoring.access import access_allowance
from monitoring.actions.allow_network import allow_network
from monitoring.actions.forbid_network import forbid_network
from monitoring.forms.networks import NetworkForm
from monitoring.models import EgressAllowance

SEE, CHANGE = Capability.MANAGE_MONITORING, Capability.MANAGE_COMPANY


@needs(SEE)
@require_http_methods(["GET", "POST"])
def networks(request: ViewerRequest) -> HttpResponse:
    """Show the list; administrators add to it."""
    form = NetworkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        request.viewer.require(CHANGE)
        if form.is_valid():
            try:
                return done_once(request, "networks", form, lambda: _allowed(request, form))
            except BadInput as error:
                show_problem(form, error)
    context = {
        "rows": EgressAllowance.objects.order_by("pk"),
        "form": form,
        "can_change": request.viewer.can(CHANGE),
        "opened": [str(network) for network in settings.PRIVATE_TARGETS],
    }
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/networks.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def network_forbid(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what closing means, then do it."""
    found = access_allowance(request.viewer, id)
    if request.method == "POST":
        forbid_network(allowance=found, actor=request.viewer)
        messages.success(request, f"Probes no longer go to {found}.")
        return go(request, reverse("networks"))
    text = "Checks that lead there get no answer and say why. Incidents are not opened for them."
    context = {
        "title": f"Close {found}?",
        "cover": Cover("risk", "Nothing is sent there any more.", text),
        "action_url": request.path,
        "confirm_label": "Close network",
        "risk": True,
        "cancel_url": reverse("networks"),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


def _allowed(request: ViewerRequest, form: NetworkForm) -> str:
    data = form.cleaned_data
    made = allow_network(network=data["network"], note=data["note"], actor=request.viewer)
    messages.success(request, f"Probes may go to {made}.")
    return reverse("networks")
