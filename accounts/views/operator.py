"""Pages of operators: providers, and what is done to them. Outside any tenant's scope."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions.open_provider import NewProvider, open_provider
from accounts.audit_words import act_in_words
from accounts.forms_operator import OpenProviderForm
from accounts.models import OperatorEntry, Provider
from accounts.operators import OperatorRequest, operator_only
from accounts.overview import REASON, sight_of, sights_of
from accounts.paging import keyset_page
from accounts.plans import plan_named
from calcom_portal.common.errors import PortalError
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import system_scope

LOG_ROWS = 100


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the operator's log, for a page."""

    entry: OperatorEntry
    act: str
    details: str

    @classmethod
    def of(cls, entry: OperatorEntry) -> LogLine:
        """Return the entry with its act and its details in words."""
        details = json.loads(entry.body)["details"]
        words = []
        if {"before", "after"} <= details.keys():
            words.append(f"from {details.pop('before')} to {details.pop('after')}")
        words += [f"{name.replace('_', ' ')}: {_spelt(value)}" for name, value in details.items()]
        return cls(entry, act_in_words(entry.action), ", ".join(words))


def _spelt(value: object) -> object:
    """Return an instant in words, and anything else as it is."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return f"{timezone.localtime(moment):%-d %B %Y, %H:%M %Z}" if moment.tzinfo else value


@never_cache
@require_GET
@operator_only
def providers(request: OperatorRequest) -> HttpResponse:
    """List the providers."""
    search = request.GET.get("q", "")[:200]
    with system_scope(REASON):
        rows = Provider.objects.annotate(sort_name=Lower("name"))
        if words := search.strip():
            rows = rows.filter(name__icontains=words)
        listed = keyset_page(request, rows, key="sort_name")
        sights = sights_of(listed.rows)
    context = {"sights": sights, "pager": listed.pager, "q": search}
    return page(request, "accounts/operator/providers.html", context)


@never_cache
@require_GET
@operator_only
def provider(request: OperatorRequest, tenant_id: int) -> HttpResponse:
    """Show one provider with what operators did to it."""
    sight = sight_of(tenant_id)
    entries = OperatorEntry.objects.filter(tenant=tenant_id).order_by("-number")[:LOG_ROWS]
    context = {"sight": sight, "log": [LogLine.of(entry) for entry in entries]}
    return page(request, "accounts/operator/provider.html", context)


@never_cache
@require_GET
@operator_only
def log(request: OperatorRequest) -> HttpResponse:
    """Show the operator's log, the newest first."""
    listed = keyset_page(request, OperatorEntry.objects.all(), key="number", newest_first=True)
    context = {"log": [LogLine.of(entry) for entry in listed.rows], "pager": listed.pager}
    return page(request, "accounts/operator/log.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@operator_only
def new(request: OperatorRequest) -> HttpResponse:
    """Open a provider."""
    form = OpenProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (opened := _open(request, form)):
        messages.success(
            request,
            f"{opened.name} is open. The invitation goes to {form.cleaned_data['admin_email']}.",
        )
        return go(request, reverse("operator_provider", args=[opened.pk]))
    status = 422 if form.errors else 200
    return page(request, "accounts/operator/new.html", {"form": form}, status=status)


def _open(request: OperatorRequest, form: OpenProviderForm) -> Provider | None:
    data = form.cleaned_data
    wanted = NewProvider(
        **{name: data[name] for name in ("name", "slug", "reference_prefix", "mail_from")},
        **{name: data[name] for name in ("zone", "phone")},
    )
    try:
        return open_provider(
            wanted=wanted,
            plan=plan_named(data["plan"]),
            admin_email=data["admin_email"],
            admin_name=data["admin_name"],
            operator=request.operator,
        )[0]
    except PortalError as error:
        field = getattr(error, "field", "")
        form.add_error(field if field in form.fields else None, f"{error.message} {error.remedy}")
        return None
