"""What operators do to a provider. Each act shows its consequence before it happens."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.cancel_deletion import cancel_deletion
from accounts.actions.change_plan import change_plan
from accounts.actions.change_sender import change_sender
from accounts.actions.resume_provider import resume_provider
from accounts.actions.schedule_deletion import schedule_deletion
from accounts.actions.suspend_provider import suspend_provider
from accounts.forms_operator import BecauseForm, NameAgainForm, PlanForm, SenderForm
from accounts.operators import OperatorRequest, operator_only
from accounts.overview import Sight, sight_of
from accounts.plans import plan_named
from calcom_portal.common.pages import go, page_or_part
from calcom_portal.common.parts import Cover


@never_cache
@require_http_methods(["GET", "POST"])
@operator_only
def suspend(request: OperatorRequest, tenant_id: int) -> HttpResponse:
    """Make everything of a provider read-only."""
    sight = sight_of(tenant_id)
    form = BecauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        suspend_provider(provider_id=tenant_id, because=because, operator=request.operator)
        return _done(request, tenant_id, f"{sight.provider.name} is suspended.")
    cover = Cover(
        "risk",
        "Its people and its customers can read, but change nothing.",
        "No tickets come in. Nobody is warned of deadlines, which run on; what passes meanwhile is"
        " judged when the provider is resumed. Administrators are told by mail.",
    )
    return _ask(request, sight, f"Suspend {sight.provider.name}?", cover, "Suspend", form)


@never_cache
@require_http_methods(["GET", "POST"])
@operator_only
def resume(request: OperatorRequest, tenant_id: int) -> HttpResponse:
    """Let a provider work again."""
    sight = sight_of(tenant_id)
    if request.method == "POST":
        resume_provider(provider_id=tenant_id, operator=request.operator)
        return _done(request, tenant_id, f"{sight.provider.name} can work again.")
    cover = Cover(
        "none",
        "Everything can be changed again, at once.",
        "Deadlines that passed meanwhile are judged within seconds, with their true instants.",
    )
    return _ask(request, sight, f"Resume {sight.provider.name}?", cover, "Resume")


@never_cache
@require_http_methods(["GET", "POST"])
@operator_only
def plan(request: OperatorRequest, tenant_id: int) -> HttpResponse:
    """Give a provider another plan."""
    sight = sight_of(tenant_id)
    form = PlanForm(request.POST or None, initial={"plan": sight.provider.plan_name.lower()})
    if request.method == "POST" and form.is_valid():
        chosen = plan_named(form.cleaned_data["plan"])
        change_plan(provider_id=tenant_id, plan=chosen, operator=request.operator)
        return _done(request, tenant_id, f"{sight.provider.name} is on the plan {chosen.name}.")
    cover = Cover(
        "none",
        "What is there stays, even if it is more than the new plan has room for.",
        "Nothing can be added beyond the limits.",
    )
    return _ask(request, sight, f"The plan of {sight.provider.name}", cover, "Change plan", form)


@never_cache
@require_http_methods(["GET", "POST"])
@operator_only
def sender(request: OperatorRequest, tenant_id: int) -> HttpResponse:
    """Have a provider's mail sent from another address."""
    sight = sight_of(tenant_id)
    form = SenderForm(request.POST or None, initial={"mail_from": sight.provider.mail_from})
    if request.method == "POST" and form.is_valid():
        mail_from = form.cleaned_data["mail_from"]
        change_sender(provider_id=tenant_id, mail_from=mail_from, operator=request.operator)
        return _done(request, tenant_id, f"The mail of {sight.provider.name} is from {mail_from}.")
    cover = Cover(
        "hold",
        "All its mail is sent from this address, at once.",
        "The mail server has to be allowed to send for it, or mails are refused or lost as spam.",
    )
    title = f"The sender of {sight.provider.name}'s mail"
    return _ask(request, sight, title, cover, "Change sender", form)


@never_cache
@require_http_methods(["GET", "POST"])
@operator_only
def delete(request: OperatorRequest, tenant_id: int) -> HttpResponse:
    """Have a provider deleted in thirty days."""
    sight = sight_of(tenant_id)
    form = NameAgainForm(request.POST or None, name=sight.provider.name)
    if request.method == "POST" and form.is_valid():
        schedule_deletion(provider_id=tenant_id, operator=request.operator)
        return _done(request, tenant_id, f"{sight.provider.name} will be deleted in 30 days.")
    cover = Cover(
        "risk",
        "In 30 days everything is deleted: customers, tickets, contracts, files and accounts.",
        "Until then it works as before, its administrators are reminded by mail, and you can call"
        " it off. Afterwards nothing brings it back but a backup.",
    )
    return _ask(request, sight, f"Delete {sight.provider.name}?", cover, "Delete in 30 days", form)


@never_cache
@require_http_methods(["GET", "POST"])
@operator_only
def keep(request: OperatorRequest, tenant_id: int) -> HttpResponse:
    """Call off a deletion."""
    sight = sight_of(tenant_id)
    if request.method == "POST":
        cancel_deletion(provider_id=tenant_id, operator=request.operator)
        return _done(request, tenant_id, f"{sight.provider.name} stays.")
    cover = Cover("none", "Nothing is deleted.", "Administrators are told by mail.")
    return _ask(request, sight, f"Keep {sight.provider.name}?", cover, "Call the deletion off")


def _ask(
    request: OperatorRequest,
    sight: Sight,
    title: str,
    cover: Cover,
    label: str,
    form: forms.Form | None = None,
) -> HttpResponse:
    context = {
        "title": title,
        "cover": cover,
        "form": form,
        "action_url": request.path,
        "confirm_label": label,
        "risk": cover.kind == "risk",
        "cancel_url": reverse("operator_provider", args=[sight.provider.pk]),
    }
    status = 422 if form is not None and form.errors else 200
    pages = ("accounts/confirm.html", "_shared/_confirm.html")
    return page_or_part(request, *pages, context, status=status)


def _done(request: OperatorRequest, tenant_id: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return go(request, reverse("operator_provider", args=[tenant_id]))
