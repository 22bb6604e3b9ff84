"""A form of the app counts once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable

from accounts.middleware import ViewerRequest
from accounts.submissions import Answer, fingerprint_of, once
from tickets.forms.acts import OnceForm


def done_once(request: ViewerRequest, route: str, form: OnceForm, do: Callable[[], str]) -> Answer:
    """Do `do`, which returns where it leads, unless this very form was sent before."""
    key = form.cleaned_data.get("submission")
    if key is None:
        return Answer.led_to(do())
    values = {name: value for name, value in form.cleaned_data.items() if name != "submission"}
    print_of = fingerprint_of(form.ticket.pk, values)
    return once(request.viewer, route, str(key), print_of, lambda: Answer.led_to(do()))
