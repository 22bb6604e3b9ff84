"""Credentials: what opens customers' equipment. Secrets go in, and come out by revealing only."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from accounts.second_step import needs_fresh_second_step
from accounts.submissions import Answer, fingerprint_of, once
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from contracts.forms.fields import show_problem
from contracts.views.lists import Narrowed
from monitoring.access import access_credential
from monitoring.actions.create_credential import create_credential
from monitoring.actions.edit_credential import edit_credential
from monitoring.actions.remove_credential import remove_credential
from monitoring.actions.reveal_credential import reveal_credential
from monitoring.credential_page import shown_parts, sightings_of
from monitoring.forms.credentials import CredentialEditForm, CredentialForm, RevealForm
from monitoring.models import Connection, Credential, CredentialKind

CHANGE, REVEAL = Capability.MANAGE_MONITORING, Capability.REVEAL_SECRETS


@needs(CHANGE)
@require_GET
def credentials(request: ViewerRequest) -> HttpResponse:
    """List what opens equipment, by name."""
    narrowed = Narrowed.of(request)
    rows = Credential.objects.select_related("customer").annotate(used=Count("connections"))
    listed = keyset_page(request, narrowed.apply(rows), key="name")
    context = {"rows": listed.rows, "pager": listed.pager, **narrowed.context}
    return page(request, "monitoring/setup/credentials.html", context)


@never_cache
@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def credential_new(request: ViewerRequest) -> HttpResponse:
    """Keep a new secret. The kind stands in the address: it decides what is asked."""
    asked = request.GET.get("kind", "")
    kind = asked if asked in CredentialKind.values else CredentialKind.PASSWORD.value
    initial = {"customer": request.GET.get("customer")}
    data = request.POST if request.method == "POST" else None
    form = CredentialForm(data, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _created(request, form)
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "kind": kind, "kinds": CredentialKind.choices, "initial": initial}
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/credential_new.html", context, status=status)


@needs(CHANGE)
@require_GET
def credential(request: ViewerRequest, id: int) -> HttpResponse:
    """Show what is known of a credential: all but its secret."""
    found = access_credential(request.viewer, id)
    may_reveal = request.viewer.can(REVEAL)
    context = {
        "credential": found,
        "connections": Connection.objects.filter(credential=found).select_related("device"),
        "may_reveal": may_reveal,
        "sightings": sightings_of(found) if may_reveal else (),
    }
    return page(request, "monitoring/setup/credential.html", context)


@never_cache
@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def credential_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Rename it, or write its secret anew."""
    found = access_credential(request.viewer, id)
    form = CredentialEditForm(request.POST if request.method == "POST" else None, credential=found)
    if request.method == "POST" and form.is_valid():
        try:
            name, secret = form.cleaned_data["name"], form.new_secret
            edit_credential(credential=found, name=name, secret=secret, actor=request.viewer)
            messages.success(request, f"{name} is saved.")
            return go(request, reverse("credential", args=[found.pk]))
        except BadInput as error:
            show_problem(form, error)
    context = {"form": form, "credential": found}
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/credential_edit.html", context, status=status)


@never_cache
@needs(REVEAL)
@needs_fresh_second_step
@require_http_methods(["GET", "POST"])
def credential_reveal(request: ViewerRequest, id: int) -> HttpResponse:
    """Ask why, then show the secret once. Nothing keeps the answer."""
    found = access_credential(request.viewer, id)
    form = RevealForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"credential": found, "form": form}
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        opened = reveal_credential(credential=found, reason=reason, actor=request.viewer)
        context["parts"] = shown_parts(found.kind, opened)
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/credential_reveal.html", context, status=status)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def credential_remove(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what removing means, then do it."""
    found = access_credential(request.viewer, id)
    if request.method == "POST":
        remove_credential(credential=found, actor=request.viewer)
        messages.success(request, f"The credential “{found}” is gone.")
        return go(request, reverse("credentials"))
    context = {
        "title": f"Remove the credential “{found}”?",
        "cover": Cover("risk", "The secret is gone for good.", "Nobody can bring it back."),
        "action_url": request.path,
        "confirm_label": "Remove credential",
        "risk": True,
        "cancel_url": reverse("credential", args=[found.pk]),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


def _created(request: ViewerRequest, form: CredentialForm) -> HttpResponse:
    data = form.cleaned_data

    def act() -> Answer:
        made = create_credential(
            customer=data["customer"],
            name=data["name"],
            kind=form.kind,
            secret=form.secret,
            actor=request.viewer,
        )
        messages.success(request, f"{made} is kept, sealed.")
        return Answer.led_to(reverse("credential", args=[made.pk]))

    # Not the secret: the fingerprint is kept, and a short secret could be guessed from it.
    fingerprint = fingerprint_of(form.kind, data["customer"].pk, data["name"])
    key = str(data["submission"])
    return go(request, once(request.viewer, "credential_new", key, fingerprint, act).url)
