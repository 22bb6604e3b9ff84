"""A form that makes something counts once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpResponse

from accounts.middleware import ViewerRequest
from accounts.submissions import Answer, fingerprint_of, once
from calcom_portal.common.files import fingerprints
from calcom_portal.common.pages import go


def done_once(
    request: ViewerRequest, route: str, form: forms.Form, act: Callable[[], str]
) -> HttpResponse:
    """Do `act` unless this very form was sent before, and go to the address that it led to.

    `form` is valid and has a `submission` field.
    """
    key = form.cleaned_data["submission"]
    sent = sorted((k, v) for k, v in request.POST.lists() if k != "csrfmiddlewaretoken")
    print_of = fingerprint_of(sent, *fingerprints(request.FILES))
    answer = once(request.viewer, route, str(key), print_of, lambda: Answer.led_to(act()))
    return go(request, answer.url)
