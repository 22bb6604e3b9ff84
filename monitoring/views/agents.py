"""Agents at sites: the list, preparing one with its code, another code, revoking."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from accounts.submissions import Answer, fingerprint_of, once
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now
from contracts.forms.fields import show_problem
from contracts.views.lists import Narrowed
from monitoring.access import access_agent
from monitoring.actions.invite_agent import invite_agent
from monitoring.actions.renew_agent_code import renew_agent_code
from monitoring.actions.revoke_agent import revoke_agent
from monitoring.agent_page import agent_line
from monitoring.forms.agents import AgentForm
from monitoring.models import SiteAgent

SEE, CHANGE = Capability.SEE_MONITORING, Capability.MANAGE_MONITORING


@needs(SEE)
@require_GET
def agents(request: ViewerRequest) -> HttpResponse:
    """List the agents, the newest first."""
    narrowed, now = Narrowed.of(request), database_now()
    rows = SiteAgent.objects.select_related("site", "customer").annotate(used=Count("connections"))
    listed = keyset_page(request, narrowed.apply(rows), key="created_at", newest_first=True)
    context = {
        "lines": [agent_line(agent, now) for agent in listed.rows],
        "pager": listed.pager,
        "can_manage": request.viewer.can(CHANGE),
        **narrowed.context,
    }
    return page(request, "monitoring/setup/agents.html", context)


@never_cache
@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def agent_new(request: ViewerRequest) -> HttpResponse:
    """Prepare an agent, and show its code this one time."""
    data = request.POST if request.method == "POST" else None
    form = AgentForm(data, initial={"site": request.GET.get("site")})
    if request.method == "POST" and form.is_valid():
        try:
            return _prepared(request, form)
        except BadInput as error:
            show_problem(form, error)
    status = 422 if form.errors else 200
    return page(request, "monitoring/setup/agent_new.html", {"form": form}, status=status)


@never_cache
@needs(CHANGE)
@require_POST
def agent_code(request: ViewerRequest, id: int) -> HttpResponse:
    """Make another code for an agent that has not come in yet, and show it once."""
    found = access_agent(request.viewer, id)
    code = renew_agent_code(agent=found, actor=request.viewer)
    return _shown(request, found, code)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def agent_revoke(request: ViewerRequest, id: int) -> HttpResponse:
    """Say what revoking means, then do it."""
    found = access_agent(request.viewer, id)
    if request.method == "POST":
        revoke_agent(agent=found, actor=request.viewer)
        messages.success(request, f"{found} is revoked.")
        return go(request, reverse("agents"))
    text = "What it watches counts as unknown, not as down, until another agent takes over."
    context = {
        "title": f"Revoke {found}?",
        "cover": Cover("risk", "It is shut out at once, and for good.", text),
        "action_url": request.path,
        "confirm_label": "Revoke agent",
        "risk": True,
        "cancel_url": reverse("agents"),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


def _prepared(request: ViewerRequest, form: AgentForm) -> HttpResponse:
    data, made = form.cleaned_data, []

    def act() -> Answer:
        made.append(invite_agent(site=data["site"], name=data["name"], actor=request.viewer))
        return Answer.led_to(reverse("agents"))

    fingerprint = fingerprint_of(data["site"].pk, data["name"])
    answer = once(request.viewer, "agent_new", str(data["submission"]), fingerprint, act)
    if not made:
        # Sent again: the code is kept nowhere and cannot be shown a second time.
        return go(request, answer.url)
    agent, code = made[0]
    return _shown(request, agent, code)


def _shown(request: ViewerRequest, agent: SiteAgent, code: str) -> HttpResponse:
    context = {"agent": agent, "code": code, "portal": settings.PORTAL_URL.rstrip("/")}
    return page(request, "monitoring/setup/agent_code.html", context)
