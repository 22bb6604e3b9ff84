"""Writing down what a customer said to an update by telephone."""

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
from upkeep.access_firmware import access_update
from upkeep.actions.take_answer import take_answer
from upkeep.forms.phone_answers import PhoneAnswerForm
from upkeep.models import FirmwareUpdate

ROUTE = "firmware_update_telephone"


@needs(Capability.WORK_TICKETS)
@require_http_methods(["GET", "POST"])
def firmware_update_telephone(request: ViewerRequest, id: int) -> HttpResponse:
    """Ask who said what and when, and write it down for all that the customer has in it."""
    update = access_update(request.viewer, id)
    data = request.POST if request.method == "POST" else None
    form = PhoneAnswerForm(data, update=update, zone=request.viewer.zone)
    if request.method == "POST" and form.is_valid():
        try:
            return done_once(request, ROUTE, form, lambda: _take(request, update, form))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "update": update}
    status = 422 if form.errors else 200
    return page(request, "upkeep/firmware/phone_answer.html", context, status=status)


def _take(request: ViewerRequest, update: FirmwareUpdate, form: PhoneAnswerForm) -> str:
    given = take_answer(update=update, answer=form.phone_answer, actor=request.viewer)
    told = f"The answer of {given[0].name} is written down, and {update.customer.name} is told."
    messages.success(request, told)
    return reverse("firmware_update", args=[update.pk])
