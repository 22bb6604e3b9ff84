"""Contracts: list, page, draft, signature."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_contract
from contracts.actions import cancel_contract
from contracts.contract_page import SOON, Standing, contract_in_words, standing
from contracts.days import today_of_provider
from contracts.forms.contracts import NothingForm
from contracts.life_page import life_of
from contracts.models import Contract, Terms, Tier
from contracts.papers import last_refusal, waiting_request
from contracts.views.lists import Narrowed
from contracts.warranty_list import warranty_list_of

SEE, CHANGE = Capability.SEE_ALL_CUSTOMERS, Capability.MANAGE_CONTRACTS
SHOWS = (
    ("", "All"),
    ("in-force", "In force"),
    ("ending", "Ending soon"),
    ("drafts", "Drafts"),
    ("ended", "Ended"),
)


@needs(SEE)
@require_GET
def contracts(request: ViewerRequest) -> HttpResponse:
    """List and search the contracts of all customers, the newest first; `?show=` narrows it."""
    narrowed = Narrowed.of(request)
    today = today_of_provider(request.viewer.provider_id, database_now())
    asked = request.GET.get("show", "")
    show = asked if asked in dict(SHOWS) else ""
    newest_terms = Terms.objects.filter(contract=OuterRef("pk")).order_by("-number")
    rows = Contract.objects.named_like(narrowed.q).select_related("customer")
    wished = Tier.objects.filter(code=KeyTextTransform("tier", OuterRef("draft")))
    rows = rows.annotate(
        tier_name=Coalesce(
            Subquery(newest_terms.values("tier_name")[:1]), Subquery(wished.values("name")[:1])
        )
    )
    rows = _shown(narrowed.apply(rows), show, today)
    listed = keyset_page(request, rows, key="pk", newest_first=True)
    context = {
        "rows": [(contract, standing(contract, today)) for contract in listed.rows],
        "pager": listed.pager,
        "show": show,
        "shows": SHOWS,
        "can_change": request.viewer.can(CHANGE),
        **narrowed.context,
    }
    return page(request, "contracts/contracts.html", context)


def _shown(rows: Any, show: str, today: date) -> Any:
    match show:
        case "in-force":
            return rows.in_force_on(today)
        case "ending":
            return rows.ending_by(today, today + SOON)
        case "drafts":
            return rows.drafted()
        case "ended":
            return rows.ended_before(today)
    return rows


@needs(SEE)
@require_GET
def contract(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one contract: promise with worked examples, clauses, cover."""
    found = access_contract(request.viewer, id)
    told = contract_in_words(found, database_now())
    context = {
        "contract": found,
        "told": told,
        "is_draft": told.standing is Standing.DRAFT,
        "life": life_of(found, database_now()),
        **warranty_list_of(found),
        "waiting": waiting_request(found),
        "refusal": last_refusal(found),
        "can_change": request.viewer.can(CHANGE),
    }
    return page(request, "contracts/contract.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_cancel(request: ViewerRequest, id: int) -> HttpResponse:
    """Ask, then give a draft up."""
    found = access_contract(request.viewer, id)
    if request.method == "POST":
        cancel_contract(contract=found, actor=request.viewer)
        messages.success(request, f"Draft {found} is cancelled.")
        return go(request, reverse("contracts"))
    context = {"form": NothingForm(), "contract": found}
    return page(request, "contracts/contract_cancel.html", context)
